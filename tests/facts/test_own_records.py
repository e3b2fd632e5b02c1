"""Records of one's own in memory: immutable, changed by checked copies, written as files that read back the same."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.quantity import Quantity
from her2lab.facts.records import Administration, Arm, Dose, Published, Trial
from her2lab.facts.strict_yaml import read_document
from her2lab.printable import hidden

CLEOPATRA = library.trial("cleopatra")
LINE = {"drug": "trastuzumab", "dose": "6 mg/kg", "every": 21, "until": "progression"}


def read_back(trial: Trial, folder: Path) -> Trial:
    path = folder / "own.yaml"
    path.write_text(trial.to_yaml(), encoding="utf-8")
    return Trial.of(read_document(path), library.drugs())


# ------------------------------------------------------------------------------------------------ immutable
def test_what_the_library_hands_out_cannot_be_changed() -> None:
    drug = library.drug("trastuzumab")
    with pytest.raises(TypeError, match="cannot be changed"):
        drug.parameters["clearance"] = drug.parameters["clearance"]  # type: ignore[index]
    with pytest.raises(TypeError, match="cannot be changed"):
        drug.parameters.update({})  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="frozen"):
        drug.parameters["clearance"].value = 0.0  # type: ignore[misc]
    with pytest.raises(AttributeError):
        CLEOPATRA.arms.append(CLEOPATRA.arms[0])  # type: ignore[attr-defined]
    assert CLEOPATRA.published is not None
    with pytest.raises(TypeError, match="cannot be changed"):
        CLEOPATRA.published.adverse_events["placebo"]["diarrhoea"]["any"] = 0.0  # type: ignore[index]


@pytest.mark.parametrize("record", [CLEOPATRA, library.drug("trastuzumab"), library.population("breast_metastatic_1l"),
                                    library.cell_lines()["skbr3"], library.rules()[0]])
def test_records_are_copied_pickled_and_hashed(record: Any) -> None:
    assert copy.deepcopy(record) == record
    again = pickle.loads(pickle.dumps(record))  # noqa: S301 - our own bytes
    assert again == record
    assert hash(again) == hash(record)


# ------------------------------------------------------------------------------------------------ changed copies
def test_a_wrong_field_or_value_is_refused_by_name() -> None:
    clearance = library.drug("trastuzumab").parameters["clearance"]
    assert clearance.replace(value=1.0).value == 1.0
    with pytest.raises(InputError, match="did you mean value"):
        clearance.replace(valeu=1.0)
    with pytest.raises(InputError, match=r"field value, value '1': is not a number"):
        clearance.replace(value="1")
    with pytest.raises(InputError, match="either a source or an assumption"):
        clearance.replace(assumption="and a source")
    with pytest.raises(InputError, match=r"field arms\[0\]\.n, value -1"):
        CLEOPATRA.replace(arms=[{"id": "a", "n": -1, "regimen": [LINE]}])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"folowup": 10}, "did you mean followup"),
        ({"followup": "24 moons"}, "field followup, value '24 moons'"),
        ({"followup": float("nan")}, "is not a finite number"),
        ({"endpoints": ["pfs", "oss"]}, r"field endpoints\[1\], value 'oss': unknown endpoint; did you mean os"),
        ({"baseline": {"ihc4": 0.5}}, "did you mean ihc3"),
        ({"assessments": {"tumor": 63}}, "did you mean tumour"),
        ({"arms": []}, "there is no arm"),
        ({"title": {1, 2}}, "cannot be a set"),
    ],
)
def test_a_trial_takes_what_a_file_could_say(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        CLEOPATRA.replace(**changes)


def test_a_copy_of_a_trial_leaves_the_trial_as_it_was() -> None:
    longer = CLEOPATRA.replace(followup="24 months", arms=list(CLEOPATRA.arms[:1]))
    assert longer.followup == pytest.approx(730.5)
    assert [arm.id for arm in longer.arms] == ["placebo"]
    assert library.trial("cleopatra") == CLEOPATRA
    assert len(CLEOPATRA.arms) == 2


def test_published_outcomes_stay_with_the_regimens_that_had_them() -> None:
    own = {"id": "pertuzumab", "n": 10, "regimen": [LINE]}
    changed = CLEOPATRA.with_arm(own)
    assert [arm.id for arm in changed.arms] == ["placebo", "pertuzumab"]
    assert changed.arms[1].regimen == (
        Administration(drug="trastuzumab", dose=Dose(amount=6.0, unit="mg/kg"), every=21.0, until="progression"),)
    assert changed.published is not None
    assert set(changed.published.arms) == {"placebo"}
    assert changed.published.contrasts == ()
    assert CLEOPATRA.replace(title="other").published == CLEOPATRA.published


def test_an_arm_is_added_or_replaced() -> None:
    arm = CLEOPATRA.arms[1].replace(id="own", title=None)
    more = CLEOPATRA.with_arm(arm)
    assert more.arms == (*CLEOPATRA.arms, arm)
    assert more.with_arm(arm.replace(n=7)).arms[2].n == 7
    with pytest.raises(InputError, match=r"field arms\[2\]\.regimen\[0\]\.dose"):
        CLEOPATRA.with_arm({"id": "b", "n": 1, "regimen": [{**LINE, "dose": 6}]})
    with pytest.raises(InputError, match="an arm needs an id"):
        CLEOPATRA.with_arm({"n": 1, "regimen": [LINE]})


# ------------------------------------------------------------------------------------------------ in memory
def test_a_trial_of_ones_own_is_checked_as_a_file_is() -> None:
    own = {"id": "own", "title": "t", "population": "breast_metastatic_1l", "followup": "2 years", "endpoints": ["pfs"],
           "assessments": {"tumour": "9 weeks"}, "arms": [{"id": "a", "n": 5, "regimen": [LINE]}]}
    trial = library.trial_from(own)
    assert library.trial_from(trial) == trial
    for change, says in [
        ({"population": "breast_metastatic_11"}, "did you mean breast_metastatic_1l"),
        ({"arms": [{"id": "a", "n": 5, "regimen": [{**LINE, "drug": "trastuzumap"}]}]}, "did you mean trastuzumab"),
        ({"arms": [{"id": "a", "n": 5, "regimen": [{**LINE, "dose": "6 mg/m2"}]}]}, "expected mg/kg"),
        ({"prior": ["lapatinib_capecitabin"]}, "did you mean lapatinib_capecitabine"),
    ]:
        with pytest.raises(InputError, match=says):
            library.trial_from({**own, **change})


def test_a_drug_of_ones_own(tmp_path: Path) -> None:
    lapatinib = library.drug("lapatinib")
    file = library.files("drugs")["lapatinib"]
    assert library.drug_at(file) == lapatinib
    data = read_document(file).data
    assert library.drug_from(data) == lapatinib
    own = library.drug_from({**data, "id": "mine"})
    trial = library.trial_from(library.trial("egf100151"), {"mine": own})
    line = trial.arms[0].regimen[0].replace(drug="mine", dose=Dose(amount=1000.0, unit="mg"), route="oral")
    arm = Arm(id="own", n=3, regimen=(line,))
    assert library.trial_from(trial.with_arm(arm), {"mine": own}).arms[-1] == arm
    with pytest.raises(InputError, match="unknown drug"):
        library.trial_from(trial.with_arm(arm))
    with pytest.raises(InputError, match=r"field parameters\.clearance\.source, value 'nobody': unknown source"):
        library.drug_from({**data, "parameters": {"clearance": {"value": 1, "unit": "L/day", "source": "nobody"}}})


# ------------------------------------------------------------------------------------------------ written
@pytest.mark.parametrize("name", list(library.files("trials")))
def test_a_trial_file_reads_back_the_same(name: str, tmp_path: Path) -> None:
    trial = library.trial(name)
    assert read_back(trial, tmp_path) == trial


TEXT = st.text(min_size=1, max_size=40).filter(lambda text: hidden(text) is None)
POSITIVE = st.floats(1.0, 1e4)  # days of a trial, and doses


@given(TEXT, TEXT, POSITIVE, POSITIVE, st.lists(st.integers(1, 20), min_size=1, unique=True).map(sorted), POSITIVE)
def test_any_text_and_number_reads_back_the_same(tmp_path_factory: pytest.TempPathFactory, title: str, note: str,
                                                 dose: float, start: float, days: list[int], followup: float) -> None:
    line = Administration(drug="docetaxel", dose=Dose(amount=dose, unit="mg/m2"), start=start, every=21.0,
                          days=tuple(days), until="progression",
                          ramp=((Dose(amount=dose / 3, unit="mg/m2"), start),))
    trial = Trial(id="own", title=title, population={"id": "p", "title": note, "covariates": {}, "parameters": {},
                                                     "sources": {}, "before_entry": {"x": -dose}},
                  arms=(Arm(id="a", n=3, regimen=(line,)),), assessments={"tumour": followup}, followup=followup,
                  endpoints=("pfs_12m",), published=Published(source=note), prior=((line,), "lapatinib_capecitabine"))
    assert read_back_unchecked(trial, tmp_path_factory.getbasetemp()) == trial


def read_back_unchecked(trial: Trial, folder: Path) -> Trial:
    path = folder / "any.yaml"
    path.write_text(trial.to_yaml(), encoding="utf-8", errors="surrogatepass")
    return Trial.of(read_document(path))


def test_a_quantity_keeps_its_number_to_the_bit() -> None:
    quantity = Quantity(value=0.1 + 0.2, unit="L", assumption="made up for a test")
    assert quantity.replace(unit="mL").value == 0.1 + 0.2
