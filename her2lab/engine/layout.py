"""Where everything lies: the working memory of one thread, and the arguments of the compiled integrator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from her2lab.engine.rosenbrock import STAGES
from her2lab.engine.writer import INTEGER, POINTER, Value, Writer

EVENT_ARGUMENTS = (
    "next_record", "stops_applied",  # pointers: where a patient stands in this call
    "trigger_values", "pending_time", "pending_event", "pending_values", "pending_count",  # pointers: the batch
    "executed_events", "last_event", "burst_time", "burst_count",  # pointers: the batch
    "order", "origin", "history", "history_count",  # pointers: the batch
    "queue_size", "history_size",  # numbers of places for pending events and for kept steps of each patient
)  # fmt: skip
"""Unused in models without events and delays."""
ARGUMENTS = (
    "patients",  # pointer: indices of the patients to advance
    "time", "state", "parameter", "status", "step", "restart", "steps",  # pointers: the batch
    "until",  # pointer: end of each patient
    "stop_start", "stop_time", "stop_target", "stop_value",  # pointers: schedule, by patient
    "record_time", "record_stride", "record_count",  # pointer, cells from patient to patient, number
    "output_index", "output_count", "output",  # pointer, number, pointer
    "relative", "absolute", "max_steps",  # pointers to tolerances, number
    *EVENT_ARGUMENTS,
)  # fmt: skip
"""Cells of the argument block, in order; indices are by patient unless said otherwise."""

LANE_NUMBERS = (
    "time",
    "step",
    "used",
    "stop",
    "until",
    "middle",
    "restart",
    "error",
    "next_step",
    "inverse",
    "diagonal",
    "moment",
    "event_time",
    "before_event",
    "best_priority",
    "longest",
    "kink",
    "kink_order",
    "order",
)
LANE_INTEGERS = ("patient", "next_stop", "next_record", "attempts", "restarted", "last", "accepted", "rejected")
EVENT_INTEGERS = (
    "stops_applied", "at_event", "sample", "differs", "event_status", "executed_here", "chosen", "best_rank",
    "low", "high",
)  # fmt: skip
RECORD = 4
"""Numbers of a kept step before those of its states: begin, end, length, order of the kink at its begin."""


@dataclass(frozen=True)
class Layout:
    """Sizes of one kernel and the offsets that follow from them.

    A *row* holds one patient's states, observables and parameters side by side, as plain numbers, and after them
    delayed states and their slopes. There are conditions, and what follows them, in models with events only.
    """

    lanes: int
    states: int
    observables: int
    parameters: int
    hoisted: int
    factors: int
    jumps: int
    piecewise_constant: int = 0
    conditions: int = 0
    root_functions: int = 0
    event_terms: int = 0
    most_values: int = 0
    resized: int = 0
    delays: int = 0
    kept_states: int = 0

    @property
    def interrupted(self) -> bool:
        """Whether the model has events or delays."""
        return self.conditions > 0 or self.delays > 0

    @property
    def record(self) -> int:
        """Cells of a kept step."""
        return RECORD + 5 * self.kept_states

    @property
    def row(self) -> int:
        """Cells of a row."""
        return self.states + self.observables + self.parameters + 2 * self.delays

    @property
    def sections(self) -> dict[str, int]:
        """Cells of each section of the working memory."""
        lanes, n = self.lanes, self.states
        vectors = {
            "y": n,
            "u": n,
            "g": n,
            "time_derivative": n,
            "k": STAGES * n,
            "lu": self.factors,
            "hoisted": self.hoisted,
            "delayed": 2 * self.delays,
        }
        sizes = {name: count * lanes for name, count in vectors.items()}
        sizes |= dict.fromkeys((*(f"lane_{v}" for v in LANE_NUMBERS + LANE_INTEGERS + EVENT_INTEGERS),), lanes)
        watched = self.conditions + self.root_functions
        sizes |= {"trigger_values": lanes * self.conditions, "trial_values": lanes * watched}
        sizes |= {"root_functions": lanes * 3 * self.root_functions, "event_terms": lanes * self.event_terms}
        sizes |= {"chosen_values": lanes * self.most_values, "old_sizes": lanes * self.resized}
        sizes |= {"rows": lanes * self.row, "jumps": lanes * (self.jumps + self.delays)}
        return sizes | {"cursor": 1, "end": 1, "active_lanes": 1}

    @property
    def offsets(self) -> dict[str, int]:
        """First cell of each section of the working memory."""
        out, at = {}, 0
        for name, size in self.sections.items():
            out[name] = at
            at += size
        return out

    @property
    def cells(self) -> int:
        """Size of the working memory of one thread."""
        return sum(self.sections.values())


class Memory:
    """The working memory and arguments, seen from inside a function being written."""

    def __init__(self, writer: Writer, layout: Layout, work: Value, arguments: Value | None = None) -> None:
        self.writer = writer
        self.layout = layout
        self.work = work
        self.arguments = arguments
        self._offsets = layout.offsets

    def section(self, name: str) -> Value:
        """Address of a section of the working memory."""
        return self.writer.cell(self.work, self._offsets[name])

    def row(self, lane: Value) -> Value:
        """Address of the lane's row."""
        return self.writer.cell(self.section("rows"), lane, self.layout.row)

    def jumps(self, lane: Value) -> Value:
        """Address of the times at which the lane's rates jump."""
        return self.writer.cell(self.section("jumps"), lane, self.layout.jumps + self.layout.delays)

    def delays(self, lane: Value) -> Value:
        """Address of the lane's delays."""
        return self.writer.cell(self.jumps(lane), self.layout.jumps)

    def trigger_values(self, lane: Value) -> Value:
        """Address of the lane's conditions as last settled."""
        return self.writer.cell(self.section("trigger_values"), lane, self.layout.conditions)

    def trial_values(self, lane: Value) -> Value:
        """Address of the lane's conditions, and root_functions of comparisons, at the moment looked at."""
        return self.writer.cell(self.section("trial_values"), lane, self.layout.conditions + self.layout.root_functions)

    def event_terms(self, lane: Value) -> Value:
        """Address of the lane's conditions, root functions and event terms."""
        return self.writer.cell(self.section("event_terms"), lane, self.layout.event_terms)

    def chosen_values(self, lane: Value) -> Value:
        """Address of the values of the event being executed."""
        return self.writer.cell(self.section("chosen_values"), lane, self.layout.most_values)

    def old_sizes(self, lane: Value) -> Value:
        """Address of the sizes of compartments before an event."""
        return self.writer.cell(self.section("old_sizes"), lane, self.layout.resized)

    def root_functions(self, lane: Value) -> Value:
        """Address of the root_functions of the lane's comparisons at the last three moments."""
        return self.writer.cell(self.section("root_functions"), lane, 3 * self.layout.root_functions)

    def lane(self, name: str, lane: Value) -> Value:
        """A variable of one lane."""
        kind = INTEGER if name in LANE_INTEGERS + EVENT_INTEGERS else ir.DoubleType()
        return self.writer.load(self.section(f"lane_{name}"), lane, kind)

    def set_lane(self, name: str, lane: Value, value: Value) -> None:
        """Change a variable of one lane."""
        self.writer.store(value, self.section(f"lane_{name}"), lane)

    def all_lanes(self, name: str) -> Value:
        """A variable of all lanes, as a vector."""
        kind = self.writer.integers if name in LANE_INTEGERS + EVENT_INTEGERS else None
        return self.writer.load_vector(self.section(f"lane_{name}"), 0, kind)

    def set_all_lanes(self, name: str, value: Value) -> None:
        """Change a variable of all lanes."""
        self.writer.store_vector(value, self.section(f"lane_{name}"))

    def argument(self, name: str, kind: Any = POINTER) -> Value:
        """A cell of the argument block: an address, or a whole number where kind says so."""
        return self.writer.load(self.arguments, ARGUMENTS.index(name), kind)

    def common(self, name: str) -> Value:
        """A whole number shared by all lanes: cursor, end or active_lanes."""
        return self.writer.load(self.section(name), 0, INTEGER)

    def set_common(self, name: str, value: Value) -> None:
        """Change a number shared by all lanes."""
        self.writer.store(value, self.section(name))
