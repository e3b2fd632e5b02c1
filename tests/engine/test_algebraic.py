"""Algebraic rules that are linear in what they determine are solved; others are refused."""

from __future__ import annotations

import libsbml
import numpy as np
import pytest

from her2lab import engine
from her2lab.errors import InputError


def with_rules(antimony: str, *formulas: str) -> str:
    """The model with algebraic rules, each of which says that a formula is zero."""
    document = libsbml.readSBMLFromString(engine.compile_model(antimony).sbml)
    for formula in formulas:
        document.getModel().createAlgebraicRule().setMath(libsbml.parseL3Formula(formula))
    return str(libsbml.writeSBMLToString(document))


def test_conserved_total_gives_the_other_part() -> None:
    antimony = "model a; x = 3; var y = 0; total = 10; double := 2*y; x' = -0.5*x + 0.1*double; end"
    text = with_rules(antimony, "x + y - total")
    found = engine.compile_model(text).simulate(times=[0, 1, 4], parameters={"total": [10.0, 5.0]}, rtol=1e-8)
    for i, total in enumerate((10.0, 5.0)):
        rest = 0.2 * total / 0.7
        expected = rest + (3 - rest) * np.exp(-0.7 * found.times)
        assert np.allclose(found["x"][i], expected, rtol=1e-6)
        assert np.allclose(found["y"][i], total - expected, rtol=1e-6)
        assert np.allclose(found["double"][i], 2 * found["y"][i])


def test_rules_that_depend_on_each_other_are_solved_together() -> None:
    text = with_rules("model a; x = 1; x' = 1; var y = 0; var z = 0; end", "y + z - x", "y - 2*z + time")
    found = engine.compile_model(text).simulate(times=[0, 3])
    assert np.allclose(found["y"][0], [2 / 3, (2 * 4 - 3) / 3])
    assert np.allclose(found["z"][0], [1 / 3, (4 + 3) / 3])


def test_rule_holds_after_an_event() -> None:
    text = with_rules("model a; x = 1; x' = 0; var y = 0; at (time > 1): x = 5; end", "x + y - 7")
    assert engine.compile_model(text).simulate(times=[0.5, 2])["y"][0].tolist() == [6.0, 2.0]


@pytest.mark.parametrize(("formula", "words"), [("y^2 - x", "not linear"), ("x - 1", "SBML rule 10601")])
def test_rule_that_cannot_be_solved_is_refused(formula: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        engine.compile_model(with_rules("model a; x = 1; x' = -x; var y = 1; end", formula))
