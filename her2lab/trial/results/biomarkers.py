"""Outcomes by biomarker: benefit at each level of a marker, and whether it differs between levels.

Everything is read from what a run has written (``result.json`` and its tables), so that a finished run can be cut anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from her2lab.facts import library
from her2lab.facts.vocabulary import BIOMARKERS, TIME_ENDPOINTS
from her2lab.nearest import unknown
from her2lab.trial.results.trial_result import TrialResult, TrialSummary, rounded
from her2lab.trial.statistics import endpoints, interaction
from her2lab.trial.statistics.endpoints import ODDS
from her2lab.trial.statistics.estimate import Estimate
from her2lab.trial.statistics.strata import SERUM_HER2, column_of, strata
from her2lab.trial.statistics.subjects import counted
from her2lab.trial.statistics.survival import Times

EARLY_FALL = f"{SERUM_HER2}_fall"
FEWEST = 2  # levels, to compare
DEFINITION = (
    "patients by level of a marker; hazard ratios: Cox in each level; interaction: the ratio in the first level over "
    "that in the second, from one level to the next where there are more (Cox with treatment × level and a baseline "
    "hazard for each level; odds: Woolf). Intervals: 90 %, the sampling of patients alone in a run of this size, no "
    "prediction intervals. A p-value falls with the number of virtual patients: it says whether this run tells the "
    "levels apart, not whether a trial would"
)
LANDMARK = (
    "read on day {day:g} of treatment: only patients still under observation and measured on that day count, times run "
    "from it, and what treatment did to the marker is part of it: these are no longer groups of a randomised comparison"
)
AMPLIFIED = "2+ are amplified tumours (ISH positive), in HER2-low disease those that are not (ISH negative)"
NOWHERE = "the patients of this trial do not have this marker, or it was not measured"
ONE_LEVEL = "no strata: all {n} patients are at one level, {level}"
NOBODY = "no strata: the marker is known of nobody"


@dataclass(frozen=True)
class Marked:
    """The patients of a run with their level of a marker.

    Attributes
    ----------
    people
        Their rows with the column ``level``, "" where it is not known.
    from_day
        Day from which their times run: that on which the marker was read.
    """

    people: pl.DataFrame
    from_day: float = 0.0


@dataclass(frozen=True)
class Question:
    """What is compared: an endpoint (``pfs``, ``orr``, …) of an arm, with a reference if there is one.

    `shown` is what is told of each arm: its median, the first landmark, or the percentage itself.
    """

    endpoint: str
    shown: str
    arm: str
    reference: str | None

    @property
    def arms(self) -> list[str]:
        """The arms, the reference first."""
        return [self.arm] if self.reference is None else [self.reference, self.arm]

    @property
    def kind(self) -> str:
        """The ratio by which arms are compared."""
        return endpoints.ratio_kind(self.endpoint)


def check(names: Iterable[str]) -> None:
    """Refuse a marker that is not on the list of :data:`her2lab.facts.vocabulary.BIOMARKERS`.

    Raises
    ------
    InputError
        For the first one; the nearest name is given.
    """
    for name in names:
        if name not in BIOMARKERS:
            raise unknown("biomarker", name, BIOMARKERS)


def with_biomarkers(result: TrialResult, names: Sequence[str]) -> TrialResult:
    """Return a result whose summary holds outcomes by these markers; unchanged without any."""
    if not names:
        return result
    return replace(result, summary=added(result.summary, result.patients, result.visits, names))


def added(summary: TrialSummary, patients: pl.DataFrame, visits: pl.DataFrame | None,
          names: Sequence[str]) -> TrialSummary:
    """Return a summary with outcomes by these markers and what they mean; arguments as in `compare`."""
    return {**summary, "biomarkers": compare(summary, patients, visits, names),
            "definitions": {**summary["definitions"], "biomarkers": DEFINITION}}


def compare(summary: TrialSummary, patients: pl.DataFrame, visits: pl.DataFrame | None,
            names: Sequence[str]) -> list[dict[str, Any]]:
    """Return ``biomarkers`` of ``result.json``: for each marker, endpoint and pair of arms the outcome at each level.

    Parameters
    ----------
    summary, patients, visits
        ``result.json``, ``patients.parquet`` and ``visits.parquet``; visits are read for an early fall only, which is
        not there without them.
    names
        Markers, in the order wanted; what stands there twice counts once.

    Raises
    ------
    InputError
        If a marker is not on the list.
    """
    check(names)
    asked = _questions(summary)
    return [rounded(entry) for name in dict.fromkeys(names) for entry in _of_marker(name, patients, visits, asked)]


def _questions(summary: TrialSummary) -> list[Question]:
    """Return what is compared: endpoints in time, and ``orr`` and ``pcr`` where the result has them."""
    arms = [arm["id"] for arm in summary["arms"]]
    keys = list(dict.fromkeys(key for arm in summary["arms"] for key in arm["endpoints"]))
    shown = {name: next((key for key in keys if key.split("_")[0] == name), None) for name in (*ODDS, *TIME_ENDPOINTS)}
    reference = summary.get("reference", arms[0])
    pairs: list[tuple[str, str | None]] = [(arm, reference) for arm in arms if arm != reference] or [(arms[0], None)]
    also = [(each["endpoint"], each["arm"], each["reference"]) for each in summary["contrasts"]]
    wanted = dict.fromkeys([*((name, *pair) for name in shown for pair in pairs), *also])
    return [Question(name, key, arm, reference) for name, arm, reference in wanted
            if (key := shown.get(name)) is not None]


# ------------------------------------------------------------------------------------------------ patients
def _marked(name: str, patients: pl.DataFrame, visits: pl.DataFrame | None) -> Marked | None:
    """Return the patients with their levels, None if they do not have the marker."""
    people = counted(patients)
    if name == EARLY_FALL:
        return _early_fall(people, visits)
    column = column_of(name)
    if column not in people.columns:
        return None
    return Marked(people.with_columns(level=_words(name, people[column])))


def _early_fall(people: pl.DataFrame, visits: pl.DataFrame | None) -> Marked | None:
    """Return who has had an early fall of serum HER2, of those who were under observation when it was looked for."""
    before = column_of(SERUM_HER2)
    if visits is None or SERUM_HER2 not in visits.columns or before not in people.columns:
        return None
    later = visits.filter(pl.col(SERUM_HER2).is_not_null(), pl.col("day") > 0)
    days = later["day"].unique().to_list()
    day = max((each for each in days if each <= library.measurement().serum_ecd_early), default=min(days, default=None))
    if day is None:
        return None
    then = later.filter(pl.col("day") == day).select("patient", "arm", then=SERUM_HER2)
    people = people.join(then, on=["patient", "arm"], how="left", maintain_order="left")
    watched = (pl.col("pfs_days") > day) & (pl.col("os_days") > day) & (pl.col(before) > 0)
    fall = people.select(pl.when(watched).then(1 - pl.col("then") / pl.col(before))).to_series()
    since = [pl.col(column) - day for column in ("pfs_days", "os_days")]
    return Marked(people.with_columns(*since, level=_words(EARLY_FALL, fall)), day)


def _words(name: str, values: pl.Series) -> pl.Series:
    limits = {name: cut.limit for name, cut in library.measurement().cuts.items()}
    return pl.Series(strata(name, values, limits), dtype=pl.String)


# ------------------------------------------------------------------------------------------------ strata
def _of_marker(name: str, patients: pl.DataFrame, visits: pl.DataFrame | None,
               asked: Sequence[Question]) -> list[dict[str, Any]]:
    marked, cut = _marked(name, patients, visits), library.measurement().cuts.get(name)
    head = {"biomarker": name, "cut": cut and {"value": cut.value, "unit": cut.unit}}
    if marked is None:
        return [_without(head, NOWHERE)]
    people = marked.people.filter(pl.col("level") != "")
    there = [level for level in BIOMARKERS[name] if level in people["level"]]
    if len(there) < FEWEST:
        return [_without(head, ONE_LEVEL.format(n=len(people), level=there[0]) if there else NOBODY)]
    return [head | _entry(marked, there, each) | {"note": _note(name, there, marked.from_day)} for each in asked]


def _note(name: str, there: Sequence[str], from_day: float) -> str | None:
    """Return what must be said of the levels of a marker."""
    if from_day:
        return LANDMARK.format(day=from_day)
    return AMPLIFIED if name == "ihc" and "2+" in there else None


def _without(head: dict[str, Any], note: str) -> dict[str, Any]:
    """Return the entry of a marker by which nothing can be compared, with the reason."""
    return head | {"endpoint": None, "arm": None, "reference": None, "from_day": None, "unknown": None, "all": None,
                   "strata": [], "interaction": None, "note": note}


def _entry(marked: Marked, there: Sequence[str], asked: Question) -> dict[str, Any]:
    people = marked.people.filter(pl.col("arm").is_in(asked.arms))
    known = people.filter(pl.col("level") != "")
    parts = {level: known.filter(pl.col("level") == level) for level in there}
    strata = [{"level": level} | _stratum(part, asked) for level, part in parts.items()]
    return {
        "endpoint": asked.endpoint, "arm": asked.arm, "reference": asked.reference,
        "from_day": marked.from_day, "unknown": len(people) - len(known),
        "all": _stratum(known, asked), "strata": strata,
        "interaction": None if asked.reference is None else _interaction(parts, asked),
    }


def _stratum(people: pl.DataFrame, asked: Question) -> dict[str, Any]:
    """Return the size, the events and the outcomes of one level; of responses, events are those who responded."""
    arms = [_arm(people.filter(pl.col("arm") == arm), arm, asked) for arm in asked.arms]
    found = {"n": sum(arm["n"] for arm in arms), "events": sum(arm["events"] for arm in arms), "arms": arms}
    return found if asked.reference is None else found | {asked.kind: _stated(_ratio(people, asked))}


def _arm(people: pl.DataFrame, arm: str, asked: Question) -> dict[str, Any]:
    if asked.endpoint in ODDS:
        events, n = endpoints.responders(people, asked.endpoint)
    else:
        counted = endpoints.times(people, asked.endpoint)
        events, n = int(counted.events.sum()), len(counted)
    shown = _stated(endpoints.estimate(people, asked.shown)) | {"unit": endpoints.unit(asked.shown)}
    return {"id": arm, "n": n, "events": events, "endpoints": {asked.shown: shown}}


def _ratio(people: pl.DataFrame, asked: Question) -> Estimate:
    """Return the ratio of the arm to its reference."""
    return endpoints.ratio(asked.endpoint, *_sides(people, asked))


def _interaction(parts: Mapping[str, pl.DataFrame], asked: Question) -> dict[str, Any]:
    """Return how the ratio differs over the levels that have one; scores rise by one towards the first of them."""
    ratios = {level: ratio for level, part in parts.items() if (ratio := _ratio(part, asked)).value is not None}
    scores = {level: float(len(ratios) - place) for place, level in enumerate(ratios)}
    if asked.endpoint in ODDS:
        found = interaction.of_odds([(scores[level], ratio) for level, ratio in ratios.items()])
    else:
        found = interaction.of_hazards([(scores[level], *_times(parts[level], asked)) for level in ratios])
    return {"of": f"{asked.kind}s", "test": "trend" if len(ratios) > FEWEST else "two_levels", "levels": list(ratios),
            **_stated(found.ratio), "p_value": found.p}


def _sides(people: pl.DataFrame, asked: Question) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the patients of the arm and those of its reference."""
    return people.filter(pl.col("arm") == asked.arm), people.filter(pl.col("arm") == asked.reference)


def _times(people: pl.DataFrame, asked: Question) -> tuple[Times, Times]:
    arm, reference = _sides(people, asked)
    return endpoints.times(arm, asked.endpoint), endpoints.times(reference, asked.endpoint)


def _stated(found: Estimate) -> dict[str, Any]:
    stated = {"value": found.value, "low": found.low, "high": found.high}
    return stated if found.note is None else stated | {"note": found.note}
