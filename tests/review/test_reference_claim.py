"""What the review states as facts: read from where the product holds it; and what cannot be checked says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from her2lab.errors import InputError
from her2lab.facts.library import drug, validate_files
from her2lab.review import library
from her2lab.review.checks import asked_for, verdicts
from her2lab.review.claim import Verdict
from her2lab.review.files import CLAIM_FILES
from her2lab.review.reference_claim import first_by_region


@pytest.fixture(scope="module")
def found() -> dict[str, Verdict]:
    return {verdict.claim.id: verdict for verdict in verdicts(asked_for(kinds=["reference", "method"]))}


def test_facts_are_shown_and_methods_are_not_testable_yet(found: dict[str, Verdict]) -> None:
    assert {each.claim.kind: each.word for each in found.values()} == {
        "reference": "reference", "method": "not_testable"}
    assert {each.fault for each in found.values()} == {None}
    assert "does not exist yet" in found["M01"].reason


@pytest.mark.parametrize(("claim", "region", "date"), [
    ("T02", "United States", "2012-06-08"), ("T09", "China", "2018-08"), ("T11", "United States", "2024-11-20"),
    ("T13", "China", "2021-06-09"),
])
def test_where_the_review_and_the_approvals_differ_both_are_shown(
        found: dict[str, Verdict], claim: str, region: str, date: str) -> None:
    approval = found[claim].outcomes[-1].evidence()
    assert approval.data["agrees"] is False
    assert f"{region} {date}" in approval.cells["held here"]
    assert "approval" in found[claim].reason
    assert first_by_region(drug(library.drug_rows()[claim].drug))[region].date == date


def test_the_mix_of_virtual_patients_is_drawn(found: dict[str, Verdict]) -> None:
    shares = [held for each in found["C02"].outcomes if " % of " in (held := each.evidence().cells["held here"])]
    assert shares
    assert all(0 < float(share.split(" %")[0]) < 100 for share in shares)


@pytest.mark.parametrize(("old", "new", "said"), [
    ("drug: lapatinib", "drug: lapatinab", r"references\[0\].row.drug, .*did you mean lapatinib"),
    ("section: lapatinib", "section: lapatinab", r"references\[0\].section, .*did you mean lapatinib"),
    ("rash: [rash]", "rash: []", r"rash"),
    ("kind: reference", "kind: reference\n    not_testable: why", "not_testable says why it has none"),
])
def test_a_mistake_is_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("""\
title: invented
references:
  - id: T99
    section: lapatinib
    kind: reference
    states: invented
    row: {drug: lapatinib, mechanism: x, side_effects: {rash: [rash]}, approval: approved, approved: true}
""".replace(old, new, 1))
    with pytest.raises(InputError, match=said):
        library.claims_in(path)
    assert len(validate_files([path], [CLAIM_FILES])) == 1
