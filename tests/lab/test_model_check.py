"""``her2lab model check``: what is in a file, its units, and whether the engine runs it."""

from __future__ import annotations

import json

import pytest

PLAIN = "model a; species S; S = 3; k = 0.1; y := 2*S; J: S -> ; k*S; end"
DELAYED = "model a; x = 1; x' = -delay(x, 1 + x); end"
UNITS = """model a; x = 1; p = 1; q = 2; p has metre; q has second; r := p + q; r has metre; x' = -x; end"""


@pytest.fixture
def model(tmp_path):
    def write(text):
        file = tmp_path / "model.ant"
        file.write_text(text)
        return file

    return write


def test_contents_of_a_model_that_runs(her2lab, model):
    ended = her2lab("model", "check", model(PLAIN))
    assert ended.status == 0
    assert "can be run" in ended.out
    assert ended.err == ""
    found = json.loads(her2lab("model", "check", model(PLAIN), "--json").out)
    assert found["runs"] is True
    assert found["states"] == ["S"]
    assert found["observables"] == ["y"]
    assert "k" in found["parameters"]
    assert found["contents"]["reactions"] == found["contents"]["assignment rules"] == 1


def test_what_is_unsupported_is_named_and_the_status_is_2(her2lab, model):
    ended = her2lab("model", "check", model(DELAYED))
    assert ended.status == 2
    assert "cannot be run" in ended.out
    assert "delay" in ended.out
    found = json.loads(her2lab("model", "check", model(DELAYED), "--json").out)
    assert found["runs"] is False
    assert "delay" in found["unsupported"]


def test_units_that_contradict_each_other_are_shown_and_the_model_still_runs(her2lab, model):
    ended = her2lab("model", "check", model(UNITS))
    assert ended.status == 0
    assert "units: " in ended.out
    assert json.loads(her2lab("model", "check", model(UNITS), "--json").out)["unit_problems"]


def test_the_projects_own_patient_has_no_unit_problem(her2lab, tmp_path):
    file = tmp_path / "patient.xml"
    file.write_text(her2lab("model", "export").out)
    found = json.loads(her2lab("model", "check", file, "--json").out)
    assert found["runs"] is True
    assert found["unit_problems"] == []


@pytest.mark.parametrize("text", ["model a; x = ; ; )( end", "<sbml>"])
def test_a_file_that_is_no_model_is_one_line(her2lab, model, text):
    ended = her2lab("model", "check", model(text))
    assert ended.status == 2
    assert ended.line.startswith("her2lab: error: ")


def test_tolerances_and_steps_are_options_of_a_run(her2lab, model):
    file = model("model a; x = 1; x' = -x; end")
    ended = her2lab("model", "run", file, "--until", "1", "--rtol", "1e-9", "--atol", "1e-12", "--json")
    assert json.loads(ended.out)["variables"]["x"][-1] == pytest.approx(0.36787944117, rel=1e-8)
    ended = her2lab("model", "run", file, "--until", "100", "--max-steps", "3")
    assert ended.status == 1
    assert "more steps were needed than are allowed" in ended.line
    assert her2lab("model", "run", file, "--until", "1", "--rtol", "2").status == 2


def test_value_that_is_no_number_is_null_with_a_note(her2lab, model):
    ended = her2lab("model", "run", model("model a; x = 1; x' = -x; y := 0/(x - x); end"), "--until", "1",
                    "--points", "2", "--json")
    found = json.loads(ended.out)
    assert found["variables"]["y"] == [None, None]
    assert found["notes"] == ["y has no finite value at 2 of 2 times"]


REACTION = """<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model>
<listOfCompartments><compartment id="c" size="{size}" spatialDimensions="3" constant="true"/></listOfCompartments>
<listOfSpecies><species id="S" compartment="c" initialConcentration="{start}" hasOnlySubstanceUnits="false"
 boundaryCondition="false" constant="false"/></listOfSpecies>
<listOfReactions><reaction id="J" reversible="false" fast="false">
<listOfReactants><speciesReference species="S" {stoichiometry} constant="true"/></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><ci>{law}</ci></math></kineticLaw></reaction></listOfReactions>
</model></sbml>"""


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [({}, 0, ""), ({"size": "0"}, 2, "size 0"), ({"stoichiometry": ""}, 2, "without a stoichiometry"),
     ({"start": "NaN"}, 2, "no finite initial value"), ({"law": "T"}, 2, "SBML rule")],
)
def test_check_and_run_give_the_same_verdict(her2lab, tmp_path, change, status, words):
    file = tmp_path / "model.xml"
    sound = {"size": "1", "start": "3", "stoichiometry": 'stoichiometry="1"', "law": "S"}
    file.write_text(REACTION.format(**sound | change))
    checked, run = her2lab("model", "check", file), her2lab("model", "run", file, "--until", "1")
    assert (checked.status, run.status) == (status, status)
    assert words in checked.out + checked.err
    assert words in run.err
