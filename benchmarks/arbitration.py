"""A folder of SBML files through her2lab and libroadrunner, with COPASI as arbiter where they differ.

    python -m benchmarks.arbitration FOLDER [--until T] [--out FILE] [--jobs N] [--seconds S]

FOLDER holds SBML files (.xml, in it or below), for example a copy of BioModels; it is not part of this project. Every
file is run to the same time and the concentrations of its species (where it has none, what its rate rules change) are
compared. An engine runs in a process of its own, which is ended after S seconds or if it dies.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Course = dict[str, Floats]
POINTS = 21
RTOL = 1e-7
RELATIVE, ABSOLUTE = 1e-3, 1e-6
"""Two courses agree where they differ by at most this part of the value plus this part of the course's peak."""


@dataclass(frozen=True)
class Verdict:
    """What came of one file: the outcome of all engines together, and the words of those that did not run it."""

    file: str
    outcome: str
    reasons: dict[str, str]


def symbols(file: Path) -> tuple[list[str], dict[str, str]]:
    """What is compared, and the compartment of each species whose symbol is an amount."""
    import libsbml

    model = libsbml.readSBMLFromFile(str(file)).getModel()
    if model is None:
        raise RuntimeError("no SBML model")
    size = {c.getId(): c.getSpatialDimensionsAsDouble() for c in model.getListOfCompartments()}
    species = [s for s in model.getListOfSpecies() if size.get(s.getCompartment(), 0) > 0]
    amounts = {s.getId(): s.getCompartment() for s in species if s.getHasOnlySubstanceUnits()}
    rates = [r.getVariable() for r in model.getListOfRules() if r.isRate()]
    return [s.getId() for s in species] or rates, amounts


def her2lab(file: Path, until: float) -> Course:
    """Our course, to tolerances as tight as the others'."""
    from her2lab import engine

    names, amounts = symbols(file)
    model = engine.compile_model(file)
    outputs = list(dict.fromkeys([*names, *amounts.values()]))
    result = model.simulate(until, points=POINTS, outputs=outputs, rtol=RTOL, threads=1)
    if result.failures:
        raise RuntimeError(result.failures[0])
    return {name: result[name][0] / (result[amounts[name]][0] if name in amounts else 1.0) for name in names}


def libroadrunner(file: Path, until: float) -> Course:
    """The course of libroadrunner."""
    import roadrunner

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    simulator = roadrunner.RoadRunner(str(file))
    species = {*simulator.model.getFloatingSpeciesIds(), *simulator.model.getBoundarySpeciesIds()}
    simulator.integrator.relative_tolerance, simulator.integrator.absolute_tolerance = RTOL, 1e-12
    simulator.integrator.setValue("maximum_num_steps", 200_000)
    names = [name for name in symbols(file)[0] if name in species] or symbols(file)[0]
    shown = [f"[{name}]" if name in species else name for name in names]
    found = np.asarray(simulator.simulate(0, until, POINTS, ["time", *shown]))
    return {name: found[:, i + 1] for i, name in enumerate(names)}


def copasi(file: Path, until: float) -> Course:
    """The course of COPASI."""
    import basico

    data = basico.load_model(str(file))
    if data is None:
        raise RuntimeError("COPASI does not read it")
    table = basico.run_time_course(
        duration=until, intervals=POINTS - 1, use_sbml_id=True, r_tol=RTOL, a_tol=1e-12, max_steps=200_000, model=data
    )
    found = {str(name): table[name].to_numpy(dtype=np.float64) for name in table.columns}
    found = {name: values for name, values in found.items() if len(values) == POINTS}
    if not found:
        raise RuntimeError("COPASI ended early")
    return found


ENGINES: dict[str, Callable[[Path, float], Course]] = {
    "her2lab": her2lab, "libroadrunner": libroadrunner, "COPASI": copasi
}


class Worker:
    """An engine in a process of its own."""

    def __init__(self, name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds
        self._start()

    def _start(self) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        spawn = multiprocessing.get_context("spawn")
        self.process = spawn.Process(target=_serve, args=(self.name, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def run(self, file: Path, until: float) -> Course | str:
        """The course, or why there is none."""
        try:
            self.pipe.send((file, until))
            if self.pipe.poll(self.seconds):
                answer: Course | str = self.pipe.recv()
                return answer
            reason = f"more than {self.seconds:g} seconds"
        except (EOFError, OSError):
            reason = "the process died"
        self.process.kill()
        self.process.join()
        self._start()
        return reason


def _serve(name: str, pipe: Connection) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1), os.dup2(null, 2)
    while True:
        file, until = pipe.recv()
        try:
            course = ENGINES[name](file, until)
            finite = bool(course) and all(np.isfinite(values).all() for values in course.values())
            pipe.send(course if finite else "no finite course")
        except Exception as error:  # a verdict on this file: nothing may end the run
            refused = "refused: " if type(error).__name__ in ("UnsupportedModel", "InputError") else ""
            pipe.send(f"{refused}{error}".splitlines()[0][:200] or type(error).__name__)


def agree(a: Course, b: Course) -> bool:
    """Whether two courses are the same in all that both have."""
    names = a.keys() & b.keys()
    return bool(names) and all(
        np.allclose(a[name], b[name], rtol=RELATIVE, atol=ABSOLUTE * np.abs(b[name]).max() + 1e-12) for name in names
    )


def judge(file: Path, until: float, workers: dict[str, Worker]) -> Verdict:
    """Run a file and compare."""
    found = {name: workers[name].run(file, until) for name in ("her2lab", "libroadrunner")}
    ours, peer = found["her2lab"], found["libroadrunner"]
    if not isinstance(ours, str) and not isinstance(peer, str) and agree(ours, peer):
        return Verdict(str(file), "agrees", {})
    third = found["COPASI"] = workers["COPASI"].run(file, until)
    reasons = {name: answer for name, answer in found.items() if isinstance(answer, str)}
    if isinstance(ours, str):
        outcome = "runs nowhere" if len(reasons) == len(found) else "not run by us"
        outcome = "refused by us" if ours.startswith("refused") and outcome == "not run by us" else outcome
    elif not isinstance(third, str) and agree(ours, third):
        outcome = "agrees with COPASI"
    elif not isinstance(third, str) and not isinstance(peer, str) and agree(peer, third):
        outcome = "wrong"
    elif len(reasons) == 2:
        outcome = "run by us alone"
    else:
        outcome = "no two agree"
    return Verdict(str(file), outcome, reasons)


def main() -> None:
    """Run all files and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--until", type=float, default=100.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--out", type=Path, help="write every verdict as JSON")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    files = sorted(options.folder.rglob("*.xml"))
    if not files:
        parser.error(f"{options.folder}: holds no .xml files")

    def share(first: int) -> list[Verdict]:
        workers = {name: Worker(name, options.seconds) for name in ENGINES}
        return [judge(file, options.until, workers) for file in files[first :: options.jobs]]

    with ThreadPoolExecutor(options.jobs) as pool:
        found = sorted((v for part in pool.map(share, range(options.jobs)) for v in part), key=lambda v: v.file)
    counts = Counter(verdict.outcome for verdict in found)
    print(f"{len(found)} files to time {options.until:g}: {', '.join(f'{n} {o}' for o, n in counts.most_common())}")
    somewhere = len(found) - counts["runs nowhere"]
    run = somewhere - counts["not run by us"] - counts["refused by us"]
    print(f"of {somewhere} that any engine runs we run {run} ({100 * run / max(somewhere, 1):.1f} %)")
    for verdict in found:
        if verdict.outcome in ("wrong", "no two agree", "not run by us", "refused by us"):
            print(f"  {verdict.outcome}: {verdict.file} {verdict.reasons.get('her2lab', '')}")
    if options.out:
        options.out.write_text(json.dumps([asdict(v) for v in found], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
