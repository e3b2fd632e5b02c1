"""SciPy on a Python function written from the same equations; doses stop and restart the solver."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from benchmarks.cases import Case, Floats
from benchmarks.peer import ABSOLUTE
from her2lab.engine.equations import Equations
from her2lab.engine.expression import safe_power
from her2lab.engine.sbml import read_equations
from her2lab.engine.source import read_source

INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "lt": "<", "le": "<=", "eq": "==", "ne": "!="}
INFIX |= {"and": "and", "or": "or"}
LEAVES = {"state": "x", "parameter": "p"}
Rates = Callable[[float, Floats, list[float]], list[float]]


class Scipy:
    def __init__(self, method: str) -> None:
        self.name, self.method = f"SciPy {method}", method

    def prepare(self, case: Case) -> None:
        self.case = case
        self.rates = written(read_equations(read_source(case.sbml)[0]))
        moments: dict[float, list[tuple[str, float]]] = {}
        for course in case.courses:
            for time in course.times:
                if not course.duration:
                    moments.setdefault(time, []).append((course.target, course.amount))
                    continue
                moments.setdefault(time, []).append((course.target, course.amount / course.duration))
                moments.setdefault(time + course.duration, []).append((course.target, 0.0))
        self.moments = dict(sorted(moments.items()))

    def run(self, patients: range, rtol: float) -> Floats:
        return np.array([self._patient(patient, rtol) for patient in patients])

    def _patient(self, patient: int, rtol: float) -> Floats:
        case, names = self.case, self.case.model
        state = case.start.state[patient].copy()
        parameter = case.start.parameter[patient].tolist()
        stops = [*self.moments, float(case.times[-1])]
        out = []
        for begin, end in itertools.pairwise(stops):
            for target, value in self.moments[begin]:
                if target in names.states:
                    state[names.states.index(target)] += value
                else:
                    parameter[names.parameters.index(target)] = value
            wanted = case.times[(case.times > begin) & (case.times <= end)]
            points = np.unique(np.append(wanted, end))
            options: dict[str, Any] = {"method": self.method, "rtol": rtol, "atol": rtol * ABSOLUTE}
            answer = solve_ivp(self.rates, (begin, end), state, t_eval=points, args=(parameter,), **options)
            state = answer.y[:, -1].copy()
            out.append(answer.y[:, : len(wanted)].T)
        return np.concatenate(out)


def written(equations: Equations) -> Rates:
    """The rates as a Python function, one line for each node of the graph."""
    graph = equations.graph
    lines = ["def rates(t, x, p):", " x = x.tolist()"]
    for a in graph.order(equations.rates, stop=lambda _: False):
        operation, arguments, value = graph.nodes[a]
        lines.append(f" v{a} = {_formula(operation, [f'v{b}' for b in arguments], value)}")
    lines.append(f" return [{', '.join(f'v{a}' for a in equations.rates)}]")
    scope: dict[str, Any] = {"m": math, "safe_power": safe_power, "inf": math.inf, "nan": math.nan}
    exec("\n".join(lines), scope)
    return scope["rates"]  # type: ignore[no-any-return]


def _formula(operation: str, arguments: list[str], value: float | int | None) -> str:
    if operation == "number":
        return repr(value)
    if operation in LEAVES:
        return f"{LEAVES[operation]}[{value}]"
    if operation == "time":
        return "t"
    if operation in INFIX:
        return f" {INFIX[operation]} ".join(arguments)
    if operation == "negative":
        return f"-{arguments[0]}"
    if operation == "reciprocal":
        return f"1.0/{arguments[0]}"
    if operation == "select":
        return f"{arguments[1]} if {arguments[0]} else {arguments[2]}"
    if operation == "not":
        return f"not {arguments[0]}"
    if operation == "power":
        return f"safe_power({', '.join(arguments)})"
    return f"m.{operation}({', '.join(arguments)})"
