"""Outcomes by biomarker, in tables made up for it: who is at which level, the ratio there, and the interaction."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from lifelines import CoxPHFitter
from pandas import DataFrame

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.vocabulary import BIOMARKERS
from her2lab.trial.results import biomarkers
from her2lab.trial.statistics import interaction
from her2lab.trial.statistics.estimate import odds_ratio
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

N = 90
ARMS = ("control", "new")
SUMMARY: dict[str, Any] = {
    "arms": [{"id": arm, "endpoints": dict.fromkeys(["orr", "pfs_median", "pfs_12m", "os_24m"])} for arm in ARMS],
    "contrasts": [{"endpoint": "pfs", "arm": "new", "reference": "control"}],
}


def people(seed: int = 3) -> pl.DataFrame:
    """Return the same patients in two arms, each at a level of every marker."""
    random = np.random.default_rng(seed)
    row = np.arange(N)
    shared = {
        "ihc": np.array(["3+", "2+", "1+"])[row % 3], "pten_loss": (row % 2).astype(float),
        "fcgr3a": np.array(["VV", "VF", "FF"])[row % 3], "brain_metastases": np.zeros(N),
        "stromal_lymphocytes": np.where(row % 5 == 0, 0.4, 0.1),
        "serum_ecd_baseline": np.where(row % 4 == 0, 40.0, 8.0),
    }
    return pl.concat([pl.DataFrame({
        "patient": [f"P{each}" for each in row], "arm": [arm] * N, "status": ["ok"] * (N - 1) + ["step_limit"],
        "pfs_days": random.exponential(300, N) + 1, "pfs_cnsr": random.integers(0, 2, N),
        "os_days": random.exponential(900, N) + 400, "os_cnsr": random.integers(0, 2, N),
        "orr": pl.Series(random.random(N) < 0.6).scatter(0, None), **shared,
    }) for arm in ARMS])


def compared(*names: str, patients: pl.DataFrame | None = None,
             visits: pl.DataFrame | None = None) -> dict[tuple[str, str], dict[str, Any]]:
    found = biomarkers.compare(SUMMARY, people() if patients is None else patients, visits, names)
    return {(each["biomarker"], each["endpoint"]): each for each in found}


@pytest.mark.parametrize("name", ["ihc", "pten_loss", "fcgr3a", "stromal_lymphocytes", "serum_ecd"])
def test_every_patient_who_was_simulated_is_in_one_stratum(name: str) -> None:
    for endpoint, n in (("pfs", 2 * (N - 1)), ("os", 2 * (N - 1)), ("orr", 2 * (N - 2))):
        entry = compared(name)[name, endpoint]
        assert (sum(stratum["n"] for stratum in entry["strata"]), entry["all"]["n"], entry["unknown"]) == (n, n, 0)
        assert sum(stratum["events"] for stratum in entry["strata"]) == entry["all"]["events"]
        assert [stratum["level"] for stratum in entry["strata"]] == [
            level for level in BIOMARKERS[name] if level in {each["level"] for each in entry["strata"]}]


@pytest.mark.parametrize("endpoint", ["pfs", "os", "orr"])
def test_with_two_levels_the_interaction_is_the_ratio_of_the_ratios_shown(endpoint: str) -> None:
    entry = compared("pten_loss")["pten_loss", endpoint]
    kind = "odds_ratio" if endpoint == "orr" else "hazard_ratio"
    reduced, present = (stratum[kind]["value"] for stratum in entry["strata"])
    assert entry["interaction"]["value"] == pytest.approx(reduced / present, rel=1e-4)
    assert entry["interaction"]["levels"] == ["yes", "no"]
    assert entry["interaction"]["low"] < entry["interaction"]["value"] < entry["interaction"]["high"]


def test_the_interaction_is_that_of_the_library() -> None:
    table = people().filter(pl.col("status") == "ok")
    new = (table["arm"] == "new").to_numpy().astype(float)
    rank = table["ihc"].replace_strict({"3+": 3.0, "2+": 2.0, "1+": 1.0}).to_numpy()
    months, event = table["pfs_days"].to_numpy() / DAYS_PER_MONTH, table["pfs_cnsr"].to_numpy() == 0
    frame = DataFrame({"time": months, "event": event, "new": new, "per_level": new * rank, "ihc": rank})
    fit = CoxPHFitter(alpha=0.1).fit(frame, "time", "event", strata="ihc")
    found = compared("ihc")["ihc", "pfs"]["interaction"]
    assert found["test"] == "trend"
    assert found["value"] == pytest.approx(fit.hazard_ratios_["per_level"], rel=1e-5)
    assert found["p_value"] == pytest.approx(fit.summary.p["per_level"], rel=1e-4)


def test_it_is_said_what_a_score_of_2_stands_for() -> None:
    assert "ISH positive" in str(compared("ihc")["ihc", "pfs"]["note"])
    assert compared("pten_loss")["pten_loss", "pfs"]["note"] is None


def test_odds_ratios_that_rise_by_a_factor_from_level_to_level_give_that_factor() -> None:
    levels = [(score, odds_ratio(met, 100, 50, 100)) for score, met in ((3.0, 80), (2.0, 67), (1.0, 50))]
    found = interaction.of_odds(levels)
    assert found.ratio.value == pytest.approx(2.0, rel=0.02)
    assert found.p is not None
    assert found.p < 0.01
    assert interaction.of_odds(levels[:1]).ratio.value is None


def test_measured_markers_are_cut_where_the_facts_say() -> None:
    entry = compared("stromal_lymphocytes")["stromal_lymphocytes", "pfs"]
    cut = library.measurement().cuts["stromal_lymphocytes"]
    assert entry["cut"] == {"value": cut.value, "unit": "percent"}
    high = people().filter(pl.col("status") == "ok", pl.col("stromal_lymphocytes") >= cut.value / 100)
    assert entry["strata"][0]["n"] == len(high)


def test_a_marker_at_one_level_or_that_nobody_has_is_said_in_a_line() -> None:
    for name, words in (("brain_metastases", "all 178 patients are at one level, no"), ("node_positive", "do not have"),
                        ("serum_ecd_fall", "do not have")):
        (entry,) = biomarkers.compare(SUMMARY, people(), None, [name])
        assert (entry["strata"], entry["interaction"]) == ([], None)
        assert words in entry["note"]


def test_one_arm_has_outcomes_but_no_ratio_and_no_interaction() -> None:
    one = {"arms": SUMMARY["arms"][:1], "contrasts": []}
    for entry in biomarkers.compare(one, people(), None, ["pten_loss"]):
        assert (entry["reference"], entry["interaction"]) == (None, None)
        for stratum in entry["strata"]:
            assert {"hazard_ratio", "odds_ratio"}.isdisjoint(stratum)
            assert [arm["id"] for arm in stratum["arms"]] == ["control"]


def test_a_name_that_is_not_on_the_list_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean pik3ca_mutated"):
        biomarkers.check(["pten_loss", "pik3ca"])


class TestEarlyFall:
    """Read after treatment began: only who was there then counts, from then on."""

    @staticmethod
    def visits(*days: float) -> pl.DataFrame:
        """Return serum HER2 halved in every second patient, and risen in the others."""
        level = pl.when(pl.int_range(pl.len()) % 2 == 0).then(0.5).otherwise(1.3) * pl.col("serum_ecd_baseline")
        return pl.concat([people().select("patient", "arm", day=pl.lit(day), serum_ecd=level) for day in days])

    @pytest.mark.parametrize(("days", "read"), [((7.0, 14.0, 28.0, 35.0), 28.0), ((21.0, 42.0), 21.0), ((90.0,), 90.0)])
    def test_it_is_read_on_the_last_look_that_is_early_or_else_the_first(self, days: tuple[float, ...],
                                                                          read: float) -> None:
        assert compared("serum_ecd_fall", visits=self.visits(*days))["serum_ecd_fall", "pfs"]["from_day"] == read

    def test_who_had_progressed_counts_no_more_and_times_run_from_that_day(self) -> None:
        entry = compared("serum_ecd_fall", visits=self.visits(21.0))["serum_ecd_fall", "pfs"]
        there = people().filter(pl.col("status") == "ok", pl.col("pfs_days") > 21)
        assert entry["all"]["n"] == len(there)
        assert entry["unknown"] == 2 * (N - 1) - len(there)
        later = compared("pten_loss", patients=there.with_columns(pl.col("pfs_days") - 21))["pten_loss", "pfs"]
        assert entry["all"]["arms"] == later["all"]["arms"]
        assert "day 21" in entry["note"]

    def test_the_levels_are_those_who_fell_and_those_who_did_not(self) -> None:
        fell, others = compared("serum_ecd_fall", visits=self.visits(21.0))["serum_ecd_fall", "os"]["strata"]
        there = people().with_row_index().filter(pl.col("status") == "ok", pl.col("pfs_days") > 21)
        assert fell["n"] == len(there.filter(pl.col("index") % 2 == 0))
        assert others["n"] == len(there) - fell["n"]
