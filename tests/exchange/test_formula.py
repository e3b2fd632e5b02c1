"""Formulas that are simplified and taken apart mean the same as before."""

from __future__ import annotations

import math

import libsbml
import pytest

from her2lab.exchange.formula import Formula, from_ast, simplified, text, to_ast
from her2lab.exchange.reactions import Reaction, reactions


def formula(written: str) -> Formula:
    return from_ast(libsbml.parseL3Formula(written))


def value(written: str, values: dict[str, float]) -> float:
    known = {"ln": math.log, "exp": math.exp, "pi": math.pi}
    return float(eval(written.replace("^", "**"), known, values))  # noqa: S307


@pytest.mark.parametrize("written", ["a - (b - c)", "a/(b/c)", "a/b*c", "-(a + b)^2*c", "(-a)^2", "a^(b^2)", "(a^b)^2",
                                     "1e-9*a", "a - -2*b", "ln(2)/a", "exp(-a)/pi"])
def test_written_and_read_again_it_has_the_same_value(written: str) -> None:
    values = {"a": 0.7, "b": 1.3, "c": 2.1}
    again = text(simplified(from_ast(to_ast(formula(written))), values))
    assert value(again, values) == pytest.approx(value(written, values), rel=1e-14)


@pytest.mark.parametrize(
    ("written", "known", "left"),
    [
        ("k*x + y", {"x": 0.0}, "y"), ("k*(1 - x)", {"x": 0.0}, "k*1"), ("y/(1 + a/half)", {"half": math.inf}, "y"),
        ("a - b", {"a": 0.0}, "-b"), ("(a*x)/(b + x)", {"x": 0.0}, "0"), ("ln(2)/t*x", {}, "ln(2)/t*x"),
        ("x^n", {"n": 1.0}, "x"),
    ],
)
def test_what_is_not_there_vanishes(written: str, known: dict[str, float], left: str) -> None:
    assert simplified(formula(written), known) == simplified(formula(left), {})


def test_reactions_are_found_in_rates() -> None:
    rates = {name: formula(rate) for name, rate in {
        "gut": "dose - k*gut", "central": "f*k*gut - q*(central/v - tissue/w) - cl*central",
        "tissue": "q*(central/v - tissue/w)", "cells": "(birth - wake)*cells", "rest": "wake*cells - out"}.items()}
    found = reactions(rates, rates, {"out": formula("out")}, shares=["f"])
    assert {(each.source, each.target, text(each.rate), each.reversible) for each in found} == {
        ("central", "tissue", "q*(central/v - tissue/w)", True), ("gut", "central", "f*k*gut", False),
        ("gut", None, "(1 - f)*k*gut", False), (None, "gut", "dose", False), ("central", None, "cl*central", False),
        (None, "cells", "birth*cells", False), ("cells", "rest", "wake*cells", False), ("rest", None, "out", False)}


def test_the_reactions_of_a_pool_add_up_to_its_rate() -> None:
    rates = {"x": formula("a*(b - c*x) - (d + e)*x*y"), "y": formula("(d + e)*x*y - y/tau")}
    values = {"a": 0.3, "b": 2.0, "c": 0.7, "d": 0.2, "e": 0.5, "x": 1.7, "y": 0.4, "tau": 3.0}

    def turnover(each: Reaction) -> float:
        rate = simplified(each.rate, values)
        assert isinstance(rate, float)
        return rate

    found = reactions(rates, rates, {})
    for pool, rate in rates.items():
        net = sum(turnover(each) * ((each.target == pool) - (each.source == pool)) for each in found)
        assert net == pytest.approx(simplified(rate, values))
