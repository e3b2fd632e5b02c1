"""Cells in culture from Python."""

from __future__ import annotations

import pytest

import her2lab


def test_a_kinase_inhibitor_takes_pakt_away_and_a_washout_shows():
    given = {"drugs": {"Lapatinib": "1 uM"}, "time": "6 h", "points": 4, "read": ["pakt", "perk"]}
    found = her2lab.in_vitro("SKBR3", **given)
    assert found.fold_changes["readout"].to_list() == ["pakt", "perk"]
    assert found.fold_changes["fold_change"][0] < 0.5
    assert found.courses.filter(readout="pakt")["hours"].to_list() == pytest.approx([0, 2, 4, 6])
    washed = her2lab.in_vitro("SKBR3", **given, washout="2 h")
    assert washed.fold_changes["fold_change"][0] > found.fold_changes["fold_change"][0]
    assert "Research use only" in found._repr_html_()


def test_cells_may_be_given_by_their_receptors():
    found = her2lab.in_vitro({"her2": 1.5e6}, ligands={"nrg1": "10 nM"}, time="1 h", points=2, read=["pakt"])
    assert found.line == "cells with 1,500,000 HER2"
    assert found.fold_changes["fold_change"].item() > 1


@pytest.mark.parametrize(("given", "named"), [
    ({"line": "SKBR4"}, "line"),
    ({"line": {"her5": 1.0}}, "line"),
    ({"drugs": {"lapatinb": "1 uM"}}, "drugs"),
    ({"drugs": {"lapatinib": "1"}}, r"drugs\['lapatinib'\]"),
    ({"ligands": {"nrg7": "1 nM"}}, "ligands"),
    ({"knockdown": {"erbb3": 2.0}}, r"knockdown\['erbb3'\]"),
    ({"features": ["pten_los"]}, "features"),
    ({"time": "24"}, "time"),
    ({"washout": "48 h"}, "washout"),
    ({"points": 1}, "points"),
    ({"read": "pakt"}, "read"),
    ({"read": ["pact"]}, "read"),
])
def test_an_argument_that_cannot_be_used_is_named(given, named):
    with pytest.raises(her2lab.InputError, match=rf"^field {named}, value") as refused:
        her2lab.in_vitro(**{"line": "SKBR3", **given})
    assert "--" not in str(refused.value)
