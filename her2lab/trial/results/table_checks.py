"""Whether the tables of a result agree with each other and with ``result.json``: one line for each disagreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from her2lab.facts import library
from her2lab.trial.results.disposition_table import ADVERSE_EVENT, LATE
from her2lab.trial.results.times_table import PARAMETERS
from her2lab.trial.results.trial_result import TrialResult, rounded
from her2lab.trial.statistics import adverse_events, endpoints
from her2lab.trial.statistics.dose_modifications import stops_by_rule
from her2lab.trial.statistics.estimate import percent
from her2lab.trial.statistics.subjects import counted
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

RELATIVE, ROUNDING = 1e-9, 1e-6        # of sums, and of days
MEASURED_APART = ("lvef_drop",)        # its worst grade is that of all measurements, also of those that are no event
TABLES_OF_SUBJECTS = ("visits", "times", "adverse_events", "exposure", "pharmacokinetics", "disposition")


def disagreements(result: TrialResult) -> list[str]:
    """Return what does not agree in a result, one line each, none if all does.

    Checked are: one row and one ``USUBJID`` for each subject, ``TWIN`` and the arms of ``result.json``; subjects and
    arms of every other table; times and censoring against ``patients``; doses and their sums; worst grades and first
    days of adverse events; visits within follow-up; reasons why drugs were stopped; and the endpoints, contrasts,
    adverse events and dose modifications of ``result.json``, recomputed from ``patients``.
    """
    checks = (_subjects, _members, _times, _doses, _dose_intervals, _stops, _adverse_events, _visits, _endpoints,
              _contrasts, _rates)
    return [line for check in checks for line in check(result)]


# ------------------------------------------------------------------------------------------------ who is there
def _subjects(result: TrialResult) -> Iterator[str]:
    patients, trial = result.patients, result.summary["trial"]
    for subject, rows in patients["USUBJID"].value_counts(sort=True).filter(pl.col("count") > 1).rows():
        yield f"patients: {subject} has {rows} rows, expected one"
    wrong = patients.filter((pl.col("USUBJID") != pl.format("{}-{}-{}", pl.lit(trial), "arm", "patient"))
                            | (pl.col("TWIN") != pl.format("{}-{}", pl.lit(trial), "patient")))
    for subject, twin in wrong.select("USUBJID", "TWIN").rows():
        yield f"patients: {subject} has TWIN {twin}, which is not its trial and patient"
    for arm in result.summary["arms"]:
        rows = patients.filter(arm=arm["id"])
        failed = rows.height - counted(rows).height
        if (rows.height, failed) != (arm["n"], arm["failed"]):
            yield (f"result.json: arm {arm['id']} has {arm['n']} patients, {arm['failed']} failed; patients has "
                   f"{rows.height}, {failed} failed")
    for name in sorted(set(patients["arm"]) - {arm["id"] for arm in result.summary["arms"]}):
        yield f"patients: arm {name} is not in result.json"


def _members(result: TrialResult) -> Iterator[str]:
    known = dict(result.patients.select("USUBJID", "arm").rows())
    for name in TABLES_OF_SUBJECTS:
        table: pl.DataFrame = getattr(result, name)
        if table.is_empty():
            continue
        arm = "arm" if name == "visits" else "ARM"
        for subject, of in table.select("USUBJID", arm).unique(maintain_order=True).rows():
            if known.get(subject) != of:
                where = f"of arm {known[subject]} in patients" if subject in known else "not in patients"
                yield f"{name}: {subject} of arm {of} is {where}"


# ------------------------------------------------------------------------------------------------ table by table
def _times(result: TrialResult) -> Iterator[str]:
    columns = {code: name for name, (code, _) in PARAMETERS.items()}
    if result.times.is_empty():
        return
    for (code,), rows in result.times.group_by("PARAMCD", maintain_order=True):
        name = columns.get(str(code))
        if name is None:
            yield f"times: {code} is no parameter"
            continue
        yield from _of_parameter(result.patients, rows, str(code), name)
    late = result.patients.filter(pl.col("pfs_days") > pl.col("os_days") + ROUNDING, pl.col("status") == "ok")
    for subject, pfs, os in late.select("USUBJID", "pfs_days", "os_days").rows():
        yield f"patients: {subject} has pfs_days {pfs:g} after os_days {os:g}"


def _of_parameter(patients: pl.DataFrame, rows: pl.DataFrame, code: str, name: str) -> Iterator[str]:
    expected = endpoints.timed(patients, name).select("USUBJID", days=pl.col("days") / DAYS_PER_MONTH,
                                                      code=pl.col("cnsr").cast(pl.Int64))
    both = expected.join(rows.select("USUBJID", "AVAL", "CNSR"), on="USUBJID", how="full", coalesce=True,
                         maintain_order="left_right")
    for subject, days, wanted, value, found in both.rows():
        if days is None or value is None:
            yield f"times: {subject} has {'no' if value is None else 'an unexpected'} row {code}"
        elif abs(days - value) > ROUNDING or wanted != found:
            yield (f"times: {subject} {code} is {value:g} months, CNSR {found}; {name} in patients is {days:g}, "
                   f"{wanted}")


def _doses(result: TrialResult) -> Iterator[str]:
    drugs = [name.removeprefix("doses_") for name in result.patients.columns if name.startswith("doses_")]
    if result.exposure.is_empty():
        return
    for (subject, drug, start, end) in result.exposure.filter(pl.col("EXENDY") < pl.col("EXSTDY")).select(
            "USUBJID", "EXTRT", "EXSTDY", "EXENDY").rows():
        yield f"exposure: {subject} {drug} ends on day {end}, before it begins on day {start}"
    given = result.exposure.group_by("USUBJID", "EXTRT").agg(mg=pl.col("EXDOSE").sum(), doses=pl.len())
    for drug in drugs:
        sums = result.patients.select("USUBJID", wanted=f"delivered_mg_{drug}", count=f"doses_{drug}").join(
            given.filter(EXTRT=drug), on="USUBJID", how="left", maintain_order="left")
        for subject, wanted, count, _, mg, doses in sums.rows():
            if (count or 0) != (doses or 0) or not np.isclose(mg or 0.0, wanted or 0.0, rtol=RELATIVE, atol=ROUNDING):
                yield (f"exposure: {subject} {drug} has {doses or 0} doses of {mg or 0.0:g} mg in all; patients has "
                       f"{count or 0} of {wanted or 0.0:g} mg")


def _dose_intervals(result: TrialResult) -> Iterator[str]:
    if result.pharmacokinetics.is_empty():
        return
    found = result.pharmacokinetics.group_by("USUBJID", "EXTRT").agg(pl.len(), pl.col("EXSTDY").sort())
    given = result.exposure.filter(pl.col("EXPLDOSE").is_not_null()).group_by("USUBJID", "EXTRT").agg(
        doses=pl.len(), days=pl.col("EXSTDY").sort())
    both = given.join(found, on=["USUBJID", "EXTRT"], how="full", coalesce=True).sort("USUBJID", "EXTRT")
    for subject, drug, doses, days, rows, starts in both.rows():
        if doses != rows or days != starts:
            yield f"pharmacokinetics: {subject} {drug} has {rows or 0} intervals for the {doses or 0} doses of exposure"
    wrong = result.pharmacokinetics.filter(pl.col("CTROUGH") > pl.col("CMAX") * (1 + RELATIVE))
    for subject, drug, cycle in wrong.select("USUBJID", "EXTRT", "CYCLE").rows():
        yield f"pharmacokinetics: {subject} {drug} cycle {cycle} has a trough above its highest concentration"


def _stops(result: TrialResult) -> Iterator[str]:
    if result.disposition.is_empty():
        return
    told = result.disposition.select("USUBJID", "EXTRT", "DSDECOD", "DSTERM")
    for (drug,), rows in told.group_by("EXTRT", maintain_order=True):
        known = dict(result.patients.group_by("USUBJID").agg(f"stopped_{drug}_because").rows())
        for subject, _, reason, rule in rows.rows():
            because = known.get(subject, [])
            if because != [rule] or (rule is not None) != (reason in (ADVERSE_EVENT, LATE)):
                yield f"disposition: {subject} {drug} was ended for {reason} ({rule}); patients has {because}"


def _adverse_events(result: TrialResult) -> Iterator[str]:
    if not result.adverse_events.width:
        return
    for subject, event, start, end in result.adverse_events.filter(pl.col("AENDY") < pl.col("ASTDY")).select(
            "USUBJID", "AEDECOD", "ASTDY", "AENDY").rows():
        yield f"adverse_events: {subject} {event} ends on day {end}, before it begins on day {start}"
    worst = result.adverse_events.group_by("USUBJID", "AEDECOD").agg(pl.col("AETOXGR").max(), pl.col("ASTDY").min())
    for event in adverse_events.events_of(result.patients):
        first = (pl.col(f"onset_{event}_days").floor() + 1).cast(pl.Int64)
        rows = result.patients.select("USUBJID", grade=f"grade_{event}", day=first).join(
            worst.filter(AEDECOD=event), on="USUBJID", how="left", maintain_order="left")
        for subject, grade, day, _, found, began in rows.rows():
            same = (found or 0) <= grade if event in MEASURED_APART else (found or 0) == (grade or 0)
            if not same or day != began:
                yield (f"adverse_events: {subject} {event} is of grade {found or 0} from day {began}; patients has "
                       f"{grade or 0} from day {day}")


def _visits(result: TrialResult) -> Iterator[str]:
    ends = result.patients.select("USUBJID", "os_days")
    wrong = result.visits.join(ends, on="USUBJID", maintain_order="left").filter(
        (pl.col("day") < 0) | (pl.col("day") > pl.col("os_days") + ROUNDING))
    for subject, day, end in wrong.select("USUBJID", "day", "os_days").rows():
        yield f"visits: {subject} has a visit on day {day:g}, follow-up ended on day {end:g}"


# ------------------------------------------------------------------------------------------------ result.json
def _rows(result: TrialResult, arm: str) -> pl.DataFrame:
    return result.patients.filter(arm=arm)


def _endpoints(result: TrialResult) -> Iterator[str]:
    for arm in result.summary["arms"]:
        for name, cell in arm["endpoints"].items():
            yield from _same(f"arm {arm['id']} {name}", cell["value"],
                             endpoints.estimate(_rows(result, arm["id"]), name).value)


def _contrasts(result: TrialResult) -> Iterator[str]:
    for pair in result.summary["contrasts"]:
        name, cells = pair["endpoint"], (pair.get("hazard_ratio"), pair.get("odds_ratio"))
        found = endpoints.ratio(name, _rows(result, pair["arm"]), _rows(result, pair["reference"])).value
        stated = next((cell["value"] for cell in cells if cell is not None), None)
        yield from _same(f"{name} of {pair['arm']} against {pair['reference']}", stated, found)


def _rates(result: TrialResult) -> Iterator[str]:
    limits, gradings = library.analysis_limits(), library.grades()
    for arm in result.summary["arms"]:
        rows = _rows(result, arm["id"])
        elsewhere = [event for event in adverse_events.events_of(rows) if rows[f"grade_{event}"].is_null().all()]
        found = adverse_events.summarise(rows.drop(f"onset_{event}_days" for event in elsewhere), gradings,
                                         severe_from=limits.severe_from, death_grade=limits.death_grade)
        for event, stated in arm["adverse_events"].items():
            told: Mapping[str, Any] = found.get(event, {})
            for name in ("any", "grade3", "grades"):
                yield from _same(f"arm {arm['id']} {event} {name}", stated[name], told.get(name))
        for drug, done in arm["management"].items():
            known = counted(rows)
            for name, share, who in (("held", done["held"], known[f"holds_{drug}"] > 0),
                                     ("reduced", done["reduced"], known[f"reductions_{drug}"] > 0),
                                     ("stopped", done["stopped"], known[f"stopped_{drug}"])):
                yield from _same(f"arm {arm['id']} {drug} {name}", share, percent(who.to_numpy()))
            yield from _same(f"arm {arm['id']} {drug} stopped_because", done["stopped_because"],
                             stops_by_rule(known[f"stopped_{drug}_because"]))


def _same(what: str, stated: object, found: object) -> Sequence[str]:
    """Return a line if a number of ``result.json`` is not what the table of patients gives."""
    return [] if stated == rounded(found) else [f"result.json: {what} is {stated}; patients gives {rounded(found)}"]
