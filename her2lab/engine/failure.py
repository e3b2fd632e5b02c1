"""Where the integration of a patient ended early, when, and which state was the cause."""

from __future__ import annotations

import ctypes

import numpy as np
from llvmlite import ir

from her2lab._types import Floats
from her2lab.engine.batch_arrays import BatchArrays
from her2lab.engine.kernel import compile_module
from her2lab.engine.model_code import ModelCode
from her2lab.engine.sbml import read_equations
from her2lab.engine.source import read_source
from her2lab.engine.status import Status
from her2lab.engine.writer import POINTER, Writer, declare

WORDS = {
    Status.NOT_FINITE: "the equations give no number from there on, however short the step",
    Status.STEP_TOO_SMALL: "the error stays above the tolerance, however short the step",
    Status.TOO_MANY_STEPS: "more steps were needed than are allowed",
    Status.CHATTERING: "events follow each other without end",
}


def describe_failure(batch: BatchArrays, i: int) -> str:
    """One sentence on a patient that ended early: time, state and cause. The compiler is called: it takes a moment."""
    status, time = Status(int(batch.status[i])), float(batch.time[i])
    words = f"at time {time:.6g}: {WORDS[status]}"
    if status == Status.CHATTERING:
        return f"{words}; the last was {batch.model.events[batch.last_event[i]].name}"
    if not batch.model.states:
        return words
    rates = _rates(batch, i)
    state = batch.state[i]
    with np.errstate(invalid="ignore"):
        speed = np.abs(rates) / (np.abs(state) + batch.model.atol)
    speed[~np.isfinite(rates)] = np.inf
    worst = int(np.argmax(speed))
    name = batch.model.states[worst]
    return f"{words}; {name} is {state[worst]:.6g} there and changes by {rates[worst]:.6g} a time unit"


def _rates(batch: BatchArrays, i: int) -> Floats:
    """The rates (states,) where the patient stands."""
    code = ModelCode(read_equations(read_source(batch.model.sbml)[0]), 1)
    module = ir.Module("failure")
    function = declare(module, "rates", [POINTER] * 3, export=True)
    row, time, out = function.args
    writer = Writer(function, 1)
    straight = code.row_code(writer, row, time)
    for k, rate in enumerate(code.equations.rates):
        writer.store(straight.value(rate), out, k)
    writer.finish()
    compiled = compile_module(module)
    call = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3)(compiled.get_function_address("rates"))
    observables = np.zeros(len(batch.model.observables))
    past = batch.state[i][batch.model.delayed_states]  # not known here
    numbers = np.concatenate([batch.state[i], observables, batch.parameter[i], past, np.zeros(len(past))])
    moment, rates = batch.time[i : i + 1].copy(), np.empty(len(batch.model.states))
    call(numbers.ctypes.data, moment.ctypes.data, rates.ctypes.data)
    return rates
