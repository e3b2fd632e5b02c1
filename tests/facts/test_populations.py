"""Populations written as another one and what differs from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from her2lab import population
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.population_bases import with_base
from her2lab.facts.records import Population
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.vocabulary import BASELINE_KEYS
from her2lab.fitting import calibration

BASE = """\
id: base
title: base
covariates:
  age: {kind: constant, value: 50}
  weight: {kind: constant, value: 60, source: s}
parameters:
  a: {kind: constant, value: 1, calibrated: true}
  b: {kind: constant, value: 2}
correlations: [{between: [age, weight], value: 0.1}]
baseline_keys: {age_median: age}
not_simulated: [visceral]
sources: {s: {cite: s}}
"""
CHILD = """\
id: child
title: child
based_on: base
covariates:
  weight: {kind: constant, value: 70}
  height: {kind: constant, value: 160}
correlations: [{between: [height, weight], value: 0.3}]
not_simulated: [node_positive]
"""
NEW_PROPERTIES = {"hypertension", "prior_heart_disease", "diabetes", "lung_disease", "hla_drb1_0701", "prior_platinum"}


def merged(folder: Path, name: str, **files: str) -> Document:
    for stem, text in files.items():
        (folder / f"{stem}.yaml").write_text(text)
    known = {path.stem: path for path in folder.glob("*.yaml")}
    return with_base(read_document(known[name]), known)


def test_a_population_gives_only_what_differs_from_its_base(tmp_path: Path) -> None:
    data = merged(tmp_path, "child", base=BASE, child=CHILD).data
    assert "based_on" not in data
    assert list(data["covariates"]) == ["age", "weight", "height"]
    assert data["covariates"]["weight"]["value"] == 70
    assert data["parameters"]["b"]["value"] == 2
    assert [each["value"] for each in data["correlations"]] == [0.1, 0.3]
    assert data["not_simulated"] == ["node_positive"]
    assert data["baseline_keys"] == {"age_median": "age"}
    assert data["sources"] == {"s": {"cite": "s"}}


def test_what_was_fitted_in_the_base_does_not_count_as_fitted_in_the_other(tmp_path: Path) -> None:
    taken = merged(tmp_path, "child", base=BASE, child=CHILD).data["parameters"]["a"]
    assert not taken["calibrated"]
    assert "base" in taken["note"]


def test_bases_may_have_bases(tmp_path: Path) -> None:
    data = merged(tmp_path, "third", base=BASE, child=CHILD, third="id: third\ntitle: t\nbased_on: child\n").data
    assert data["covariates"]["height"]["value"] == 160
    assert data["title"] == "t"


def test_an_error_in_an_appended_entry_has_its_own_line(tmp_path: Path) -> None:
    document = merged(tmp_path, "child", base=BASE, child=CHILD)
    assert document.error(("correlations", 1), "x").line == 7


@pytest.mark.parametrize(
    ("base", "says"),
    [
        ("bass", "unknown population; did you mean base?"),
        ("[base]", "unknown population"),
        ("child", "child -> child"),
        ("ring", "child -> ring -> child"),
    ],
)
def test_an_unknown_or_circular_base_is_one_line(tmp_path: Path, base: str, says: str) -> None:
    ring = "id: ring\ntitle: ring\nbased_on: child\n"
    with pytest.raises(InputError) as caught:
        merged(tmp_path, "child", base=BASE, ring=ring, child=CHILD.replace("based_on: base", f"based_on: {base}"))
    said = str(caught.value)
    assert says.split("; ")[-1] in said
    assert "based_on" in said
    assert "\n" not in said


@pytest.mark.parametrize("people", library.populations(), ids=lambda people: people.id)
def test_every_population_has_the_properties_of_its_kind_and_can_be_drawn(people: Population) -> None:
    assert set(people.covariates) >= NEW_PROPERTIES
    assert people.covariates["hla_drb1_0701"].probability == 0.224
    assert len(population.draw(people, 3, 1).patients) == 3


@pytest.mark.parametrize("people", library.populations(), ids=lambda people: people.id)
def test_each_baseline_key_is_taken_or_known_as_not_simulated(people: Population) -> None:
    assert set(people.baseline_keys) | set(people.not_simulated) == set(BASELINE_KEYS)


def test_the_populations_of_the_contract_are_there() -> None:
    assert {people.id for people in library.populations()} == {
        "breast_metastatic_1l", "breast_metastatic_2l", "breast_metastatic_3l", "breast_metastatic_her2_low",
        "breast_neoadjuvant", "breast_adjuvant", "breast_residual",
        "gastric_metastatic_1l", "gastric_metastatic_2l", "gastric_perioperative",
    }


def test_a_fit_of_a_number_that_only_the_base_holds_is_refused_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first_line = library.calibration("breast_metastatic_1l")
    free = [one for one in first_line.free if one.parameter == "clone.growth_rate"]
    second_line = first_line.replace(population="breast_metastatic_2l", free=free)
    monkeypatch.setattr(library, "calibration", lambda name: second_line)
    monkeypatch.setattr(calibration, "run_trial", lambda *a, **k: pytest.fail("a trial was run"))
    with pytest.raises(InputError, match="no such parameter in this file"):
        calibration.run("breast_metastatic_1l", evaluations=1)
