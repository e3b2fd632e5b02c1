"""Guidelines on HER2 testing: what the shipped ones hold, and what is refused in a file of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from her2lab.errors import InputError
from her2lab.facts import library

BREAST = library.files("guidelines")["her2_breast"].read_text(encoding="utf-8")


def test_there_is_one_guideline_for_each_disease() -> None:
    assert set(library.guidelines()) == {"breast", "gastric"}


@pytest.mark.parametrize("disease", ["breast", "gastric"])
def test_every_row_says_where_it_is_from_and_whether_that_was_read(disease: str) -> None:
    guideline = library.guidelines()[disease]
    for row in (*guideline.ihc_scores, *guideline.ish_groups, *guideline.status_rules, *guideline.remarks):
        assert row.assumption is not None or (row.source in guideline.sources and row.seen is not None)
    assert all(source.doi for source in guideline.sources.values())


@pytest.mark.parametrize(("old", "new", "said"), [
    ("ratio: {value_below: 2.0}, copies: {value_at_least: 6.0}",
     "ratio: {value_below: 2.0}, copies: {value_above: 6.0}",
     "a dual-probe count with ratio 1 and copies 6 is in no group"),
    ("ratio: {value_at_least: 2.0}, copies: {value_below: 4.0}",
     "ratio: {value_at_least: 2.0}, copies: {value_at_most: 4.0}", "copies 4 is in group_1 and group_2"),
    ("probe: single, copies: {value_below: 4.0}", "probe: single, ratio: {value_below: 2.0}",
     "single probe gives no ratio"),
    ('ihc: [not_done, "2+", "3+"]\n    ish: [group_1]', 'ihc: ["2+", "3+"]\n    ish: [group_1]',
     "IHC not_done with ISH group_1 falls under no rule"),
    ('ihc: ["0", "1+"]\n    ish: [not_done]', 'ihc: ["0", "1+", "2+"]\n    ish: [not_done]',
     "IHC 2+ with ISH not_done falls under ihc_2 and ihc_0_or_1"),
    ("ish: [group_2, group_3, group_4]", "ish: [group_2, group_3]", "has 1 rules for the same group and 0 for another"),
    ("ish: [group_1]", "ish: [group_6]", "value 'group_6': is not known"),
    ('ihc: ["3+"]\n', 'ihc: ["4+"]\n', "value '4+': is not known"),
    ("status: positive\n", "status: low\n", "one of negative, equivocal, positive"),
    ("source: wolff2018", "source: wolf2018", "did you mean wolff2018"),
])
def test_a_guideline_with_a_gap_an_overlap_or_a_wrong_name_is_refused(
    tmp_path: Path, old: str, new: str, said: str,
) -> None:
    assert old in BREAST
    path = tmp_path / "her2_breast.yaml"
    path.write_text(BREAST.replace(old, new, 1), encoding="utf-8")
    (problem,) = library.validate_files([path])
    assert "\n" not in str(problem)
    assert str(path) in str(problem)
    assert said in str(problem)


def test_two_guidelines_for_one_disease_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "facts" / "guidelines"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(BREAST.replace("id: her2_breast", "id: mine", 1), encoding="utf-8")
    monkeypatch.setenv("HER2LAB_HOME", str(tmp_path))
    with pytest.raises(InputError, match=r"mine\.yaml.*her2_breast is for this disease too"):
        library.guidelines()


def test_a_file_of_ones_own_takes_the_place_of_the_built_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "facts" / "guidelines"
    folder.mkdir(parents=True)
    (folder / "her2_breast.yaml").write_text(BREAST.replace("2018, affirmed 2023", "of my own", 1), encoding="utf-8")
    monkeypatch.setenv("HER2LAB_HOME", str(tmp_path))
    assert library.guidelines()["breast"].title.endswith("of my own")
    assert "gastric" in library.guidelines()
