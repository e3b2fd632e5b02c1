"""From a YAML file to a record, with every mistake as one line that names file, line, field, value and expectation."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import is_typeddict

from her2lab.errors import InputError, Problems
from her2lab.facts.strict_yaml import Document, Where, read_document
from her2lab.nearest import did_you_mean, nearest, one_of

Model = TypeVar("Model", bound=BaseModel)
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_LIMIT = re.compile(r"\s*[<>≤≥~≈]\s*=?\s*[0-9]")


def read_record(path: str | Path, model: type[Model]) -> Model:
    """Read one YAML file as a record.

    Raises
    ------
    InputError
        If the file is not strict YAML (see :func:`~her2lab.facts.strict_yaml.read_document`) or does not fit `model`.
    """
    document = read_document(path)
    return to_record(document, model, document.data)


def to_record(document: Document, model: type[Model], data: dict[str, Any], at: Where = ()) -> Model:
    """Return `data`, which stands at `at` of `document`, as a record.

    Validation is in JSON mode, in which strict models take a list for a tuple but never text for a number.
    """
    try:
        return model.model_validate_json(json.dumps(data, allow_nan=False))
    except ValidationError as problem:
        raise refused(document, model, data, problem, at) from None


def refused(document: Document, model: type[BaseModel], data: Any, problem: ValidationError,
            at: Where = ()) -> InputError:
    """Return what pydantic found, with all problems of the file: a misspelt field before the one it leaves missing."""
    found = sorted(problem.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
    misspelt = {name for each in found if each["type"] == "extra_forbidden"
                for name in nearest(str(each["loc"][-1]), _fields_around(model, _within(data, each["loc"])[:-1]))}
    problems = Problems()
    for n, each in enumerate(found):
        if n == 0 or each["type"] != "missing" or each["loc"][-1] not in misspelt:
            with problems:
                raise _refusal(document, model, data, each, at)
    first, *others = problems.found
    first.others = tuple(others)
    return first


def _refusal(document: Document, model: type[BaseModel], data: Any, found: ErrorDetails, at: Where) -> InputError:
    inside = _within(data, found["loc"])
    where = at + inside
    kind, value, context = found["type"], _shown(found.get("input")), found.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _fields_around(model, inside[:-1])
        hint = did_you_mean(where[-1], allowed)
        return document.error(where, f"unknown field {where[-1]}{hint}", expected=None if hint else one_of(allowed))
    if kind == "missing":
        return document.error(where, "is missing", expected="a value")
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context.get("expected", ""))
        return document.error(
            where, f"is not known{did_you_mean(value, allowed)}", value=value, expected=one_of(allowed)
        )
    if kind in ("float_type", "int_type", "finite_number", "int_from_float"):
        return document.error(where, _not_a_number(found.get("input")), value=value, expected=_number_wanted(kind))
    message = context.get("error", found["msg"])
    return document.error(where, _lower(str(message)), value=value)


def _not_a_number(value: Any) -> str:
    if isinstance(value, str) and _DECIMAL_COMMA.fullmatch(value.strip()):
        return "has a decimal comma"
    if isinstance(value, str) and _LIMIT.match(value):
        return "is a limit, not a number"
    return "is not a number"


def _number_wanted(kind: str) -> str:
    return "a whole number" if kind.startswith("int") else "a finite number, written like 7.5 or 1e-3"


def _within(data: Any, location: tuple[int | str, ...]) -> Where:
    """Return the part of pydantic's location that exists in the data (it also names branches of unions)."""
    where: list[int | str] = []
    for last, part in ((n == len(location) - 1, part) for n, part in enumerate(location)):
        inside = part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data))
        if inside:
            data = data[part]
        if inside or (last and isinstance(data, dict) and part != "[key]"):
            where.append(part)
    return tuple(where)


def _fields_around(model: Any, where: Where) -> list[str]:
    """Return the field names allowed at `where`, following records, dictionaries, lists and optional fields."""
    kind: Any = model
    for part in where:
        kind = next((inner for each in _branches(kind) if (inner := _inside(each, part)) is not None), None)
    for each in _branches(kind):
        if _is_record(each):
            return list(each.model_fields)
        if is_typeddict(each):
            return list(each.__annotations__)
    return []


def _inside(kind: Any, part: int | str) -> Any:
    """Return the type of field, key or item `part` of a type."""
    if _is_record(kind):
        return kind.model_fields[part].annotation if part in kind.model_fields else None
    held = {dict: str, Mapping: str, list: int, tuple: int}.get(get_origin(kind), type(None))
    return [each for each in get_args(kind) if each is not Ellipsis][-1] if isinstance(part, held) else None


def _branches(kind: Any) -> list[Any]:
    """Return a type, or the members of a union, without annotations."""
    if get_origin(kind) is Annotated:
        return _branches(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [each for member in get_args(kind) for each in _branches(member)]
    return [kind]


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _shown(value: Any) -> Any:
    """Return a value short enough for one line, or nothing for a list or mapping."""
    if isinstance(value, dict | list) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value[:60] + "…" if isinstance(value, str) and len(value) > 60 else value


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
