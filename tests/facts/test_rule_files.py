"""Files of management rules: what is read, and what is refused in one line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.drug_checks import check_drug
from her2lab.facts.library import rule_files as rulebook
from her2lab.facts.management import RuleFile
from her2lab.facts.records import DoseLevels, Drug
from her2lab.facts.rule_checks import check_across, check_supportive, read_rules
from her2lab.facts.strict_yaml import Document, read_document

from . import files

LEVELS = DoseLevels(unit="mg/kg", values=[3.6, 3.0], source="s")
DRUGS = {
    drug.id: drug
    for drug in (
        files.stub("tdm1", "mg/kg", dose_levels=LEVELS), files.stub("docetaxel", "mg/m2"),
        files.stub("loperamide", "mg"), files.stub("trastuzumab", "mg/kg"),
    )
}
RULE = """\
  - id: first
    organ: marrow
    measure: platelets
    drugs: [tdm1]
    unit: Gcell/L
    when: {value_below: 25}
    action: hold
    resume: {value_at_least: 75}
    on_resume: reduce
    source: label
"""
END = "sources: {label: {cite: a label}}\n"


def document(tmp_path: Path, text: str, name: str = "rules.yaml") -> Document:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def read(tmp_path: Path, *rules: str, drugs: dict[str, Drug] | None = None) -> RuleFile:
    return read_rules(document(tmp_path, "rules:\n" + "".join(rules) + END), DRUGS if drugs is None else drugs)


def changed(**fields: str | None) -> str:
    """The rule with other fields; None leaves one out."""
    lines = {line.strip(" -").partition(":")[0]: line for line in RULE.splitlines()}
    for name, value in fields.items():
        lines[name] = f"  {'- ' if name == 'id' else '  '}{name}: {value}" if value is not None else ""
    return "\n".join(line for line in lines.values() if line) + "\n"


def test_a_rule_with_everything(tmp_path: Path) -> None:
    give = changed(id="second", action="give", resume=None, on_resume=None, measure="diarrhoea", unit="grade",
                   when="{value_at_least: 1}", only_in="early", organ="gut",
                   give="{drug: loperamide, dose: 4 mg, per_day: 3, every: 1, duration: 2 weeks, route: oral}")
    hy = changed(id="third", measure="alt", unit="ULN", when="{value_above: 3}", action="stop", resume=None,
                 on_resume=None, also="[{measure: bilirubin, unit: ULN, when: {value_above: 2}}]")
    rules = read(tmp_path, RULE, give, hy).rules
    assert [rule.id for rule in rules] == ["first", "second", "third"]
    assert rules[1].give is not None
    assert rules[1].give.duration == 14
    assert rules[1].give.dose is not None
    assert rules[1].give.dose.amount == 4
    assert rules[2].also[0].measure == "bilirubin"


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"organ": "heat"}, "rules[0].organ", "did you mean heart"),
        ({"measure": "platelet"}, "rules[0].measure", "did you mean platelets"),
        ({"drugs": "[tdm2]"}, "rules[0].drugs[0]", "unknown drug; did you mean tdm1"),
        ({"only_with": "[tdm2]"}, "rules[0].only_with[0]", "unknown drug"),
        ({"unit": None}, "rules[0].unit", "unit of the limits is missing.*Gcell/L"),
        ({"unit": "1/mL"}, "rules[0].unit", "is not the unit of platelets.*Gcell/L"),
        ({"when": "{}"}, "rules[0].when", "has no limit"),
        ({"when": "{value_below: 25 Gcell/L}"}, "rules[0].when.value_below", "is not a number"),
        ({"when": "{value_under: 25}"}, "rules[0].when", "not known|did you mean value_below"),
        ({"when": "{value_below: 25, value_above: 30}"}, "rules[0].when", "no value can meet"),
        ({"resume": "{value_at_least: 20}"}, "rules[0].resume", "can be met while when is met"),
        ({"action": "stop", "on_resume": None}, "rules[0].resume", "goes with hold only"),
        ({"action": "stop", "resume": None}, "rules[0].on_resume", "goes with hold only"),
        ({"action": "give", "resume": None, "on_resume": None}, "rules[0].give", "is missing"),
        ({"give": "{drug: loperamide, dose: 4 mg, at: [0], route: oral}"}, "rules[0].give", "goes with give only"),
        ({"drugs": "[tdm1, docetaxel]"}, "rules[0].reduce_to_fraction", "docetaxel has no dose levels"),
        ({"reduce_to_fraction": "0.8"}, "rules[0].reduce_to_fraction", "tdm1 has dose levels"),
        ({"on_resume": None, "reductions_at_most": "2"}, "rules[0].reductions_at_most", "reduces nothing"),
        ({"on_resume": None, "same_dose_holds": "1"}, "rules[0].same_dose_holds", "no later hold"),
        ({"action": "reload", "resume": None, "on_resume": None}, "rules[0].measure", "how late a dose is.*days_late"),
        ({"measure": "days_late", "unit": "day"}, "rules[0].action", "reload or stop"),
        ({"measure": "rash", "unit": "grade", "when": "{value_at_least: 6}"}, "rules[0].when.value_at_least", "0 to 5"),
        ({"measure": "rash", "unit": "grade", "when": "{fall_at_least: 1}"}, "rules[0].when.fall_at_least",
         "no baseline"),
        ({"only_with": "[docetaxel]", "unless_with": "[docetaxel]"}, "rules[0].unless_with", "also in only_with"),
        ({"only_in": "late"}, "rules[0].only_in", "one of early, metastatic"),
        ({"also": "[{measure: alt, unit: grade, when: {value_above: 2}}]"}, "rules[0].also[0].unit", "ULN"),
        ({"also": "[{measure: alt, when: {value_above: 2}}]"}, "rules[0].also[0].unit", "missing.*ULN"),
    ],
)
def test_rules_that_are_refused(tmp_path: Path, fields: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(InputError) as problem:
        read(tmp_path, changed(**fields))
    assert problem.value.field is not None
    assert problem.value.field.startswith(field)
    assert problem.value.line is not None
    assert re.search(says, str(problem.value)), str(problem.value)
    assert "\n" not in str(problem.value)


def test_two_rules_must_not_contradict_one_another(tmp_path: Path) -> None:
    other = changed(id="second", action="stop", resume=None, on_resume=None)
    with pytest.raises(InputError, match="says stop for tdm1 in the same case as first, which says hold"):
        read(tmp_path, RULE, other)
    with pytest.raises(InputError, match="two rules are called first"):
        read(tmp_path, RULE, changed(when="{value_below: 20}"))
    read(tmp_path, RULE, changed(id="second", action="stop", resume=None, on_resume=None, only_in="early"))
    texts = {"a.yaml": RULE, "b.yaml": other}
    one, two = (document(tmp_path, f"rules:\n{text}{END}", name) for name, text in texts.items())
    with pytest.raises(InputError, match=r"b\.yaml.*of a\.yaml"):
        check_across([(each, read_rules(each, DRUGS)) for each in (one, two)])


def test_a_drug_to_be_given_that_is_not_there_is_found_by_validation_only(tmp_path: Path) -> None:
    text = changed(action="give", resume=None, on_resume=None, give="{drug: codeine, dose: 4 mg, at: [0], route: oral}")
    file = read(tmp_path, text)
    assert file.rules[0].give is not None
    with pytest.raises(InputError, match=r"rules\[0\].give.drug.*unknown drug"):
        check_supportive(document(tmp_path, f"rules:\n{text}{END}"), file, DRUGS)


def test_dose_levels_fall_in_a_unit_of_the_drug() -> None:
    path = Path("tdm1.yaml")
    for levels, says in (
        (DoseLevels(unit="mg/kg", values=[3.0, 3.6], source="s"), "do not fall"),
        (DoseLevels(unit="mg", values=[3.6, 3.0], source="s"), "not a unit of this drug's doses"),
        (DoseLevels(unit="mg/kg", values=[3.6, 3.0]), "source or an assumption"),
    ):
        with pytest.raises(InputError, match=says):
            check_drug(Document(path, {}), files.stub("tdm1", "mg/kg", dose_levels=levels,
                                                                 infusion_minutes=files.highest(30, "min")["min"]))


def test_cut_offs_in_another_unit_are_refused(tmp_path: Path) -> None:
    text = """\
title: grades
grades:
  - event: alt_increased
    measure: alt
    at_least: {grade1: {value: 1, unit: U, assumption: made up}}
sources: {}
"""
    path = tmp_path / "ctcae.yaml"
    wrong = (("unit: U", "unit: '1'", "not in the unit of alt.*ULN"), ("alt_inc", "alt_dec", "did you mean"))
    for old, new, says in wrong:
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert re.search(says, str(library.validate_files([path])[0]))


def test_only_in_takes_the_setting_of_the_population(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = library.rules()[0].replace(only_in="early", only_with=[], unless_with=[])
    monkeypatch.setattr(rulebook, "rules_of", lambda _: [rule.replace(drugs=["trastuzumab"])])
    trial = library.trial("cleopatra")
    assert library.rules_in_force(trial) == []
    early = trial.replace(population="breast_neoadjuvant")
    assert [each.id for each in library.rules_in_force(early)] == [rule.id]
    assert library.rules_in_force(early.replace(rules={rule.id: False})) == []
    assert len(library.rules_in_force(trial.replace(rules={rule.id: True}))) == 1
