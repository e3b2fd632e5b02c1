"""What there is in ``facts/monitoring``, read once: schedules, starts, cautions, risk scores and their sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from her2lab.facts.document_checks import check_sources
from her2lab.facts.library.drug_files import drugs
from her2lab.facts.library.folders import Folders, files_in, folders
from her2lab.facts.monitoring import (
    Caution,
    MonitoringFile,
    RiskFile,
    RiskScore,
    Schedule,
    Start,
    check_drugs,
    check_scores,
)
from her2lab.facts.quantity import Source
from her2lab.facts.reading import to_record
from her2lab.facts.strict_yaml import Document, read_document


@dataclass(frozen=True)
class Monitoring:
    """All of ``facts/monitoring``.

    `sources` are those of the entries by id (a risk factor's: ``score.factor``, a closer interval's:
    ``schedule.closer``).
    """

    schedules: list[Schedule]
    starts: list[Start]
    cautions: list[Caution]
    scores: dict[str, RiskScore]
    sources: dict[str, Source]


def monitoring() -> Monitoring:
    """Return what ``facts/monitoring`` holds.

    Raises
    ------
    InputError
        For the first mistake in a file, or between files.
    """
    return _read(folders("monitoring"), folders("drugs"))


# ------------------------------------------------------------------------------------------------ reading, once
@cache
def _read(read_from: Folders, _drug_folders: Folders) -> Monitoring:
    documents = [read_document(path) for path in files_in(read_from).values()]
    risks = [_record(each, RiskFile) for each in documents if "scores" in each.data]
    scores = {score.id: score for file in risks for score in file.scores}
    found = Monitoring([], [], [], scores, {})
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
            found.cautions.extend(plans.cautions)
            for entry in (*plans.schedules, *plans.starts, *plans.cautions):
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
    check_drugs(document, record, drugs())
    return record

