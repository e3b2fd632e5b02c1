"""Twins compared: who fares otherwise under the other arm."""

from __future__ import annotations

import polars as pl
import pytest

from her2lab.errors import InputError
from her2lab.trial.statistics.paired import paired

EVENTS = pl.DataFrame({"USUBJID": ["a-2", "b-1"], "AEDECOD": ["rash", "rash"], "AETOXGR": [3, 2]})


def patients(twins: tuple[str, ...] = ("1", "2", "3")) -> pl.DataFrame:
    rows = {
        "orr": ([True, True, None], [False, True, True]),
        "pfs_months": ([20.0, 8.0, 5.0], [6.0, 8.0, 3.0]),
        "pfs_cnsr": ([0, 0, 1], [0, 0, 0]),
        "best_change_percent": ([-50.0, -30.0, 0.0], [-20.0, -30.0, 0.0]),
    }
    return pl.concat(
        pl.DataFrame(
            {
                "arm": arm,
                "USUBJID": [f"{arm}-{n}" for n in (1, 2, 3)],
                "TWIN": names,
                "status": "ok",
                "cr": False,
                "pcr": pl.Series([None] * 3, dtype=pl.Boolean),
                **{key: both[side] for key, both in rows.items()},
            }
        )
        for side, (arm, names) in enumerate((("a", ("1", "2", "3")), ("b", twins)))
    )


def test_pairs_are_counted_by_direction_and_left_out_where_one_is_not_known() -> None:
    found = {row["outcome"]: row for row in paired(patients(), EVENTS, "a", "b", months=12, followup=36)["changes"]}
    assert found["orr"] == {"outcome": "orr", "pairs": 2, "left_out": 1, "only_arm": 1, "only_reference": 0, "both": 1,
                            "neither": 0}
    assert (found["pfs_event"]["pairs"], found["pfs_event"]["only_reference"]) == (2, 1)
    assert (found["rash_grade3"]["only_arm"], found["rash_grade3"]["only_reference"]) == (1, 0)
    assert "pcr" not in found


def test_means_are_of_each_patients_own_difference() -> None:
    found = {row["outcome"]: row for row in paired(patients(), EVENTS, "a", "b", months=12, followup=36)["means"]}
    assert found["best_change"]["value"] == pytest.approx(-10)
    assert found["pfs_restricted_mean"]["value"] == pytest.approx((12 - 6 + 0) / 2)
    assert found["best_change"]["low"] < -10 < found["best_change"]["high"]


@pytest.mark.parametrize("months", [0.0, -3.0, 36.1, float("nan")])
def test_beyond_the_follow_up_only_events_are_known_so_that_no_comparison_is_made(months: float) -> None:
    with pytest.raises(InputError, match="follow-up"):
        paired(patients(), EVENTS, "a", "b", months=months, followup=36)


@pytest.mark.parametrize(("twins", "arm", "says"), [(("7", "8", "9"), "a", "no twins"), (("1", "2", "3"), "x", "arm")])
def test_arms_without_twins_and_unknown_arms_are_refused(twins: tuple[str, ...], arm: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        paired(patients(twins), EVENTS, arm, "b", months=12, followup=36)
