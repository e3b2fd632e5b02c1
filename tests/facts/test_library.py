"""The shipped facts: all in order, every number with its origin, and looked up by name."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.aliases import plain
from her2lab.facts.quantity import Quantity
from her2lab.facts.units import convert
from her2lab.population import check_drug
from her2lab.presentation import facts_tables


def test_every_shipped_file_is_in_order() -> None:
    assert [str(problem) for problem in library.validate_all()] == []


@pytest.mark.parametrize("name", library.drugs())
def test_each_number_has_an_origin_and_converts(name: str) -> None:
    drug = library.drug(name)
    check_drug(drug)
    for symbol, quantity in drug.parameters.items():
        assert (quantity.source is None) != (quantity.assumption is None)
        assert quantity.source is None or quantity.source in drug.sources
        told = quantity.seen is not None or quantity.note            # a derived number says how in its note
        assert quantity.source is None or told, f"{symbol}: was the number read in the source?"
    assert convert(drug.molar_mass, "kg/mol") > 0
    assert drug.approvals
    assert drug.side_effects
    assert set(drug.regimens) <= set(library.regimens())


@pytest.mark.parametrize("name", library.drugs())
def test_covariances_make_a_positive_definite_matrix(name: str) -> None:
    drug = library.drug(name)
    varying = [symbol for symbol, quantity in drug.parameters.items() if quantity.cv_percent]
    matrix = np.diag([math.log1p((drug.parameters[symbol].cv_percent / 100) ** 2) for symbol in varying])
    for each in drug.correlations:
        one, other = (varying.index(symbol) for symbol in each.between)
        matrix[one, other] = matrix[other, one] = each.covariance_log
    assert np.linalg.eigvalsh(matrix).min(initial=1.0) > 0


def test_cleopatra_is_the_published_trial() -> None:
    trial = library.trial("cleopatra")
    assert {arm.id: arm.n for arm in trial.arms} == {"placebo": 406, "pertuzumab": 402}
    assert trial.use == "calibration"
    assert trial.assessments["tumour"] == 63
    assert {contrast.endpoint for contrast in trial.published.contrasts} == {"pfs", "os"}
    rules = {rule.id for rule in library.rules_in_force(trial)}
    assert "docetaxel_day_of_dosing" in rules
    assert "pertuzumab_trastuzumab_below_40" in rules
    assert "trastuzumab_fall_16" not in rules
    switched = trial.replace(rules={"docetaxel_reduce": False, "trastuzumab_fall_16": True})
    assert {rule.id for rule in library.rules_in_force(switched)} == rules - {"docetaxel_reduce"} | {
        "trastuzumab_fall_16"
    }
    with pytest.raises(InputError, match="did you mean docetaxel_reduce"):
        library.rules_in_force(trial.replace(rules={"docetaxel_reduced": False}))


def test_an_arm_by_itself_keeps_the_rules_of_its_trial() -> None:
    trial = library.trial("cleopatra")
    placebo = library.with_arms(trial, ["placebo"])
    assert [arm.id for arm in placebo.arms] == ["placebo"]
    kept = [rule for rule in library.rules_in_force(trial) if {"trastuzumab", "docetaxel"} & set(rule.drugs)]
    assert library.rules_in_force(placebo) == kept
    assert "trastuzumab_fall_16" not in {rule.id for rule in library.rules_in_force(placebo)}


def test_grades_rise_with_the_change() -> None:
    for grading in library.grades():
        below = [quantity.value for _, quantity in sorted(grading.below.items())]
        assert below == sorted(below, reverse=True)
        for rising in (grading.at_least, grading.fall_at_least):
            limits = [quantity.value for _, quantity in sorted(rising.items())]
            assert limits == sorted(limits)
    assert {"diarrhoea", "ild", "anaemia", "heart_failure"} <= {grading.event for grading in library.grades()}


@pytest.mark.parametrize(
    ("look_up", "name", "hint"),
    [(library.drug, "trastuzumap", "trastuzumab"), (library.trial, "cleopatre", "cleopatra")],
)
def test_unknown_names_get_the_nearest(look_up: Any, name: str, hint: str) -> None:
    with pytest.raises(InputError, match=f"did you mean {hint}"):
        look_up(name)
    with pytest.raises(InputError):
        look_up("xyz")


def test_a_trial_file_of_ones_own(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "facts/trials/cleopatra.yaml").read_text(encoding="utf-8")
    own = tmp_path / "mine.yaml"
    own.write_text(text)
    assert library.trial(own) == library.trial("cleopatra")
    assert library.validate_files([own]) == []
    own.write_text(text.replace("population: breast", "population: brest"))
    with pytest.raises(InputError, match="did you mean breast_metastatic_1l") as caught:
        library.trial(own)
    assert caught.value.line == text[: text.index("population:")].count("\n") + 1
    with pytest.raises(InputError, match="not there"):
        library.trial(tmp_path / "none.yaml")


def test_files_of_ones_own_add_to_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "facts" / "drugs"
    folder.mkdir(parents=True)
    text = (Path(__file__).parents[2] / "facts/drugs/docetaxel.yaml").read_text(encoding="utf-8")
    (folder / "newtaxel.yaml").write_text(text.replace("id: docetaxel", "id: newtaxel"))
    monkeypatch.setenv("HER2LAB_HOME", str(tmp_path))
    assert {"newtaxel", "docetaxel"} <= set(library.drugs())
    monkeypatch.delenv("HER2LAB_HOME")
    assert "newtaxel" not in library.drugs()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("source: bissery1995", "source: bissery1996", "did you mean bissery1995"),
        ("unit: L/h", "unit: L/hr", "is not a unit"),
        ("id: docetaxel", "id: doxetaxel", "not the name of the file"),
        ("807.9, unit: g/mol", "807.9, unit: g", "molar_mass.unit"),
        ("clearance: {value: 44.1", "clearance: {value: 44,1", "unknown field"),
        ("100, unit: mg/m2", "100, unit: mg", "highest_dose"),
        ("routes: [iv]", "routes: [iv]\ndose_units_by_route: {sc: [mg/m2]}", "not a route of this drug"),
        ("routes: [iv]", "routes: [iv]\ndose_units_by_route: {iv: [mg]}", "not a unit of this drug's doses"),
    ],
)
def test_validation_finds_slips_in_a_drug_file(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (Path(__file__).parents[2] / "facts/drugs/docetaxel.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "docetaxel.yaml"
    path.write_text(text.replace(old, new))
    (problem,) = library.validate_files([path])
    assert says in str(problem)
    assert str(path) in str(problem)


def test_a_file_of_no_kind(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("hello: world\n")
    (problem,) = library.validate_files([path])
    assert "not a file of facts" in str(problem)


def test_pages_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(width=200)
    drug, trial = library.drug("trastuzumab"), library.trial("cleopatra")
    for part in (
        facts_tables.drug_table(library.drugs()),
        facts_tables.drug_page(drug),
        facts_tables.trial_table([trial]),
        facts_tables.trial_page(trial),
    ):
        console.print(part)
    shown = capsys.readouterr().out
    for text in (
        "0.127 L/day",
        "CV 40.1 %",
        "quartino2019",
        "ASSUMPTION",
        "every 21 days until progression",
        "hazard ratio 0.68",
        "trough, days 0 to 21, median",
        "a published population model",
    ):
        assert text in shown
    plain = facts_tables.to_json(drug)
    json.dumps(plain, allow_nan=False)
    assert plain["sources"]["quartino2019"]["doi"].startswith("10.1007")


def test_quantity_refuses_text_for_a_number() -> None:
    with pytest.raises(ValueError, match="valid number"):
        Quantity.model_validate({"value": "5", "unit": "L", "source": "x"})


@pytest.mark.parametrize(("name", "identifier"), [
    ("T-DM1", "trastuzumab_emtansine"), ("tdm1", "trastuzumab_emtansine"), ("t-dxd", "trastuzumab_deruxtecan"),
    ("Enhertu", "trastuzumab_deruxtecan"), ("Pertuzumab", "pertuzumab"), ("5-FU", "fluorouracil")])
def test_a_drug_is_found_by_any_of_its_names(name: str, identifier: str) -> None:
    assert library.drug(name).id == identifier


def test_no_two_drugs_share_a_name() -> None:
    names = [plain(each) for drug in library.drugs().values() for each in {plain(drug.id), plain(drug.name),
                                                                           *map(plain, drug.aliases)}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["NCT00567190", "Cleopatra", "WO20698"])
def test_a_trial_is_found_by_the_number_of_registry_or_protocol(name: str) -> None:
    assert library.trial(name).id == "cleopatra"


def test_no_shipped_trial_gives_doubtful_doses() -> None:
    assert [doubt for trial in library.trials() for doubt in library.doubts(trial)] == []


def test_an_unknown_drug_is_answered_with_the_nearest_name_of_any_kind() -> None:
    with pytest.raises(InputError, match="did you mean Kadcyla"):
        library.drug("kadcila")
