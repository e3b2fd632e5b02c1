"""Records as a file has them: doses and times as text and numbers, what is not said left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from her2lab.facts.frozen import plain
from her2lab.facts.quantity import Record
from her2lab.facts.regimen_records import Dose, WeightTiers

if TYPE_CHECKING:
    from her2lab.facts.trial_records import Trial


def trial_file(trial: Trial) -> dict[str, Any]:
    """Return a trial as its file has it: plain data which, read back, gives an equal record."""
    return {**in_file(trial), "population": plain(trial.population)}


def in_file(value: Any) -> Any:
    """Return a record, or anything that holds records, as a file has it.

    Raises
    ------
    InputError
        If it holds what no file can hold.
    """
    if isinstance(value, Dose):
        return f"{_short(value.amount)!r} {value.unit}"
    if isinstance(value, WeightTiers):
        below = [f"{in_file(dose)} below {_short(limit)!r} kg" for dose, limit in value.below]
        return [*below, f"{in_file(value.above)} from {_short(value.limits[-1])!r} kg"]
    if isinstance(value, Record):
        return {name: _field(name, each) for name, each in value if each != type(value).model_fields[name].default}
    if isinstance(value, list | tuple):
        return [in_file(each) for each in value]
    if isinstance(value, dict):
        return {plain(key): in_file(each) for key, each in value.items()}
    return _short(plain(value))


def _field(name: str, value: Any) -> Any:
    if name == "ramp":
        return [f"{in_file(dose)} for {_short(days)!r}" for dose, days in value]
    return in_file(value)


def _short(value: Any) -> Any:
    """Return a whole number as one, so that 21.0 days are written as 21."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value
