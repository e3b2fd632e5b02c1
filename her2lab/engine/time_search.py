"""The search, as compiled code, for the moment at which a condition in time alone changes.

It goes through the time to the next stop in pieces: a piece on whose whole length the condition is certainly true, or
certainly false, is passed, and any other is halved, down to rounding. No change is missed, however short.
"""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir

from her2lab.engine.expression import Expression
from her2lab.engine.intervals import Bounds, IntervalCode
from her2lab.engine.model_code import ModelCode
from her2lab.engine.writer import DOUBLE, POINTER, Value, Writer, declare

FINEST = 1e-14
"""Length of a piece, as a part of the time and of the way to the stop, at which the change is taken to lie in it."""


def write_time_search(code: ModelCode, module: ir.Module) -> Any:
    """``time_search(row, now, stop)``: bring the stop forward to the first change of a watched condition."""
    function = declare(module, "time_search", [POINTER] * 3)
    row, now, stop = function.args
    writer = Writer(function, 1)
    places = {name: writer.builder.alloca(DOUBLE) for name in ("here", "length", "known", "found")}
    for condition in code.discontinuities.watched:
        begin, end = writer.load(now), writer.load(stop)
        way = writer.subtract(end, begin)
        finest = writer.multiply(writer.larger(writer.call("fabs", begin), way), writer.number(FINEST))
        for name, value in {"here": begin, "length": way, "known": writer.number(math.nan), "found": end}.items():
            writer.store(value, places[name])
        with writer.repeat() as after:
            writer.leave(after, writer.compare(">=", writer.load(places["here"]), writer.load(places["found"])))
            _look(code, writer, row, condition, finest, places)
        writer.store(writer.load(places["found"]), stop)
    writer.finish()
    return function


def _look(
    code: ModelCode, writer: Writer, row: Value, condition: Expression, finest: Value, places: dict[str, Value]
) -> None:
    """Look at one piece: pass it, halve it, or stop in it."""
    builder = writer.builder
    here, length, found = (writer.load(places[name]) for name in ("here", "length", "found"))
    reach = writer.smaller(writer.add(here, length), found)
    code_of_row = code.row_code(writer, row, places["here"])
    low, high = IntervalCode(code_of_row, Bounds(here, reach)).bounds(condition)
    if code.equations.graph.is_condition(condition):
        low, high = (builder.uitofp(bound, DOUBLE) for bound in (low, high))
    with builder.if_else(writer.compare("==", low, high)) as (settled, unsettled):
        with settled:
            before = writer.load(places["known"])
            changed = builder.fcmp_ordered("!=", before, low)  # between two pieces: the stop is where they meet
            writer.store(low, places["known"])
            writer.store(builder.select(changed, here, found), places["found"])
            writer.store(builder.select(changed, here, reach), places["here"])
            writer.store(writer.multiply(length, writer.number(2.0)), places["length"])
        with unsettled:
            narrow = writer.compare("<=", length, finest)
            writer.store(builder.select(narrow, reach, found), places["found"])
            writer.store(builder.select(narrow, reach, here), places["here"])
            writer.store(writer.multiply(length, writer.number(0.5)), places["length"])
