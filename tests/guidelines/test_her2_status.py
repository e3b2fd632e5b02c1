"""HER2 status: every row of the published algorithms with its limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.guidelines.her2_status import Sample, her2_status

POSITIVE, NEGATIVE, EQUIVOCAL = "positive", "negative", "equivocal"
SCORES = ("0", "1+", "2+", "3+")
ORDER = (NEGATIVE, EQUIVOCAL, POSITIVE)


def _status(disease: str, ihc: str | None, *counts: float, **more: Any) -> str:
    """The status; one count is that of a single probe, two are ratio and copies."""
    ratio, copies = counts if len(counts) == 2 else (None, *counts) if counts else (None, None)
    probe = "single" if len(counts) == 1 else None
    return her2_status(Sample(disease, ihc, ratio, copies, probe, **more)).rule.status


# ------------------------------------------------------------------------------------------------ breast
# Wolff 2018, J Clin Oncol 36:2105, figures 1 to 6, read in the ASCO pocket guide
@pytest.mark.parametrize(("ihc", "expected"), [("0", NEGATIVE), ("1+", NEGATIVE), ("2+", EQUIVOCAL), ("3+", POSITIVE)])
def test_figure_1_ihc_alone(ihc: str, expected: str) -> None:
    assert _status("breast", ihc) == expected
    assert _status("gastric", ihc) == expected


@pytest.mark.parametrize(("ratio", "copies", "group"), [
    (2.0, 4.0, 1), (2.0, 3.99, 2), (1.99, 4.0, 4), (1.99, 3.99, 5), (1.99, 5.99, 4), (1.99, 6.0, 3), (2.0, 5.99, 1),
    (2.0, 6.0, 1), (8.0, 20.0, 1), (3.1, 3.0, 2), (1.2, 9.0, 3), (1.0, 2.0, 5),
])
def test_figure_3_groups_of_a_dual_probe(ratio: float, copies: float, group: int) -> None:
    ish = her2_status(Sample("breast", None, ratio, copies)).ish
    assert ish is not None
    assert ish.group.id == f"group_{group}"


GROUPS = {1: (2.0, 4.0), 2: (2.0, 3.99), 3: (1.99, 6.0), 4: (1.99, 4.0), 5: (1.99, 3.99)}


@pytest.mark.parametrize(("group", "without", "ihc_0", "ihc_1", "ihc_2", "ihc_3"), [
    (1, POSITIVE, POSITIVE, POSITIVE, POSITIVE, POSITIVE),
    (2, EQUIVOCAL, NEGATIVE, NEGATIVE, EQUIVOCAL, POSITIVE),
    (3, EQUIVOCAL, NEGATIVE, NEGATIVE, EQUIVOCAL, POSITIVE),
    (4, EQUIVOCAL, NEGATIVE, NEGATIVE, EQUIVOCAL, POSITIVE),
    (5, NEGATIVE, NEGATIVE, NEGATIVE, NEGATIVE, POSITIVE),
])
def test_figures_3_to_6_groups_with_ihc(group: int, without: str, ihc_0: str, ihc_1: str, ihc_2: str,
                                        ihc_3: str) -> None:
    found = [_status("breast", ihc, *GROUPS[group]) for ihc in (None, *SCORES)]
    assert found == [without, ihc_0, ihc_1, ihc_2, ihc_3]


@pytest.mark.parametrize(("group", "recount", "expected"), [
    (2, 2, NEGATIVE), (3, 3, POSITIVE), (4, 4, NEGATIVE),
    *((group, other, EQUIVOCAL) for group in (2, 3, 4) for other in GROUPS if other != group),
])
def test_figures_4_to_6_a_recount_at_ihc_2(group: int, recount: int, expected: str) -> None:
    ratio, copies = GROUPS[recount]
    answer = her2_status(Sample("breast", "2+", *GROUPS[group], recount_ratio=ratio, recount_copies=copies))
    assert answer.rule.status == expected
    assert answer.recount is not None
    assert answer.recount.group.id == f"group_{recount}"


def test_negative_results_of_groups_2_to_4_come_with_a_comment() -> None:
    for group in (2, 3, 4):
        for ihc in ("0", "1+"):
            assert her2_status(Sample("breast", ihc, *GROUPS[group])).rule.comment
    for group in (2, 4):
        ratio, copies = GROUPS[group]
        again = Sample("breast", "2+", ratio, copies, recount_ratio=ratio, recount_copies=copies)
        assert her2_status(again).rule.comment


@pytest.mark.parametrize(("copies", "without", "ihc_0", "ihc_1", "ihc_2", "ihc_3"), [
    (3.99, NEGATIVE, NEGATIVE, NEGATIVE, NEGATIVE, POSITIVE),
    (4.0, EQUIVOCAL, NEGATIVE, NEGATIVE, EQUIVOCAL, POSITIVE),
    (5.99, EQUIVOCAL, NEGATIVE, NEGATIVE, EQUIVOCAL, POSITIVE),
    (6.0, POSITIVE, POSITIVE, POSITIVE, POSITIVE, POSITIVE),
])
def test_figure_2_single_probe(copies: float, without: str, ihc_0: str, ihc_1: str, ihc_2: str, ihc_3: str) -> None:
    assert [_status("breast", ihc, copies) for ihc in (None, *SCORES)] == [without, ihc_0, ihc_1, ihc_2, ihc_3]


def test_her2_low_is_a_remark_and_no_status() -> None:
    for sample in (Sample("breast", "1+"), Sample("breast", "2+", 1.2, 2.0)):
        answer = her2_status(sample)
        assert answer.rule.status == NEGATIVE
        assert "her2_low" in {remark.id for remark in answer.remarks}
    for sample in (Sample("breast", "0"), Sample("breast", "3+"), Sample("breast", "2+"), Sample("gastric", "1+")):
        assert "her2_low" not in {remark.id for remark in her2_status(sample).remarks}


# ------------------------------------------------------------------------------------------------ gastric
# Bartley 2016, Arch Pathol Lab Med 140:1345; limits of ISH recalled (facts/guidelines/her2_gastric.yaml)
@pytest.mark.parametrize(("counts", "at_ihc_2"), [
    ((2.0, 3.0), POSITIVE), ((2.0, 6.5), POSITIVE), ((1.99, 6.01), POSITIVE), ((1.99, 6.0), NEGATIVE),
    ((1.99, 5.99), NEGATIVE), ((1.99, 4.0), NEGATIVE), ((1.2, 2.0), NEGATIVE),
    ((6.01,), POSITIVE), ((6.0,), EQUIVOCAL), ((4.0,), EQUIVOCAL), ((3.99,), NEGATIVE),
])
def test_ish_decides_on_gastric_ihc_2_only(counts: tuple[float, ...], at_ihc_2: str) -> None:
    found = [_status("gastric", ihc, *counts) for ihc in (None, *SCORES)]
    assert found == [EQUIVOCAL, NEGATIVE, NEGATIVE, at_ihc_2, POSITIVE]


def test_a_gastric_score_is_defined_for_the_specimen() -> None:
    both = her2_status(Sample("gastric", "2+")).definitions
    assert set(both) == {"biopsy", "resection"}
    assert "cluster of 5" in both["biopsy"]
    assert "10 %" in both["resection"]
    assert set(her2_status(Sample("gastric", "2+", specimen="biopsy")).definitions) == {"biopsy"}


# ------------------------------------------------------------------------------------------------ all inputs
counts = st.floats(min_value=0.01, max_value=100) | st.sampled_from([1.99, 2.0, 3.99, 4.0, 5.99, 6.0, 6.01])
samples = st.builds(
    lambda disease, ihc, ratio, copies, probe: Sample(disease, ihc, ratio if probe == "dual" else None, copies, probe),
    st.sampled_from(["breast", "gastric"]), st.sampled_from([None, *SCORES]), counts, counts,
    st.sampled_from(["dual", "single"]),
)


@given(samples)
def test_every_sample_has_one_rule_and_an_equivocal_one_says_what_next(sample: Sample) -> None:
    answer = her2_status(sample)
    guideline = library.guidelines()[sample.disease]
    assert answer.ish is not None
    found = guideline.matching(sample.ihc or "not_done", answer.ish.group.id, None)
    assert found == [answer.rule]
    assert sum(group.holds(sample.ratio, sample.copies or 0) for group in guideline.ish_groups) == 1
    assert answer.rule.next is not None or answer.rule.status != EQUIVOCAL


@given(samples, counts)
def test_more_of_anything_never_makes_the_status_less(sample: Sample, more: float) -> None:
    before = ORDER.index(her2_status(sample).rule.status)
    higher = [replace(sample, copies=(sample.copies or 0) + more)]
    if sample.ratio is not None:
        higher.append(replace(sample, ratio=sample.ratio + more))
    if sample.ihc is not None:
        higher += [replace(sample, ihc=ihc) for ihc in SCORES[SCORES.index(sample.ihc):]]
    assert all(ORDER.index(her2_status(each).rule.status) >= before for each in higher)


@pytest.mark.parametrize(("sample", "argument"), [
    (Sample("breast"), "ihc"), (Sample("lung", "2+"), "disease"), (Sample("breast", ratio=2.0), "copies"),
    (Sample("breast", copies=4.0), "ratio"), (Sample("breast", "2+", 2.0, 3.0, recount_ratio=2.0), "recount_copies"),
])
def test_a_wrong_question_names_the_argument(sample: Sample, argument: str) -> None:
    with pytest.raises(InputError) as caught:
        her2_status(sample)
    assert caught.value.field == argument
    assert "--" not in str(caught.value)
