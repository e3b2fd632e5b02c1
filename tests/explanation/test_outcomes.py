"""What is read of a small cohort."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from her2lab.explanation import outcomes

MONTH = 365.25 / 12


def people(days: list[float], **columns: object) -> pl.DataFrame:
    return pl.DataFrame({"status": "ok", "pfs_days": days, "pfs_cnsr": [0] * len(days), **columns})


def test_a_median_moves_with_every_time_around_it() -> None:
    everybody = np.arange(101)
    days = [MONTH * (month + 1) for month in range(101)]
    read = outcomes.reader(people(days), "pfs_median")
    assert read(everybody) == pytest.approx(51, abs=0.5)
    later = outcomes.reader(people([day + MONTH * (40 < n < 60) for n, day in enumerate(days)]), "pfs_median")
    assert read(everybody) < later(everybody) < read(everybody) + 1


def test_shares_and_landmarks_are_percentages() -> None:
    table = people([MONTH, 3 * MONTH, 5 * MONTH, 7 * MONTH], orr=[True, None, False, False], grade_rash=[0, 1, 3, 4])
    rows = np.arange(4)
    assert outcomes.reader(table, "pfs_4m")(rows) == pytest.approx(50)
    assert outcomes.reader(table, "orr")(rows) == pytest.approx(100 / 3)
    assert outcomes.reader(table, "rash any")(rows) == pytest.approx(75)
    assert outcomes.reader(table, "rash grade3")(rows) == pytest.approx(50)
