"""Subgroups: who is in one, what is compared, and that only what can be estimated is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from her2lab.facts.published import Published, PublishedContrast, PublishedSubgroup
from her2lab.trial import run_arms
from her2lab.trial.statistics.strata import column_of, strata
from her2lab.trial.statistics.subgroups import main_endpoints

from .. import toys

PUBLISHED = Published(source=toys.MADE_UP, subgroups=[PublishedSubgroup(
    property="pik3ca_mutated", level="yes", arms={"placebo": {"pfs_median": 8.6, "pfs_6m": 55.0}},
    contrasts=[PublishedContrast(endpoint="pfs", arm="pertuzumab", reference="placebo", hr=0.7, low=0.5, high=0.9),
               PublishedContrast(endpoint="orr", arm="pertuzumab", reference="placebo", odds_ratio=1.5)],
    source=toys.MADE_UP, seen=False)])
N = 60


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], dict[str, Any]]:
    trial = toys.trial(N, followup=500.0, published=PUBLISHED)
    cohort = toys.cohort(N)
    even = np.arange(N) % 2 == 0
    properties = cohort.properties.with_columns(
        pik3ca_mutated=pl.Series(even), hr_positive=pl.lit(1.0), ihc=pl.Series(np.where(np.arange(N) < 50, "3+", "2+")),
        fcgr3a=pl.Series(np.array(["VV", "VF", "FF"])[np.arange(N) % 3]),
    )
    result = run_arms(toys.setting(trial), replace(cohort, properties=properties), {"placebo": N, "pertuzumab": N})
    return {(each["property"], each["level"]): each for each in result.summary["subgroups"]}


def test_levels_with_few_patients_and_properties_that_all_share_are_left_out(found: dict[Any, Any]) -> None:
    assert list(found) == [("ihc", "3+"), ("pik3ca_mutated", "yes"), ("pik3ca_mutated", "no"), ("fcgr3a", "F"),
                           ("fcgr3a", "VV")]
    assert [arm["n"] for arm in found["fcgr3a", "F"]["arms"]] == [40, 40]


def test_a_subgroup_is_beside_what_was_published_of_it(found: dict[Any, Any]) -> None:
    mutated, wild = found["pik3ca_mutated", "yes"], found["pik3ca_mutated", "no"]
    assert mutated["arms"][0]["endpoints"]["pfs_median"]["published"] == 8.6
    assert mutated["arms"][0]["endpoints"]["pfs_6m"]["published"] == 55.0
    assert mutated["published"] == {"source": toys.MADE_UP, "seen": False}
    assert wild["published"] is None
    assert list(wild["arms"][0]["endpoints"]) == ["orr", "pfs_median", "os_median"]
    assert [each["endpoint"] for each in mutated["contrasts"]] == ["pfs", "os", "orr"]
    assert mutated["contrasts"][0]["hazard_ratio"]["published_high"] == 0.9
    assert mutated["contrasts"][2]["odds_ratio"]["published"] == 1.5


def test_the_parts_make_the_whole(found: dict[Any, Any]) -> None:
    parts = [found["pik3ca_mutated", level]["arms"][0] for level in ("yes", "no")]
    rates = [arm["endpoints"]["orr"] for arm in parts]
    assert all(each["low"] < each["sampling_low"] < each["sampling_high"] < each["high"] for each in rates)
    assert sum(arm["n"] for arm in parts) == N


def test_a_trial_may_be_run_with_some_of_its_arms() -> None:
    trial = toys.trial(N, followup=200.0, published=PUBLISHED)
    trial = trial.model_copy(update={"arms": trial.arms[1:]})
    cohort = toys.cohort(N)
    properties = cohort.properties.with_columns(pik3ca_mutated=pl.Series(np.arange(N) % 2 == 0))
    summary = run_arms(toys.setting(trial), replace(cohort, properties=properties), {"pertuzumab": N}).summary
    assert [each["contrasts"] for each in summary["subgroups"]] == [[], []]


def test_serum_is_cut_at_its_limit_where_it_is_measured() -> None:
    assert column_of("serum_ecd") == "serum_ecd_baseline"
    serum = pl.Series([40.0, 10.0, 15.0, None])
    assert strata("serum_ecd", serum, {"serum_ecd": 15.0}).tolist() == ["high", "low", "high", ""]


def test_the_first_landmark_of_relapse_is_a_main_endpoint() -> None:
    names = ["pcr", "idfs_36m", "idfs_60m", "dfs_84m", "os_36m", "os_median", "cr"]
    assert main_endpoints(names) == ["pcr", "idfs_36m", "dfs_84m", "os_median"]
