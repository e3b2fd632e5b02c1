"""The tables of a result: endpoints and contrasts beside published values, and one row for each subject, time, dose."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from her2lab.facts.records import Trial
from her2lab.presentation.comparison import ENDPOINT_DIGITS, RATIO_DIGITS, ComparisonRow
from her2lab.trial import TrialResult
from her2lab.trial.results.table_checks import disagreements
from her2lab.trial.statistics import paired as twins
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

NUMBERS = ("value", "low", "high")
TWINS_READ_AT = 12.0  # months
TEXT, NUMBER = pl.String(), pl.Float64()
OUTCOME = {**dict.fromkeys(NUMBERS, NUMBER), "unit": TEXT, "published": NUMBER}
ENDPOINTS = {"arm": TEXT, "endpoint": TEXT, **OUTCOME, "inside": pl.Boolean(), "extrapolation": TEXT}
CONTRASTS = {"arm": TEXT, "reference": TEXT, "endpoint": TEXT, **OUTCOME, "published_low": NUMBER,
             "published_high": NUMBER, "inside": pl.Boolean()}


class ResultTables:
    """The tables, polars data frames, each time a copy."""

    def __init__(self, found: TrialResult) -> None:
        self._found = found
        self.trial: Trial = found.trial

    def paired(self, arm: str, reference: str | None = None, *, months: float | None = None) -> dict[str, Any]:
        """Compare the twins of two arms, which are the same virtual patients: not what a trial would show.

        Parameters
        ----------
        arm, reference
            Ids of two arms; the trial's reference arm if None.
        months
            When progression and death are read: 12, or the whole follow-up where it is shorter, if None. Pairs whose
            course is not known by then are left out, and counted.

        Returns
        -------
        dict
            ``changes`` (how many pairs have an outcome in one arm only, both or neither: response, events by `months`,
            adverse events of grade 3 or more) and ``means`` (arm minus reference with a 90 % interval, which holds the
            chance of the patients only: best change in %, restricted means in months).

        Raises
        ------
        InputError
            If an arm is unknown, the arms have no twins, or `months` is not within the follow-up.

        Examples
        --------
        >>> result.paired("pertuzumab", "placebo")["pairs"] > 0
        True
        """
        followup = self.trial.followup / DAYS_PER_MONTH
        return twins.paired(self._found.patients, self._found.adverse_events, arm,
                            self.trial.reference_arm if reference is None else reference,
                            months=min(TWINS_READ_AT, followup) if months is None else months, followup=followup)

    @property
    def endpoints(self) -> pl.DataFrame:
        """Endpoints of each arm, simulated beside published.

        One row per arm and endpoint: ``arm``, ``endpoint``, ``value`` with its 90 % prediction interval ``low`` to
        ``high`` (null where it was not reached), ``unit`` (% or months), ``published``, and whether that is ``inside``
        the interval (null without a published value). ``extrapolation`` says in which ways the arm lies outside what
        was fitted or seen, so that its intervals are wider (null if in none).

        Examples
        --------
        >>> result.endpoints.filter(endpoint="orr").select("arm", "unit", "published").rows()
        [('placebo', '%', 69.3), ('pertuzumab', '%', 80.2)]
        """
        return _endpoints(self._found.summary)

    @property
    def contrasts(self) -> pl.DataFrame:
        """Arms compared: hazard ratios of times, odds ratios of responses.

        One row per endpoint and pair of arms: ``arm``, ``reference``, ``endpoint``, ``value``, ``low``, ``high``,
        ``unit`` (hazard ratio or odds ratio), ``published`` with ``published_low`` and ``published_high``, ``inside``.

        Examples
        --------
        >>> result.contrasts.select("arm", "reference", "endpoint", "unit", "published").row(0)
        ('pertuzumab', 'placebo', 'pfs', 'hazard ratio', 0.68)
        """
        return _contrasts(self._found.summary)

    @property
    def subjects(self) -> pl.DataFrame:
        """One row per patient and arm: times, responses, doses, worst grades, properties at baseline.

        ``USUBJID`` names the subject; the subjects of several arms that are one virtual patient share ``TWIN``.

        Examples
        --------
        >>> result.subjects.select("USUBJID", "TWIN").row(0)
        ('cleopatra-placebo-P00000', 'cleopatra-P00000')
        """
        return self._found.patients.clone()

    @property
    def times(self) -> pl.DataFrame:
        """One row per subject and time to an event, in ADaM coding.

        ``STUDYID``, ``USUBJID``, ``ARM``, ``PARAMCD``, ``PARAM``, ``AVAL`` (months), ``AVALU``, ``CNSR`` (0 for an
        event, 1 for a censored time), ``EVNTDESC`` (what the event was, or why the time is censored).

        Examples
        --------
        >>> result.times["PARAMCD"].unique(maintain_order=True).to_list()
        ['PFS', 'OS', 'CNSPFS', 'DOR']
        """
        return self._found.times.clone()

    @property
    def adverse_events(self) -> pl.DataFrame:
        """One row per episode of an adverse event.

        ``USUBJID``, ``ARM``, ``AEDECOD``, ``AETOXGR`` (worst CTCAE grade), ``ASTDY`` and ``AENDY`` (study days of start
        and end; null where it went on), ``AEOUT``, ``AEACN`` (the gravest action on a drug), ``AEREL`` and ``AERELTRT``
        (whether drugs do this in the model, and which).

        Examples
        --------
        >>> result.adverse_events["AETOXGR"].is_between(1, 5).all()
        True
        """
        return self._found.adverse_events.clone()

    @property
    def visits(self) -> pl.DataFrame:
        """One row per patient, arm and day on which something was measured, with the decisions of that day.

        Examples
        --------
        >>> {"USUBJID", "day", "sum_of_diameters", "lvef", "decisions"} <= set(result.visits.columns)
        True
        """
        return self._found.visits.clone()

    @property
    def exposure(self) -> pl.DataFrame:
        """One row per dose; a drug by mouth is dispensed for up to a week at a time.

        ``USUBJID``, ``ARM``, ``EXTRT``, ``EXDOSE`` (as given), ``EXDOSU`` (mg), ``EXSTDY`` and ``EXENDY`` (study days),
        ``EXPLDOSE`` (as planned; null of a drug that a rule gives).

        Examples
        --------
        >>> result.exposure["EXDOSU"].unique().to_list()
        ['mg']
        """
        return self._found.exposure.clone()

    @property
    def pharmacokinetics(self) -> pl.DataFrame:
        """One row per dose of a drug of the regimen: highest concentration, area and trough in plasma.

        ``USUBJID``, ``ARM``, ``EXTRT``, ``CYCLE`` (number of the dose), ``EXSTDY``, ``TAU`` (days to the next planned
        dose), ``CMAX`` (mg/L), ``AUCTAU`` (mg*day/L), ``CTROUGH`` (mg/L).

        Examples
        --------
        >>> result.pharmacokinetics.filter(EXTRT="trastuzumab", CYCLE=1)["TAU"].unique().to_list()
        [21.0]
        """
        return self._found.pharmacokinetics.clone()

    @property
    def disposition(self) -> pl.DataFrame:
        """One row per subject and drug of its regimen: when and why it was ended.

        ``USUBJID``, ``ARM``, ``EXTRT``, ``DSDECOD`` (the reason), ``DSTERM`` (the rule, if one stopped it), ``DSSTDY``.

        Examples
        --------
        >>> "PROGRESSIVE DISEASE" in result.disposition["DSDECOD"].to_list()
        True
        """
        return self._found.disposition.clone()

    def check(self) -> list[str]:
        """Return where the tables disagree with each other or with ``result.json``, one line each; none if all agree.

        Examples
        --------
        >>> result.check()
        []
        """
        return disagreements(self._found)

    @property
    def summary(self) -> Mapping[str, object]:
        """The content of ``result.json``, a copy.

        Examples
        --------
        >>> result.summary["seed"]
        1
        """
        return copy.deepcopy(self._found.summary)

    @property
    def seed(self) -> int:
        """The seed of the run.

        Examples
        --------
        >>> result.seed
        1
        """
        return int(self._found.summary["seed"])


def _endpoints(summary: Mapping[str, Any]) -> pl.DataFrame:
    """Return one row per arm and endpoint of ``result.json``."""
    rows = [{"arm": arm["id"], "endpoint": name, **_outcome(cell, ENDPOINT_DIGITS), "unit": cell["unit"],
             "extrapolation": "; ".join(arm.get("extrapolation", ())) or None}
            for arm in summary["arms"] for name, cell in arm["endpoints"].items()]
    return pl.DataFrame([tuple(row[name] for name in ENDPOINTS) for row in rows], ENDPOINTS, orient="row")


def _contrasts(summary: Mapping[str, Any]) -> pl.DataFrame:
    """Return one row per endpoint and pair of arms of ``result.json``; ``unit`` is the ratio that compares them."""
    rows = list(_pairs(summary))
    return pl.DataFrame([tuple(row[name] for name in CONTRASTS) for row in rows], CONTRASTS, orient="row")


def _pairs(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for pair in summary["contrasts"]:
        for kind in ("hazard_ratio", "odds_ratio"):
            if (cell := pair.get(kind)) is not None:
                yield {"arm": pair["arm"], "reference": pair["reference"], "endpoint": pair["endpoint"],
                       **_outcome(cell, RATIO_DIGITS), "unit": kind.replace("_", " "),
                       "published_low": cell.get("published_low"), "published_high": cell.get("published_high")}


def _outcome(cell: Mapping[str, Any], digits: int) -> dict[str, Any]:
    """Return a value with its interval and the published one, which is inside as the report prints both."""
    found = {name: cell[name] for name in NUMBERS} | {"published": cell.get("published")}
    row = ComparisonRow("", "", "", digits, found["value"], found["low"], found["high"], found["published"])
    return found | {"inside": row.inside}
