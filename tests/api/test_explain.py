"""Reasons and verdicts from Python."""

from __future__ import annotations

import json

import pytest

import her2lab


@pytest.fixture(scope="module")
def found(result):
    return her2lab.explain(result, subject="cleopatra-placebo-P00002")


def test_what_is_explained_is_what_happened_in_the_trial(result, found):
    row = result.subjects.filter(USUBJID="cleopatra-placebo-P00002").row(0, named=True)
    assert f"Response ({row['best_response']}, {row['best_change_percent']:+.0f} %)" in found.response
    assert f"Progression (month {row['pfs_months']:.1f})" in found.progression
    assert set(found.drivers["event"]) <= {"response", "progression", "toxicity"}
    assert found.without.height > 3
    assert found.response in str(found)
    assert "Research use only" in found._repr_html_()


def test_the_command_line_says_the_same(command, found):
    ended = command("patient", "why", "cleopatra", "--patient", 2, "--arm", "placebo", "--json")
    assert ended.status == 0
    assert json.loads(ended.out)["why"]["response"] == found.response


def test_an_unknown_subject_is_refused_with_the_nearest(result):
    with pytest.raises(her2lab.InputError, match=r"^field subject.*did you mean cleopatra-placebo-P00002"):
        her2lab.explain(result, subject="cleopatra-placbo-P00002")


@pytest.mark.parametrize("claims", [["C999"], "C09"])
def test_an_unknown_statement_is_refused(claims):
    with pytest.raises(her2lab.InputError, match=r"^field claims"):
        her2lab.check_claims(claims)


def test_statements_come_out_in_the_order_asked_for():
    found = her2lab.check_claims(["T05", "C09"])
    assert found["claim"].to_list() == ["T05", "C09"]
    assert set(found["verdict"]) <= {"holds", "fails", "reference", "not_testable"}
