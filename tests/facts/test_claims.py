"""Statements on mechanisms: what they name is looked up when their file is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from her2lab.errors import InputError
from her2lab.facts import library

STATEMENT = """\
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


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(STATEMENT, encoding="utf-8")
    return path


def test_a_sound_statement_is_read(file: Path) -> None:
    assert not isinstance(found := library.claims_in(file), list)
    assert [claim.id for claim in found.claims] == ["C99"]
    assert library.validate_files([file]) == []


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
    file.write_text(STATEMENT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        library.claims_in(file)
    assert [bool(re.search(words, str(problem))) for problem in library.validate_files([file])] == [True]


def test_a_statement_has_its_number_once(file: Path) -> None:
    second = STATEMENT.partition("claims:\n")[2]
    file.write_text(STATEMENT + second, encoding="utf-8")
    with pytest.raises(InputError, match=r"claims\[1\].id, value 'C99': is given twice"):
        library.claims_in(file)


def test_the_review_is_cited_as_far_as_it_is_known() -> None:
    review = library.review_citation()
    assert "Alkhafaje" in review.cite
    assert "Pharmacia 2025;72:1-11" in review.cite      # running heads of the article
    assert review.doi is None
    assert review.note is not None
