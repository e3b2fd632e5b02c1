"""What the review states as facts: read from where the product holds it, and every statement of the review answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.review.reference_checks import ReferenceVerdict, first_by_region, verdicts

ALL = (*(f"C{n:02}" for n in range(1, 57)), *(f"T{n:02}" for n in range(1, 14)), *(f"M{n:02}" for n in range(1, 6)))


@pytest.fixture(scope="module")
def found() -> dict[str, ReferenceVerdict]:
    return {verdict.claim.id: verdict for verdict in verdicts()}


def test_every_statement_of_the_review_is_there_once_and_in_a_section() -> None:
    statements = [*library.claims().values(), *(posed.claim for posed in library.trial_claims().values()),
                  *library.reference_claims().values()]
    assert sorted(each.id for each in statements) == sorted(ALL)
    assert {each.section for each in statements} == {section.id for section in library.sections()}


def test_the_order_is_that_of_the_review() -> None:
    order = library.in_order([*library.claims().values(), *library.reference_claims().values()])
    assert order[:3] == ["C01", "C02", "C03"]
    assert order.index("T13") < order.index("C09")
    assert order[-5:] == ["M01", "M02", "M03", "M04", "M05"]


def test_facts_are_references_and_methods_are_not_testable_yet(found: dict[str, ReferenceVerdict]) -> None:
    assert {name: each.word for name, each in found.items()} == {
        name: "not_testable" if name[0] == "M" else "reference" for name in ALL if name[0] in "TM" or name in ALL[:2]}
    assert "does not exist yet" in found["M01"].reason


@pytest.mark.parametrize(("claim", "region", "date"), [
    ("T02", "United States", "2012-06-08"), ("T09", "China", "2018-08"), ("T11", "United States", "2024-11-20"),
    ("T13", "China", "2021-06-09"),
])
def test_where_the_review_and_the_approvals_differ_both_are_shown(
        found: dict[str, ReferenceVerdict], claim: str, region: str, date: str) -> None:
    approval = found[claim].outcomes[-1]
    assert approval.agrees is False
    assert f"{region} {date}" in approval.held
    assert "approval" in found[claim].reason
    row = found[claim].claim.row
    assert row is not None
    assert first_by_region(library.drug(row.drug))[region].date == date


def test_the_mix_of_virtual_patients_is_drawn(found: dict[str, ReferenceVerdict]) -> None:
    shares = [each.held for each in found["C02"].outcomes if " % of " in each.held]
    assert len(shares) == 3
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
    assert len(library.validate_files([path])) == 1
