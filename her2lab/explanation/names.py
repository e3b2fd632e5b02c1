"""What a name that a person types stands for: a number, a drug, a trial or one of its outcomes, a statement.

Upper and lower case, spaces, underscores and slashes do not matter, and facts/trace says by which other names things
are called. Ambiguous and unknown names are refused with the nearest ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from her2lab.errors import InputError
from her2lab.explanation import outcomes
from her2lab.facts import library
from her2lab.facts.vocabulary import ADVERSE_EVENTS
from her2lab.nearest import nearest
from her2lab.provenance.numbers import Number, numbers
from her2lab.review import library as review
from her2lab.trial.statistics import endpoints

FIELD = "name"
SHOWN = 6  # of names that were perhaps meant


@dataclass(frozen=True)
class NumberNamed:
    """A number; the same symbol may have a value in each of several populations, and one in its module."""

    symbol: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class DrugNamed:
    """A drug."""

    drug: str


@dataclass(frozen=True)
class TrialNamed:
    """A trial, and one of its outcomes if one was named."""

    trial: str
    outcome: str | None


@dataclass(frozen=True)
class ClaimNamed:
    """A statement of the review."""

    claim: str


Named = NumberNamed | DrugNamed | TrialNamed | ClaimNamed


def resolve_name(text: str) -> Named:
    """Return what a name stands for.

    Raises
    ------
    InputError
        If it stands for nothing, or for several things.
    """
    words = text.split()
    if not words:
        raise InputError("nothing was named", field=FIELD, expected='a name such as "trastuzumab affinity"')
    trial = words[0].lower().removeprefix("trials/")
    if trial in library.files("trials"):
        return TrialNamed(trial, _outcome(trial, " ".join(words[1:])) if len(words) > 1 else None)
    claims = {*review.cell_claims(), *review.trial_claims()}
    if len(words) == 1 and words[0].upper() in claims:
        return ClaimNamed(words[0].upper())
    other = library.trace_names().other_names
    drug = "_".join(words).lower().removeprefix("drugs/")
    with suppress(InputError):
        return DrugNamed(library.drug_id(other.get(drug, drug)))
    return _number(text, claims)


def _outcome(trial: str, text: str) -> str:
    name = outcomes.normalised(text)
    if outcomes.known(name):
        return name
    published = library.trial(trial).published
    there = [*endpoints.wanted(library.trial(trial)),
             *(f"{each.endpoint}{outcomes.RATIO}" for each in (published.contrasts if published else []))]
    near = nearest(name, [*there, *ADVERSE_EVENTS], SHOWN) or there
    raise InputError(f"trial {trial} has no such endpoint", field=FIELD, value=text, expected=" or ".join(near))


# ------------------------------------------------------------------------------------------------ numbers
def _number(text: str, claims: Iterable[str]) -> NumberNamed:
    known = numbers()
    exact = [number for number in known if text.strip().lower() in (number.id.lower(), number.symbol.lower())]
    found = exact or _by_words(text, known)
    symbols = list(dict.fromkeys(number.symbol for number in found))
    if len(symbols) > 1:
        shortest = sorted(symbols, key=len)[:SHOWN]
        raise InputError(f"{len(symbols)} numbers are called so", field=FIELD, value=text,
                         expected=" or ".join(shortest) + (" or others" if len(symbols) > SHOWN else ""))
    if not symbols:
        raise _unknown(text, known, claims)
    return NumberNamed(symbols[0], tuple(found))


def _by_words(text: str, known: Sequence[Number]) -> list[Number]:
    """Return the numbers that the words speak of: whole names before parts of names."""
    other = library.trace_names().other_names
    asked = [other.get(word, word) for word in re.split(r"[\s/]+", text.lower()) if word and word not in FOLDERS]
    whole = [number for number in known if _is_whole(asked, number)]
    if whole:
        return whole
    words = {part for word in asked for part in _words(word)}
    held = [number for number in known if words <= _words(f"{number.holder} {number.name}")]
    own = [number for number in held if number.holder in asked or number.holder == "_".join(asked[:-1])]
    return own or held


def _is_whole(asked: Sequence[str], number: Number) -> bool:
    """Return whether words are a number's name, by itself or with its file before it or its population beside it."""
    spoken = re.sub(r"[._]", " ", " ".join(asked))
    names = {f"{number.holder} {number.name}", number.symbol, number.name if "." in number.name else ""}
    return spoken in {re.sub(r"[._]", " ", name) for name in names if name}


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[\s._/-]+", text.lower()) if word}


FOLDERS = ("drugs", "populations", "parameters")


def _unknown(text: str, known: Sequence[Number], claims: Iterable[str]) -> InputError:
    """Return the error for a name of nothing, with the names that are most like it."""
    names = [*library.drugs(), *library.files("trials"), *sorted(claims), *(number.symbol for number in known)]
    by_words = {" ".join(sorted(_words(name))): name for name in reversed(names)}
    near = nearest(" ".join(sorted(_words(text))), by_words, SHOWN, likeness=0.0)
    return InputError("no number, drug, trial or statement is called so", field=FIELD, value=text,
                      expected=" or ".join(by_words[each] for each in near))
