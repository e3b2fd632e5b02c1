"""A rate as a sum of terms: what flows in and what flows out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from her2lab.exchange.formula import Formula

Key = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Term:
    """One term of a rate: its sign, its factors and its divisors."""

    sign: int
    factors: tuple[Formula, ...]
    divisors: tuple[Formula, ...]

    @property
    def key(self) -> Key:
        """The same for terms that differ by their sign or the order of their factors only."""
        return tuple(sorted(map(repr, self.factors))), tuple(sorted(map(repr, self.divisors)))

    @property
    def formula(self) -> Formula:
        """The term without its sign."""
        product = _joined(self.factors)
        return ("/", product, _joined(self.divisors)) if self.divisors else product


def terms(rate: Formula) -> list[Term]:
    """Return the terms of a rate as it is written, products of sums left as they are."""
    return [_term(sign, each) for sign, each in _summands(1, rate)]


def expanded(term: Term, rules: Mapping[str, Formula]) -> list[Term]:
    """Return a term whose first sum is multiplied out; one that is but a name is what `rules` say it is."""
    if len(term.factors) == 1 and not term.divisors and isinstance(term.factors[0], str):
        inner = rules.get(term.factors[0], term.factors[0])
        if isinstance(inner, str) or len(_summands(1, inner)) > 1:
            return [_term(term.sign * sign, each) for sign, each in _summands(1, inner)]
        return [term]
    for place, factor in enumerate(term.factors):
        parts = _summands(1, factor)
        if len(parts) > 1:
            before, after = term.factors[:place], term.factors[place + 1:]
            inside = [_term(sign, part) for sign, part in parts]
            return [Term(term.sign * each.sign, before + _without_ones(each.factors, before + after) + after,
                         term.divisors + each.divisors) for each in inside]
    return [term]


def _without_ones(factors: tuple[Formula, ...], others: tuple[Formula, ...]) -> tuple[Formula, ...]:
    return tuple(each for each in factors if each != 1.0 or not others)


def _summands(sign: int, formula: Formula) -> list[tuple[int, Formula]]:
    if isinstance(formula, tuple):
        operator, *operands = formula
        if operator == "+":
            return [part for operand in operands for part in _summands(sign, operand)]
        if operator == "-":
            return _summands(sign, operands[0]) + _summands(-sign, operands[1])
        if operator == "neg":
            return _summands(-sign, operands[0])
    return [(sign, formula)]


def _term(sign: int, formula: Formula) -> Term:
    factors: list[Formula] = []
    divisors: list[Formula] = []

    def collect(each: Formula, above: list[Formula], below: list[Formula]) -> int:
        if isinstance(each, tuple) and each[0] == "*":
            product = 1
            for operand in each[1:]:
                product *= collect(operand, above, below)
            return product
        if isinstance(each, tuple) and each[0] == "/":
            return collect(each[1], above, below) * collect(each[2], below, above)
        if isinstance(each, tuple) and each[0] == "neg":
            return -collect(each[1], above, below)
        above.append(each)
        return 1

    sign *= collect(formula, factors, divisors)
    return Term(sign, tuple(factors) or (1.0,), tuple(divisors))


def _joined(factors: tuple[Formula, ...]) -> Formula:
    return factors[0] if len(factors) == 1 else ("*", *factors)
