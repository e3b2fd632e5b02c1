"""What records hold: tuples and mappings that nobody can change afterwards."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator, Strict

from her2lab.errors import InputError
from her2lab.printable import hidden

Item = TypeVar("Item")
Key = TypeVar("Key")
Value = TypeVar("Value")


LARGEST_WHOLE = 2**63 - 1


class FrozenDict(dict[Key, Value]):
    """A mapping that refuses changes; ``{**mapping, "name": value}`` and ``mapping | {…}`` give a changed copy."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("records of facts cannot be changed; make a changed copy with record.replace(...)")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[FrozenDict[Key, Value]], tuple[dict[Key, Value]]]:
        return type(self), (dict(self),)


def frozen(value: Any) -> Any:
    """Return plain data with tuples for lists and frozen mappings for mappings, at every depth."""
    if isinstance(value, Mapping):
        return FrozenDict({key: frozen(each) for key, each in value.items()})
    return tuple(map(frozen, value)) if isinstance(value, list | tuple) else value


TupleOf = Annotated[tuple[Item, ...], Strict(False)]                # lists are taken as well
MappingOf = Annotated[Mapping[Key, Value], AfterValidator(frozen)]


def plain(value: Any, field: str = "") -> Any:
    """Return data as a file would hold it: dictionaries, lists, text, numbers, true, false and null.

    Raises
    ------
    InputError
        For anything else, for numbers that are not finite or whole and beyond 64 bits, and for text with characters
        that are not shown; `field` is where the value stands.
    """
    if isinstance(value, Mapping):
        return {_name(key, field): plain(each, f"{field}.{key}".lstrip(".")) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, f"{field}[{n}]") for n, each in enumerate(value)]
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:    # a number of NumPy
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError("is not a finite number", field=field, value=value, expected="a finite number")
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        raise InputError("is too large a number", field=field or None, expected=f"at most {LARGEST_WHOLE}")
    if isinstance(value, str) and (code := hidden(value)):
        raise InputError(f"holds {code}, a character that is not shown", field=field or None, value=value,
                         expected="plain text")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise InputError(f"cannot be a {type(value).__name__}", field=field or None,
                     expected="text, a number, a list or a mapping, as in a file")


def _name(key: object, field: str) -> str:
    if not isinstance(key, str):
        raise InputError("a field name must be plain text", field=field or None, value=key, expected="a name")
    if code := hidden(key):
        raise InputError(f"a field name holds {code}, a character that is not shown", field=field or None, value=key,
                         expected="a name")
    return key
