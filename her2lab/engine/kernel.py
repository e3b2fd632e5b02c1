"""From equations to machine code, by LLVM, without a compiler on the system."""

from __future__ import annotations

import ctypes
import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir

from her2lab import storage
from her2lab.engine.equations import Equations
from her2lab.engine.event_detection import write_conditions
from her2lab.engine.event_queue import EventQueueCode, write_event_terms
from her2lab.engine.integration_loop import LaneCode, write_integrate
from her2lab.engine.layout import ARGUMENTS, Layout
from her2lab.engine.model_code import ModelCode
from her2lab.engine.step import StepCode
from her2lab.engine.time_search import write_time_search

ALIGNMENT = 64
"""Bytes on which the working memory starts."""


@dataclass
class Kernel:
    """The compiled functions of one model. Calls release the interpreter lock.

    Attributes
    ----------
    layout : sizes, among them that of a row and of the working memory.
    """

    layout: Layout
    _engine: Any

    def __post_init__(self) -> None:
        self._integrate = self._function("integrate", "pllp")
        self._observe = self._function("observe_rows", "lpp")
        self._start = self._function("start_rows", "lpppp")

    def _function(self, name: str, arguments: str) -> Any:
        kinds = {"p": ctypes.c_void_p, "l": ctypes.c_int64}
        prototype = ctypes.CFUNCTYPE(None, *(kinds[a] for a in arguments))
        return prototype(self._engine.get_function_address(name))

    def integrate(self, arguments: dict[str, Any], first: int, end: int) -> None:
        """Advance the patients listed from first up to before end (see `layout.ARGUMENTS`)."""
        block = np.array([_cell(arguments[name]) for name in ARGUMENTS], dtype=np.uint64)
        memory = np.zeros(self.layout.cells + ALIGNMENT // 8)
        start = memory.ctypes.data + (-memory.ctypes.data) % ALIGNMENT
        self._integrate(block.ctypes.data, first, end, start)

    def observe(self, rows: np.ndarray, times: np.ndarray) -> None:
        """Fill in the observables of rows (n, row), each at its own time (n,), in place."""
        self._observe(len(rows), rows.ctypes.data, times.ctypes.data)

    def start(self, given: np.ndarray, flags: np.ndarray, time: float) -> np.ndarray:
        """Initial parameters and states (n, parameters + states) from given values of the same shape."""
        out, moment = np.empty_like(given), np.array([time])
        self._start(len(given), given.ctypes.data, flags.ctypes.data, moment.ctypes.data, out.ctypes.data)
        return out


def _cell(value: Any) -> int:
    return int(value.ctypes.data) if isinstance(value, np.ndarray) else int(value)


def build_kernel(equations: Equations, key: str) -> Kernel:
    """The kernel of the equations, from the cache where it holds one for this hash, processor and version."""
    _initialise()
    cpu, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features()
    code = ModelCode(equations, lane_count(cpu, features))
    identity = (_engine_version(), key, cpu, features.flatten(), llvmlite.__version__, code.lanes)
    name = f"kernel-{hashlib.sha256(repr(identity).encode()).hexdigest()}.o"
    machine = _machine()
    body = storage.load(name)
    if body is None:
        with _garbage_collection_off():
            body = _compile(write_module(code), machine)
        storage.store(name, body)
    return Kernel(code.layout, _link(body, machine))


def compile_module(module: ir.Module) -> Any:
    """An execution engine with the functions of any module, compiled as those of the kernels are."""
    _initialise()
    machine = _machine()
    return _link(_compile(module, machine), machine)


def _link(body: bytes, machine: Any) -> Any:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(body))
    engine.finalize_object()
    return engine


@contextmanager
def _garbage_collection_off() -> Iterator[None]:
    """No search for garbage: a large kernel is a million objects, all of them in use, looked at over and over."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@cache
def _engine_version() -> str:
    """Hash of the engine's own text: a kernel made by any other version is not used."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def lane_count(cpu: str, features: dict[str, bool]) -> int:
    """Eight lanes where a processor computes eight numbers at once.

    Zen 4 splits such vectors in two, so that four lanes, whose memory fits the first cache, are faster there.
    """
    return 8 if features.get("avx512f") and cpu != "znver4" else 4


def _initialise() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


def _machine() -> Any:
    """Code for this processor.

    One level of optimisation: more takes five times as long on large models and gains nothing measurable.
    """
    cpu, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(cpu=cpu, features=features, opt=1, reloc="pic", codemodel="default")


def write_module(code: ModelCode) -> ir.Module:
    """All functions of a model's kernel."""
    module = ir.Module("kernel")
    module.triple = llvm.get_process_triple()
    observe, hoist = code.write_observe(module), code.write_hoist(module)
    functions: dict[str, Any] = {}
    if code.discontinuities.watched:
        functions["time_search"] = write_time_search(code, module)
    lane = LaneCode(module, code.layout, hoist, observe, functions)
    if code.layout.interrupted:
        functions["conditions"] = write_conditions(code, module)
        functions["event_terms"] = write_event_terms(code, module, functions["conditions"])
        lane = _event_lane(code, module, hoist, observe, functions)
    step = StepCode(module, code.layout, code.time_dependent, functions.get("fill_delayed"))
    functions |= {
        "choose_step": step.write_choose_step(),
        "attempt_step": step.write_attempt_step(code.write_factor(module), code.write_stage(module)),
        "control_step": step.write_control_step(),
        "accept_step": step.write_accept_step(),
    }
    for write in (
        lane.write_emit_record,
        lane.write_record,
        lane.write_apply_stops,
        lane.write_store,
        lane.write_load_next,
        lane.write_release,
        lane.write_advance,
    ):
        write()
    write_integrate(module, code.layout, functions)
    code.write_observe_rows(module, observe)
    code.write_start_rows(module)
    return module


def _event_lane(code: ModelCode, module: ir.Module, hoist: Any, observe: Any, functions: dict[str, Any]) -> LaneCode:
    equations, graph = code.equations, code.equations.graph
    needed = graph.order([*equations.conditions, *equations.root_functions], stop=lambda _: False)
    watched = sorted({int(graph.nodes[a][2] or 0) for a in needed if graph.nodes[a][0] == "state"})
    resized = tuple(state for state, _ in equations.compartment_sizes)
    kept = sorted({state for state, _ in equations.delays})
    delayed = tuple((state, kept.index(state)) for state, _ in equations.delays)
    shared = (module, code.layout, hoist, observe, functions)
    lane = EventQueueCode(*shared, equations.events, tuple(watched), resized, delayed)
    if delayed:
        for write in (lane.write_fill_delayed, lane.write_keep_step, lane.write_stop_at_kinks):
            write()
    lane.write_detect_events()
    lane.write_event_functions()
    return lane


def _compile(module: ir.Module, machine: Any) -> bytes:
    """Object code; the text is already free of common subexpressions, so few passes pay."""
    reference = llvm.parse_assembly(str(module))
    reference.verify()
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=1))
    passes = llvm.create_new_module_pass_manager()
    passes.add_instruction_combine_pass()
    passes.add_simplify_cfg_pass()
    passes.run(reference, builder)
    return bytes(machine.emit_object(reference))
