"""The arithmetic rate of the engine beside what the core can do at most.

What counts is what the emitted code asks for: additions, subtractions, multiplications and divisions of one attempted
step, a fused multiply-add as two, one for each patient in the vector. Comparisons, roots and moves count as nothing.
"""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir

from benchmarks.cases import Case
from her2lab.engine.kernel import ALIGNMENT, compile_module
from her2lab.engine.model_code import ModelCode
from her2lab.engine.sbml import read_equations
from her2lab.engine.source import read_source
from her2lab.engine.step import StepCode
from her2lab.engine.writer import INTEGER, POINTER, Writer, declare

COUNTED = ("fadd", "fsub", "fmul", "fdiv")
SUMS, ROUNDS = 12, 20_000_000
"""Independent sums of the loop that measures the peak (latency times width of any core so far), and its rounds."""


@dataclass(frozen=True)
class Rate:
    """Operations of one step of one patient, steps a second on one core, and the core's peak."""

    operations: int
    steps: float
    peak: float

    @property
    def achieved(self) -> float:
        """Operations a second."""
        return self.operations * self.steps

    def __str__(self) -> str:
        share = self.achieved / self.peak
        return (
            f"Arithmetic: {self.operations} operations a step, {self.steps:.3g} steps/s: {self.achieved / 1e9:.1f} "
            f"GFLOP/s, {share:.0%} of the {self.peak / 1e9:.1f} GFLOP/s that multiply-adds reach on this core."
        )


def measure(case: Case, patients: int, rtol: float = 1e-4) -> Rate:
    """The rate in one run of a case; the peak is the better of one just before and one just after."""
    chosen = {name: values[:patients] for name, values in case.parameters.items()}
    inputs, batch = case.inputs(patients), case.model.start(patients, chosen)
    lanes = case.model.kernel.layout.lanes
    before = peak(lanes)
    begin = time.perf_counter()
    batch.advance(float(case.times[-1]), inputs=inputs, record=case.times, rtol=rtol)
    steps = float(batch.steps.sum()) / (time.perf_counter() - begin)
    return Rate(operations(case.sbml, lanes), steps, max(before, peak(lanes)))


def operations(source: str, lanes: int) -> int:
    """Operations that one attempted step asks for, for each patient.

    Raises
    ------
    ValueError
        The factors of the model are not straight-line code; loops over tables are not counted.
    """
    code = ModelCode(read_equations(read_source(source)[0]), lanes)
    if not code.unrolled:
        raise ValueError("not straight-line code")
    module = ir.Module("count")
    step = StepCode(module, code.layout, code.time_dependent)
    return _count(step.write_attempt_step(code.write_factor(module), code.write_stage(module)), code.layout.states)


def _count(function: Any, states: int) -> int:
    """Operations of a call; the only loops go over the states."""
    total = 0
    for block in function.blocks:
        times = states if block.name.startswith("body") else 1
        for instruction in block.instructions:
            if instruction.opname in COUNTED:
                total += times
            elif instruction.opname == "call":
                total += times * _count(instruction.callee, states)
    return total


def peak(lanes: int) -> float:
    """Operations a second of independent multiply-adds on registers, with vectors as wide as the engine's."""
    module = ir.Module("peak")
    module.triple = llvm.get_process_triple()
    _write_loop(module, lanes)
    engine = compile_module(module)
    run = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p)(engine.get_function_address("run"))
    memory = (ctypes.c_double * (SUMS * lanes + ALIGNMENT // 8))()
    start = ctypes.addressof(memory)
    start += -start % ALIGNMENT
    run(ROUNDS // 100, start)
    begin = time.perf_counter()
    run(ROUNDS, start)
    return 2.0 * lanes * SUMS * ROUNDS / (time.perf_counter() - begin)


def _write_loop(module: ir.Module, lanes: int) -> None:
    """``run(rounds, out)``: each sum is multiplied and added to, once a round."""
    writer = Writer(declare(module, "run", [INTEGER, POINTER], export=True), lanes)
    builder, (rounds, out), entry = writer.builder, writer.function.args, writer.builder.block
    starts = [ir.Constant(INTEGER, 0), *(writer.load_vector(out, i) for i in range(SUMS))]
    body, after = (writer.function.append_basic_block(name) for name in ("body", "after"))
    builder.branch(body)
    builder.position_at_end(body)
    index, *sums = phis = [builder.phi(start.type) for start in starts]
    shrink, gain = writer.number(0.999), writer.number(0.001)
    following = [builder.add(index, writer.integer(1)), *(writer.add(writer.multiply(s, shrink), gain) for s in sums)]
    for phi, start, value in zip(phis, starts, following, strict=True):
        phi.add_incoming(start, entry)
        phi.add_incoming(value, body)
    builder.cbranch(builder.icmp_signed("<", following[0], rounds), body, after)
    builder.position_at_end(after)
    for i, value in enumerate(following[1:]):
        writer.store_vector(value, out, i)
    writer.finish()
