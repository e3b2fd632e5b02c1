"""``her2lab patient status``: every row of the published algorithms with its limits, and what a wrong question gets."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.facts import library
from her2lab.guidelines.her2_status import Sample, status
from her2lab.lab.cli import main

Screen = pytest.CaptureFixture[str]
POSITIVE, NEGATIVE, EQUIVOCAL = "positive", "negative", "equivocal"
SCORES = ("0", "1+", "2+", "3+")
ORDER = (NEGATIVE, EQUIVOCAL, POSITIVE)


def _status(disease: str, ihc: str | None, *counts: float, **more: Any) -> str:
    """The status; one count is that of a single probe, two are ratio and copies."""
    ratio, copies = counts if len(counts) == 2 else (None, *counts) if counts else (None, None)
    probe = "single" if len(counts) == 1 else None
    return str(status(Sample(disease, ihc, ratio, copies, probe, **more))["status"])


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
    assert status(Sample("breast", None, ratio, copies))["ish"]["group"] == f"group_{group}"


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
    answer = status(Sample("breast", "2+", *GROUPS[group], recount_ratio=ratio, recount_copies=copies))
    assert answer["status"] == expected
    assert answer["recount"]["group"] == f"group_{recount}"


def test_negative_results_of_groups_2_to_4_come_with_a_comment() -> None:
    for group in (2, 3, 4):
        for ihc in ("0", "1+"):
            assert status(Sample("breast", ihc, *GROUPS[group]))["comment"]
    for group in (2, 4):
        ratio, copies = GROUPS[group]
        assert status(Sample("breast", "2+", ratio, copies, recount_ratio=ratio, recount_copies=copies))["comment"]


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
        answer = status(sample)
        assert answer["status"] == NEGATIVE
        assert "her2_low" in {remark["id"] for remark in answer["remarks"]}
    for sample in (Sample("breast", "0"), Sample("breast", "3+"), Sample("breast", "2+"), Sample("gastric", "1+")):
        assert "her2_low" not in {remark["id"] for remark in status(sample)["remarks"]}


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
    both = status(Sample("gastric", "2+"))["ihc"]["definitions"]
    assert set(both) == {"biopsy", "resection"}
    assert "cluster of 5" in both["biopsy"]
    assert "10 %" in both["resection"]
    assert set(status(Sample("gastric", "2+", specimen="biopsy"))["ihc"]["definitions"]) == {"biopsy"}


def test_what_was_not_confirmed_is_said(capsys: Screen) -> None:
    for words, doubtful in ((("--disease", "gastric", "--ihc", "2+", "--ratio", "1.5", "--copies", "7"), True),
                            (("--disease", "breast", "--ihc", "2+", "--ratio", "2", "--copies", "7"), False)):
        assert main(["patient", "status", *words]) == 0
        assert ("not confirmed" in capsys.readouterr().out) == doubtful


# ------------------------------------------------------------------------------------------------ all inputs
counts = st.floats(min_value=0.01, max_value=100) | st.sampled_from([1.99, 2.0, 3.99, 4.0, 5.99, 6.0, 6.01])
samples = st.builds(
    lambda disease, ihc, ratio, copies, probe: Sample(disease, ihc, ratio if probe == "dual" else None, copies, probe),
    st.sampled_from(["breast", "gastric"]), st.sampled_from([None, *SCORES]), counts, counts,
    st.sampled_from(["dual", "single"]),
)


@given(samples)
def test_every_sample_has_one_rule_and_an_equivocal_one_says_what_next(sample: Sample) -> None:
    answer = status(sample)
    guideline = library.guidelines()[sample.disease]
    found = guideline.matching(sample.ihc or "not_done", answer["ish"]["group"], None)
    assert [rule.id for rule in found] == [answer["rule"]["id"]]
    assert sum(group.holds(sample.ratio, sample.copies or 0) for group in guideline.ish_groups) == 1
    assert answer["next"] is not None or answer["status"] != EQUIVOCAL


@given(samples, counts)
def test_more_of_anything_never_makes_the_status_less(sample: Sample, more: float) -> None:
    before = ORDER.index(status(sample)["status"])
    higher = [replace(sample, copies=(sample.copies or 0) + more)]
    if sample.ratio is not None:
        higher.append(replace(sample, ratio=sample.ratio + more))
    if sample.ihc is not None:
        higher += [replace(sample, ihc=ihc) for ihc in SCORES[SCORES.index(sample.ihc):]]
    assert all(ORDER.index(status(each)["status"]) >= before for each in higher)


# ------------------------------------------------------------------------------------------------ the command
def test_screen_and_json_name_rule_source_and_research_use(capsys: Screen) -> None:
    words = ["patient", "status", "--disease", "breast", "--ihc", "2+", "--ratio", "2.3", "--copies", "3.6"]
    assert main(words) == 0
    screen = capsys.readouterr().out
    lines = screen.strip().splitlines()
    for line in (lines[0], lines[-1]):
        assert "Research use only" in line
    for said in ("EQUIVOCAL", "ISH group 2", "group_2_ihc_2", "recount needed", "10.1200/JCO.2018.77.8738"):
        assert said in screen
    assert main([*words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert "Research use only" in answer["notice"]
    assert (answer["status"], answer["ish"]["group"], answer["rule"]["id"]) == (EQUIVOCAL, "group_2", "group_2_ihc_2")
    assert answer["rule"]["doi"] == "10.1200/JCO.2018.77.8738"


def test_a_missing_test_is_named(capsys: Screen) -> None:
    for words, said in ((("breast", "--ihc", "2+"), "ISH needed"), (("gastric", "--ihc", "2+"), "ISH needed"),
                        (("breast", "--ratio", "2.4", "--copies", "3"), "IHC needed"),
                        (("breast", "--probe", "single", "--copies", "5"), "IHC needed"),
                        (("breast", "--ihc", "2+", "--probe", "single", "--copies", "5"), "dual-probe ISH needed"),
                        (("gastric", "--ratio", "2.4", "--copies", "3"), "IHC needed")):
        assert main(["patient", "status", "--disease", *words]) == 0
        assert said in capsys.readouterr().out


@pytest.mark.parametrize(("words", "said"), [
    ("--ihc 2+", "--disease"),
    ("--disease brest --ihc 2+", "did you mean breast"),
    ("--disease lung --ihc 2+", "expected breast or gastric"),
    ("--disease breast", "field --ihc: is missing"),
    ("--disease breast --ihc 4+", "field --ihc, value '4+'"),
    ("--disease breast --ihc 2", "0, 1+, 2+, 3+"),
    ("--disease breast --ratio 2,3 --copies 4", "field --ratio, value '2,3'"),
    ("--disease breast --ratio -1 --copies 4", "positive finite number"),
    ("--disease breast --ratio nan --copies 4", "positive finite number"),
    ("--disease breast --ratio 2 --copies 0", "field --copies"),
    ("--disease breast --ratio 2", "field --copies: is missing"),
    ("--disease breast --copies 4", "--probe single"),
    ("--disease breast --copies 4 --probe dual", "field --ratio: is missing"),
    ("--disease breast --probe single", "field --copies: is missing"),
    ("--disease breast --ratio 2 --copies 4 --probe single", "a single probe gives no ratio"),
    ("--disease breast --copies 4 --probe triple", "expected dual or single"),
    ("--disease gastric --ihc 2+ --specimen cytology", "expected biopsy or resection"),
    ("--disease breast --ihc 2+ --ratio 2 --copies 3 --recount-ratio 2", "field --recount-copies: is missing"),
    ("--disease breast --ihc 2+ --recount-ratio 2 --recount-copies 3", "no first dual-probe count"),
    ("--disease breast --ihc 3+ --ratio 2 --copies 3 --recount-ratio 2 --recount-copies 3", "IHC 2+ in ISH group 2"),
    ("--disease gastric --ihc 2+ --ratio 2 --copies 3 --recount-ratio 2 --recount-copies 3", "expected no recount"),
])
def test_a_wrong_question_gets_one_line(capsys: Screen, words: str, said: str) -> None:
    assert main(["patient", "status", *words.split()]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert said in captured.err
