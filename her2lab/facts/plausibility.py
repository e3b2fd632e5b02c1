"""What a trial says that is possible but far from what is known: one sentence each, for the screen and the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from her2lab.facts.drug_records import Drug
from her2lab.facts.regimen_records import Administration

if TYPE_CHECKING:
    from her2lab.facts.trial_records import Trial

WARN_FROM, REFUSE_FROM = 1.5, 10.0  # times the highest dose of the drug's file; a slip of a unit is a thousand times
AREA = "mg*min/mL"


def times_highest(drug: Drug, amount: float, unit: str) -> tuple[float, float] | None:
    """Return how many times the highest known dose of a drug an amount is, and that dose; None where none is known."""
    highest = drug.highest_dose.get(unit)
    return None if highest is None else (amount / highest.value, highest.value)


def in_words(times: float) -> str:
    """Return ``8 times the highest dose known``."""
    return f"{times:.3g} times the highest dose known" if times < 100 else f"{times:.0f} times the highest dose known"


def doubts(trial: Trial, drugs: Mapping[str, Drug]) -> list[str]:
    """Return what a person should look at again before they believe a result: very high doses."""
    found = [each for arm in trial.arms for line in arm.regimen if line.drug in drugs
             for each in _high_doses(arm.id, line, drugs[line.drug])]
    return list(dict.fromkeys(found))


def _high_doses(arm: str, line: Administration, drug: Drug) -> Iterator[str]:
    amounts: list[tuple[float, str]] = [(dose.amount, dose.unit) for dose in line.doses]
    amounts += [(line.auc, AREA)] if line.auc is not None else []
    for amount, unit in amounts:
        found = times_highest(drug, amount, unit)
        if found is not None and found[0] >= WARN_FROM:
            yield f"arm {arm}: {amount:g} {unit} of {drug.id} is {in_words(found[0])}, {found[1]:g} {unit}"
