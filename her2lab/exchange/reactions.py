"""Reactions found in rates: what leaves one pool at the rate at which it enters another goes from one to the other.

What has no counterpart comes from nothing or goes to nothing, as the equations have it: a drug that a tumour takes up
is not taken from plasma a second time, a receptor is made and lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from her2lab.exchange.formula import Formula
from her2lab.exchange.terms import Key, Term, expanded, terms


@dataclass(frozen=True)
class Reaction:
    """What goes from `source` to `target` (None: from or to nothing) at `rate`, in the unit of the pools per day."""

    source: str | None
    target: str | None
    rate: Formula
    reversible: bool = False


def reactions(rates: Mapping[str, Formula], pools: Collection[str], rules: Mapping[str, Formula],
              shares: Collection[str] = ()) -> list[Reaction]:
    """Return the reactions that are the rates of some pools.

    Parameters
    ----------
    rates, rules
        Rates of the states and formulas of the assigned symbols.
    pools
        The states whose rates are written as reactions.
    shares
        Constants from 0 to 1: where one stands before what enters a pool, the rest is lost on the way.
    """
    left = {pool: terms(rates[pool]) for pool in pools}
    found = [Reaction(source, target, term.formula, reversible=_is_net(term))
             for source, target, term in _paired(left)]
    left = {pool: [part for term in of_pool for part in expanded(term, rules)] for pool, of_pool in left.items()}
    found += [Reaction(source, target, term.formula) for source, target, term in _paired(left)]
    found += _shared(left, shares)
    for pool, of_pool in left.items():
        found += [Reaction(None, pool, term.formula) if term.sign > 0 else Reaction(pool, None, term.formula)
                  for term in of_pool]
    return found


def _paired(left: dict[str, list[Term]]) -> list[tuple[str, str, Term]]:
    """Take out the terms that leave one pool and enter another: source, target and term."""
    leaving: dict[Key, list[tuple[str, Term]]] = defaultdict(list)
    for pool, of_pool in left.items():
        for term in of_pool:
            if term.sign < 0:
                leaving[term.key].append((pool, term))
    found = []
    for target, of_pool in left.items():
        for term in list(of_pool):
            others = [each for each in leaving[term.key] if each[0] != target] if term.sign > 0 else []
            if others:
                source, gone = others[0]
                leaving[term.key].remove(others[0])
                left[source].remove(gone)
                of_pool.remove(term)
                found.append((source, target, gone))
    return found


def _shared(left: dict[str, list[Term]], shares: Collection[str]) -> list[Reaction]:
    """Take out what enters a pool as a share of what leaves another: the share, and the rest that is lost."""
    found = []
    leaving = {term.key: (pool, term) for pool, of_pool in left.items() for term in of_pool if term.sign < 0}
    for target, of_pool in left.items():
        for term in list(of_pool):
            for share in {each for each in term.factors if each in shares} if term.sign > 0 else ():
                others = tuple(each for each in term.factors if each != share)
                source, gone = leaving.get(Term(-1, others, term.divisors).key, (target, term))
                if source != target and gone in left[source]:
                    left[source].remove(gone)
                    of_pool.remove(term)
                    found += [Reaction(source, target, term.formula),
                              Reaction(source, None, ("*", ("-", 1.0, share), gone.formula))]
    return found


def _is_net(term: Term) -> bool:
    """Whether a term is a difference of what goes forth and what comes back."""
    return any(isinstance(factor, tuple) and factor[0] == "-" for factor in term.factors)
