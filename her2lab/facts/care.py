"""What there is in ``facts/monitoring``, read once: schedules, starts and risk scores, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from her2lab.facts import library
from her2lab.facts.monitoring import MonitoringFile, RiskFile, RiskScore, Schedule, Start, check_drugs, check_scores
from her2lab.facts.quantity import Source
from her2lab.facts.reading import to_record
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.validation import check_sources


@dataclass(frozen=True)
class Monitoring:
    """All of ``facts/monitoring``.

    `sources` are those of the entries by id (a risk factor's: ``score.factor``, a closer interval's:
    ``schedule.closer``).
    """

    schedules: list[Schedule]
    starts: list[Start]
    scores: dict[str, RiskScore]
    sources: dict[str, Source]


def monitoring() -> Monitoring:
    """Return what ``facts/monitoring`` holds.

    Raises
    ------
    InputError
        For the first mistake in a file, or between files.
    """
    return _read(tuple(library.files("monitoring").values()))


def rule_sources() -> dict[str, Source]:
    """Return the source of each management rule by the rule's id."""
    return _rule_sources(tuple(library.files("rules").values()))


@cache
def _read(paths: tuple[Path, ...]) -> Monitoring:
    documents = [read_document(path) for path in paths]
    risks = [_record(each, RiskFile) for each in documents if "scores" in each.data]
    scores = {score.id: score for file in risks for score in file.scores}
    found = Monitoring([], [], scores, {})
    for file in risks:
        for score in file.scores:
            _add(found, file.sources, score.id, score.source)
            for factor in score.factors:
                _add(found, file.sources, f"{score.id}.{factor.id}", factor.source)
    for document in documents:
        if "schedules" in document.data:
            plans = _record(document, MonitoringFile)
            check_scores(document, plans, scores)
            found.schedules.extend(plans.schedules)
            found.starts.extend(plans.starts)
            for entry in (*plans.schedules, *plans.starts):
                _add(found, plans.sources, entry.id, entry.source)
            for each in plans.schedules:
                if each.closer is not None:
                    _add(found, plans.sources, f"{each.id}.closer", each.closer.source)
    return found


def _add(found: Monitoring, sources: dict[str, Source], name: str, key: str | None) -> None:
    if key is not None:
        found.sources[name] = sources[key]


def _record(document: Document, model: Any) -> Any:
    record = to_record(document, model, document.data)
    check_sources(document, record.sources)
    check_drugs(document, record, library.drugs())
    return record


@cache
def _rule_sources(paths: tuple[Path, ...]) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for document in (read_document(path) for path in paths):
        sources = document.data.get("sources", {})
        for rule in document.data.get("rules", []):
            found[rule["id"]] = Source.model_validate(sources[rule["source"]])
    return found
