"""Checks of the names and numbers that a caller gives, and the refusal of a model that cannot be integrated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from her2lab._types import Floats
from her2lab.errors import InputError
from her2lab.nearest import nearest


class UnsupportedModel(InputError):  # noqa: N818 - the name says what is wrong
    """The model uses something that the engine does not integrate; the message names it."""


def unknown_name(name: str, known: Sequence[str], what: str) -> InputError:
    """The error for a name that the model does not have, with the nearest one that it has."""
    near = nearest(name, known, likeness=0.0)
    expected = f"{what}, for example {near[0]!r}" if near else f"{what} (the model has none)"
    return InputError("the model has no such name", field=str(name), expected=expected)


def per_patient(name: str, values: ArrayLike, n: int) -> Floats:
    """One finite number per patient, from a scalar or an array of length n.

    Raises
    ------
    InputError
        Wrong length, not numbers, or a value that is not finite; the patient is named.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError("not numbers", field=name, expected="a number or one per patient") from error
    if array.ndim > 1 or (array.ndim == 1 and len(array) != n):
        raise InputError("wrong shape", field=name, value=array.shape, expected=f"a scalar or length {n}")
    full = np.broadcast_to(array, (n,))
    bad = np.flatnonzero(~np.isfinite(full))
    if bad.size:
        raise InputError(f"not finite for patient {bad[0]}", field=name, value=float(full[bad[0]]))
    return full + 0.0  # no negative zero
