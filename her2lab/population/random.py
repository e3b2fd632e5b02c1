"""Random numbers keyed by (seed, patient, purpose).

A patient's draws depend on nothing else: adding an arm, an endpoint, a property or a patient changes no other draw,
and the number of workers does not matter. The generator is Philox, a counter-based one: the seed and the purpose
make its key, the patient its counter.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from her2lab._types import Floats
from her2lab.population import philox


def uniforms(seed: int, patients: NDArray[np.integer], purpose: str, size: int = 1) -> Floats:
    """Draw uniform numbers in the open interval (0, 1).

    Parameters
    ----------
    seed
        Seed of the study, a non-negative integer.
    patients
        Patient numbers, shape (n,).
    purpose
        What the numbers are for; every purpose has its own stream.
    size
        Numbers per patient.

    Returns
    -------
    Array of shape (n, size).
    """
    digest = hashlib.sha256(f"{seed}:{purpose}".encode()).digest()
    first, second = (int.from_bytes(digest[place:place + 8], "little") for place in (0, 8))
    drawn = philox.doubles((first, second), patients, size)
    tiny = np.finfo(float).tiny
    return np.clip(drawn, tiny, 1.0 - np.finfo(float).epsneg)


def seed_for(seed: int, occasion: str) -> int:
    """Return the seed of what happens by chance on one occasion; that of the study if `occasion` is empty.

    Who survived an earlier line of therapy must not owe the next one to the same luck.
    """
    if not occasion:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}:{occasion}".encode()).digest()[:8], "big") >> 1


def normals(seed: int, patients: NDArray[np.integer], purpose: str, size: int = 1) -> Floats:
    """Draw standard normal numbers, shape (n, size), from the same kind of stream as :func:`uniforms`."""
    return np.asarray(ndtri(uniforms(seed, patients, purpose, size)))
