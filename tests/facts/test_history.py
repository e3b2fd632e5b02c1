"""What a population or a trial may say of the lines before entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.prior_lines import check_history
from her2lab.facts.reading import to_record
from her2lab.facts.records import Population
from her2lab.facts.strict_yaml import read_document

PEOPLE = """\
id: people
title: people
covariates:
  weight: {kind: lognormal, median: 60, cv_percent: 20}
  treated: {kind: bernoulli, probability: 0.5}
parameters: {}
history:
  - {regimen: trastuzumab_docetaxel, when: treated}
before_entry: {treated: 0}
sources: {}
"""


def refusal(folder: Path, old: str, new: str) -> InputError:
    path = folder / "people.yaml"
    path.write_text(PEOPLE.replace(old, new))
    document = read_document(path)
    with pytest.raises(InputError) as caught:
        check_history(document, to_record(document, Population, document.data), ["trastuzumab_docetaxel"])
    return caught.value


@pytest.mark.parametrize(("old", "new", "field", "says"), [
    ("trastuzumab_docetaxel", "trastuzumab_docetaxol", "history[0].regimen", "did you mean trastuzumab_docetaxel?"),
    ("when: treated", "when: treted", "history[0].when", "did you mean treated?"),
    ("when: treated", "unless: weight", "history[0].unless", "is no 0/1 property"),
    ("when: treated", "wen: treated", "history[0].wen", "did you mean when?"),
    ("{treated: 0}", "{weight: 0}", "before_entry.weight", "is no 0/1 property"),
])
def test_a_mistake_in_a_history_is_one_line(tmp_path: Path, old: str, new: str, field: str, says: str) -> None:
    problem = refusal(tmp_path, old, new)
    assert problem.field == field
    assert says in str(problem)
    assert "\n" not in str(problem)


def test_a_trial_takes_the_history_of_its_population_unless_it_names_its_own() -> None:
    emilia = library.trial("emilia")
    assert [line.name for line in library.earlier_lines(emilia)] == [
        "pertuzumab_trastuzumab_docetaxel", "trastuzumab_docetaxel", "trastuzumab_emtansine_3_weekly"]
    assert library.earlier_lines(emilia.replace(prior=[])) == []
    named = library.earlier_lines(emilia.replace(prior=["paclitaxel_weekly", emilia.arms[0].regimen]))
    assert [line.name for line in named] == ["paclitaxel_weekly", "prior_2"]
    assert named[1].regimen == emilia.arms[0].regimen
    assert named[0].when is None


def test_first_line_and_early_disease_have_no_history() -> None:
    with_history = {people.id for people in library.populations() if people.history}
    assert with_history == {"breast_metastatic_2l", "breast_metastatic_3l", "breast_metastatic_her2_low",
                            "gastric_metastatic_2l"}
