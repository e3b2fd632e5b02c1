"""What an assembly adds up over its drug slots."""

from __future__ import annotations

from pathlib import Path

import pytest

from her2lab import biology
from her2lab.biology.summing import summed
from her2lab.biology.symbols import Module, modules, parse
from her2lab.errors import InputError


def assembly(line: str) -> Module:
    text = f"""model *tiny()
  var supportive_a_concentration;  // [mg/L]
  var supportive_a_effect;         // [1]
  supportive_a: supportive(supportive_a_concentration, supportive_a_effect);
{line}
end
"""
    return parse(Path("tiny.ant"), text)


def test_every_slot_with_the_symbol_gets_a_constant_of_its_own() -> None:
    top = summed(assembly("  sum over slots relief = relief_effect [1] * effect;  // [1]"), modules())
    assert top.symbols["supportive_a_relief_effect"].optional
    assert "relief := supportive_a_relief_effect*supportive_a_effect;" in [each.code for each in top.statements]


def test_a_slot_of_the_patient_offers_every_adverse_effect_to_its_drug() -> None:
    patient = biology.assemble()
    for slot in patient.slots:
        assert {"diarrhoea_potency", "neutrophil_slope", "ild_potency"} <= set(patient.slot_symbols(slot))
    assert "payload_neutrophil_slope" not in patient.slot_symbols("cytotoxic_a")


@pytest.mark.parametrize("text", ["relief_effect * effect", "relief_effect [1] * nothing"])
def test_a_line_that_cannot_be_added_up_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="relief"):
        summed(assembly(f"  sum over slots relief = {text};  // [1]"), modules())
