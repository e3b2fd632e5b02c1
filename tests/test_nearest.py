"""Names in messages: the nearest one where something is near, all of them where nothing is."""

from __future__ import annotations

from her2lab.nearest import did_you_mean, likeness, nearest, unknown

DRUGS = ("lapatinib", "neratinib", "trastuzumab")


def test_a_slip_of_the_pen_is_told_the_nearest_name() -> None:
    assert did_you_mean("Lapatinip", DRUGS) == "; did you mean lapatinib?"
    assert "did you mean trastuzumab" in unknown("drug", "trastuzumap", DRUGS).message
    assert unknown("drug", "trastuzumap", DRUGS).expected is None


def test_where_nothing_is_near_all_are_named() -> None:
    assert did_you_mean("x", DRUGS) == ""
    assert unknown("drug", "x", DRUGS).expected == "one of lapatinib, neratinib, trastuzumab"


def test_several_are_ordered_by_likeness() -> None:
    assert nearest("lapatinib", DRUGS, most=2) == ["lapatinib", "neratinib"]
    assert likeness("lapatinib", "lapatinib") == 1
    assert nearest("x", DRUGS, from_likeness=0.0) != []
