"""Files of claims: what claims on mechanisms name is looked up when their file is read; order and sections."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from her2lab.errors import InputError
from her2lab.facts.library import validate_all, validate_files
from her2lab.review import library
from her2lab.review.files import CLAIM_FILES

CLAIM = """\
title: Invented
claims:
  - id: C99
    states: invented
    checks:
      - {says: one, cell: skbr3, reference_cell: {her2: 2.0e+4}, features: [pten_loss], washout: 2 h, at: 4 h,
         treatment: {drugs: {tucatinib: 200 nM, pi3k_inhibitor: 1 uM}, ligands: {nrg1: 5 nM}, knockdown: {grb2: 0.9}},
         reference: {drugs: {lapatinib: 1 uM}}, readouts: [pakt, cytotoxic_kill, kill_of_dividing, proliferation],
         expect: down}
"""


def test_all_files_of_claims_are_in_order() -> None:
    assert [str(problem) for problem in validate_all([CLAIM_FILES])] == []


def test_the_review_is_cited_and_its_sections_are_those_of_its_claims() -> None:
    assert "Pharmacia" in (library.review_citation() or "")
    assert {claim.section for claim in library.claims().values()} == {each.id for each in library.sections()}


@pytest.mark.parametrize("letter", ["C", "T", "M"])
def test_claims_are_numbered_without_a_gap(letter: str) -> None:
    numbers = sorted(int(name[1:]) for name in library.claims() if name[0] == letter)
    assert numbers == list(range(1, len(numbers) + 1))


def test_claims_are_in_the_order_of_the_review() -> None:
    places = {section.id: n for n, section in enumerate(library.sections())}
    order = [(places[claim.section or ""], name) for name, claim in library.claims().items()]
    assert order == sorted(order)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(CLAIM, encoding="utf-8")
    return path


def test_a_sound_claim_is_read(file: Path) -> None:
    assert list(library.claims_in(file).on_cells) == ["C99"]
    assert validate_files([file], [CLAIM_FILES]) == []


@pytest.mark.parametrize(("old", "new", "words"), [
    ("cell: skbr3", "cell: skbr4", r"claims\[0\].checks\[0\].cell, value 'skbr4': unknown cell line; .* skbr3\?"),
    ("{her2: 2.0e+4}", "bt747", r"checks\[0\].reference_cell, .*unknown cell line; did you mean bt474\?"),
    ("[pten_loss]", "[pten_los]", r"checks\[0\].features, .*unknown feature; did you mean pten_loss\?"),
    ("tucatinib", "tucatinab", r"checks\[0\].treatment, .*unknown drug; did you mean tucatinib\?"),
    ("pi3k_inhibitor", "pi3k_inhibitr", r"checks\[0\].treatment, .*unknown drug; did you mean pi3k_inhibitor\?"),
    ("lapatinib", "lapatinab", r"checks\[0\].reference, .*unknown drug; did you mean lapatinib\?"),
    ("nrg1", "nrg9", r"checks\[0\].treatment, .*unknown ligand; did you mean nrg1\?"),
    ("grb2", "grb3", r"checks\[0\].treatment, .*unknown knockdown; did you mean grb2\?"),
    ("[pakt", "[pakd", r"checks\[0\].readouts, .*unknown readout; did you mean pakt\?"),
    ("200 nM", "200 mg/L", r"checks\[0\].treatment, value '200 mg/L': .*such as 1 ?uM"),
    ("at: 4 h", "at: 4 moons", r"checks\[0\].at, value '4 moons'"),
    ("washout: 2 h", "washout: 2 moons", r"checks\[0\].washout, value '2 moons'"),
])
def test_a_slip_is_named_when_the_file_is_read(file: Path, old: str, new: str, words: str) -> None:
    file.write_text(CLAIM.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        library.claims_in(file)
    assert [bool(re.search(words, str(problem))) for problem in validate_files([file], [CLAIM_FILES])] == [True]


def test_a_claim_has_its_number_once(file: Path) -> None:
    second = CLAIM.partition("claims:\n")[2]
    file.write_text(CLAIM + second, encoding="utf-8")
    with pytest.raises(InputError, match=r"claims\[1\].id, value 'C99': is given twice"):
        library.claims_in(file)


def test_the_review_is_cited_as_far_as_it_is_known() -> None:
    citation = library.review_citation()
    assert citation is not None
    assert "Alkhafaje" in citation
    assert "Pharmacia 2025;72:1-11" in citation         # running heads of the article
