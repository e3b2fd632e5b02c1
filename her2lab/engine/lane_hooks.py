"""What serves one lane: its memory, and the places at which models with events or delays do more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from her2lab.engine.layout import Layout, Memory
from her2lab.engine.writer import INTEGER, POINTER, Value, Writer, declare


@dataclass
class LaneHooks:
    """Writes the functions that serve one lane; all take ``(arguments, work, lane)``."""

    module: ir.Module
    layout: Layout
    hoist: Any
    observe: Any
    functions: dict[str, Any]

    def _begin(self, name: str) -> tuple[Writer, Memory, Value]:
        function = declare(self.module, name, [POINTER, POINTER, INTEGER])
        self.functions[name] = function
        arguments, work, lane = function.args
        writer = Writer(function, 1)
        return writer, Memory(writer, self.layout, work, arguments), lane

    def _call(self, name: str, writer: Writer) -> None:
        writer.builder.call(self.functions[name], writer.function.args)

    def _state(self, writer: Writer, memory: Memory, section: str, lane: Value) -> Value:
        """Address of the lane's own number in the first vector of a section; the next is `lanes` cells on."""
        return writer.cell(memory.section(section), lane)

    # -- only in models with events or delays, see event_detection.py and delays.py ------------------

    def defer_record(self, writer: Writer, memory: Memory, lane: Value, moment: Value, reached: Value) -> Value:
        """Whether a record inside the step has to wait for the events of its moment."""
        raise NotImplementedError

    def move_to_event(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """Put the state at the event, if there is one, in place of that at the end of the step."""
        raise NotImplementedError

    def restore_event_state(self, writer: Writer, memory: Memory, lane: Value, patient: Value) -> None:
        """Take up a patient where it stands among its events, and carry out those due."""
        raise NotImplementedError

    def save_event_state(self, writer: Writer, memory: Memory, lane: Value, patient: Value) -> None:
        """Hand back where a patient stands among its records, doses and triggers."""
        raise NotImplementedError

    def move_or_settle(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """After an accepted step, move on, and carry out the events due there."""
        raise NotImplementedError

    def give_up_room(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """After an attempt, hand back a patient for whose past there is no more room."""
        raise NotImplementedError

    def record_and_store(self, writer: Writer, memory: Memory, lane: Value) -> Value:
        """Records where a patient stands, after its events; whether it goes no further and was handed back."""
        raise NotImplementedError

    def stop_at_pending(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """Stop where a delayed event is due."""
        raise NotImplementedError
