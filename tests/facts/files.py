"""A small trial and the stub drugs that the contract's dosing forms name, for tests of reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from her2lab.errors import InputError
from her2lab.facts.quantity import Quantity, Source
from her2lab.facts.records import Drug, Trial
from her2lab.facts.strict_yaml import read_document

TRIAL = """\
id: small
title: a small trial
population: breast_metastatic_1l
arms:
  - id: control
    n: 10
    regimen:
      - {drug: trastuzumab, dose: 8 mg/kg, at: [0]}
      - {drug: trastuzumab, dose: 6 mg/kg, start: 21, every: 21, until: progression}
assessments: {tumour: 63}
followup: 24 months
endpoints: [orr, pfs]
"""


def stub(identifier: str, *units: str, **fields: Any) -> Drug:
    """A drug with only what the reading of regimens looks at."""
    return Drug.model_validate(
        {
            "id": identifier,
            "name": identifier,
            "drug_class": "cytotoxic",
            "module": "cytotoxic",
            "mechanism": "made up",
            "molar_mass": Quantity(value=1, unit="kg/mol", assumption="made up for a test"),
            "routes": ["iv", "oral"],
            "dose_units": list(units),
            "parameters": {},
            "sources": {"s": Source(cite="s")},
            **fields,
        }
    )


def highest(value: float, unit: str) -> dict[str, Quantity]:
    return {unit: Quantity(value=value, unit=unit, assumption="made up for a test")}


DRUGS = {
    drug.id: drug
    for drug in (
        stub(
            "trastuzumab",
            "mg/kg",
            "mg",
            routes=["iv", "sc"],
            dose_units_by_route={"iv": ["mg/kg"], "sc": ["mg"]},
            highest_dose=highest(8, "mg/kg"),
        ),
        stub("docetaxel", "mg/m2", highest_dose=highest(100, "mg/m2")),
        stub("capecitabine", "mg/m2"),
        stub("lapatinib", "mg"),
        stub("paclitaxel", "mg/m2"),
        stub("carboplatin", "mg", auc_dosing=True),
        stub("neratinib", "mg"),
    )
}


def read(folder: Path, text: str) -> Trial:
    """Read a trial from text."""
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return Trial.of(read_document(path), DRUGS)


def refusal(folder: Path, text: str) -> InputError:
    """Return the error with which a trial is refused."""
    with pytest.raises(InputError) as caught:
        read(folder, text)
    assert "\n" not in str(caught.value)
    return caught.value


def with_line(line: str) -> str:
    """Return the small trial with one line of regimen instead of its own."""
    head, _, tail = TRIAL.partition("      - {drug")
    return f"{head}      - {line}\n{tail[tail.index('assessments') :]}"
