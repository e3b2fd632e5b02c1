"""Which properties and parameters of the patients the weights would move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from her2lab import population
from her2lab._types import Floats
from her2lab.facts.records import Population


@dataclass(frozen=True)
class Shift:
    """One property or parameter: its mean without and with weights, and by how many standard deviations it moves.

    Parameters that are above zero in everybody are taken by their logarithm; their means are geometric.
    """

    name: str
    kind: str
    unweighted: float
    weighted: float
    shift: float


def shifts(weights: Floats, properties: Mapping[str, Floats], parameters: Mapping[str, Floats]) -> list[Shift]:
    """Return what varies among the patients, what moves most first.

    A parameter that has the values of a property, or of a parameter before it, is left out.
    """
    found, known = [], set()
    for kind, columns in (("property", properties), ("parameter", parameters)):
        for name, values in columns.items():
            if values.std() <= 1e-12 * max(abs(values.mean()), 1e-300) or values.tobytes() in known:
                continue
            known.add(values.tobytes())
            logarithm = kind == "parameter" and bool((values > 0).all())
            found.append(_shift(name, kind, weights, values, logarithm=logarithm))
    return sorted(found, key=lambda each: -abs(each.shift))


def _shift(name: str, kind: str, weights: Floats, values: Floats, *, logarithm: bool) -> Shift:
    scaled = np.log(values) if logarithm else values
    before, after = float(scaled.mean()), float(weights @ scaled)
    back = np.exp if logarithm else float
    return Shift(name, kind, float(back(before)), float(back(after)), (after - before) / float(scaled.std()))


def properties_of(people: Population, frames: Sequence[pl.DataFrame]) -> dict[str, Floats]:
    """Return the properties of the patients, (n,) each, as a mean over the trials, whose mixes may differ.

    A category becomes one column of 0 and 1, ``name:category``.
    """
    found: dict[str, Floats] = {}
    for name in people.covariates:
        per_trial = [dict(_columns(name, frame)) for frame in frames if name in frame.columns]
        for key in dict.fromkeys(key for columns in per_trial for key in columns):
            nobody = np.zeros(frames[0].height)
            found[key] = np.mean([columns.get(key, nobody) for columns in per_trial], axis=0)
    return found


def _columns(name: str, frame: pl.DataFrame) -> Iterator[tuple[str, Floats]]:
    values = frame[name]
    if values.dtype.is_numeric():
        yield name, values.to_numpy().astype(float)
        return
    for category in values.unique().sort():
        yield f"{name}:{category}", (values == category).to_numpy().astype(float)


def parameters_of(people: Population, seed: int, patients: Sequence[str]) -> dict[str, Floats]:
    """Return the parameters with which these patients are drawn, before any earlier line, (n,) each."""
    numbers = np.array([int(name.removeprefix("P")) for name in patients], dtype=np.int64)
    drawn = population.draw(people, len(numbers), seed, patients=numbers)
    return {name: np.broadcast_to(values, len(numbers)).astype(float) for name, values in drawn.parameters.items()}
