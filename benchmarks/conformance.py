"""The semantic cases of the SBML test suite: ``python -m benchmarks.conformance FOLDER [--out FILE] [--jobs N]``.

FOLDER is ``cases/semantic`` of the suite, which is public and not part of this project. Each case runs through what
``her2lab model run`` calls, at a solver tolerance of a hundredth of the case's own, and counts as passed, refused
(the engine says what it does not do), wrong, or error (anything else).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from her2lab import engine
from her2lab.engine.source import read_source
from her2lab.errors import InputError

LEVELS = ("l3v2", "l3v1", "l2v5", "l2v4", "l2v3", "l2v2", "l2v1", "l1v2")
SAFETY = 1e-2
PLAIN = {
    "Compartment", "Species", "Reaction", "Parameter", "AssignmentRule", "RateRule", "InitialAssignment",
    "FunctionDefinition", "EventNoDelay",
}  # fmt: skip
"""Component tags of the cases that any engine for ordinary models should pass, unless a reaction is tagged as fast."""


@dataclass(frozen=True)
class Verdict:
    case: str
    outcome: str  # passed, refused, wrong, error, not a time course
    reason: str = ""
    plain: bool = False


def tags(description: str, kind: str) -> set[str]:
    """The tags of a case's description: ``componentTags`` or ``testTags``."""
    found = re.search(rf"^\s*{kind}:(.*(?:\n(?!\s*\w+:|\s*$).*)*)", description, re.MULTILINE)
    return set(listed(found.group(1))) if found else set()


def is_plain(description: str) -> bool:
    """Whether a case uses ordinary components only, see `PLAIN`."""
    used = tags(description, "componentTags")
    return bool(used) and used <= PLAIN and "FastReaction" not in tags(description, "testTags")


def settings_of(folder: Path) -> dict[str, str]:
    lines = (folder / f"{folder.name}-settings.txt").read_text().splitlines()
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


def listed(text: str) -> list[str]:
    return [name for name in re.split(r"[,\s]+", text) if name]


def check(folder: Path) -> Verdict:
    """Run one case."""
    name = folder.name
    description = (folder / f"{name}-model.m").read_text(errors="replace")
    if not re.search(r"testType:\s*TimeCourse", description):
        return Verdict(name, "not a time course")
    return replace(judge(folder), plain=is_plain(description))


def judge(folder: Path) -> Verdict:
    """What comes of a time course."""
    name = folder.name
    try:
        return compare(folder)
    except engine.UnsupportedModel as error:
        return Verdict(name, "refused", reason(error))
    except InputError as error:
        return Verdict(name, "refused", reason(error))
    except Exception as error:  # a count of its own: nothing may end the run
        return Verdict(name, "error", f"{type(error).__name__}: {error}".splitlines()[0][:90])


def reason(error: InputError) -> str:
    about = f": {error.field}" if "function" in error.message else ""
    return error.message.splitlines()[0][:90] + about


def compare(folder: Path) -> Verdict:
    name, settings = folder.name, settings_of(folder)
    file = next(f for level in LEVELS if (f := folder / f"{name}-sbml-{level}.xml").exists())
    with (folder / f"{name}-results.csv").open() as text:
        header, *rows = list(csv.reader(text))
    expected = np.array([[float(cell) for cell in row] for row in rows if row])
    columns = {title.strip(): i for i, title in enumerate(header)}
    relative, absolute = float(settings["relative"]), float(settings["absolute"])
    model = engine.compile_model(file)
    asked = listed(settings["variables"])
    missing = [v for v in asked if v not in (*model.states, *model.observables, *model.parameters)]
    if missing:
        return Verdict(name, "refused", "the rate of a reaction or a stoichiometry is asked as output")
    sizes = compartments(file, asked)
    outputs = list(dict.fromkeys([*asked, *(size for size, _ in sizes.values())]))
    result = model.simulate(
        times=expected[:, 0], outputs=outputs, rtol=relative * SAFETY, atol=max(absolute * SAFETY, 1e-14), threads=1
    )
    if result.status[0] != engine.Status.OK:
        return Verdict(name, "error", f"status {engine.Status(int(result.status[0])).name}")
    amounts, concentrations = listed(settings.get("amount", "")), listed(settings.get("concentration", ""))
    for variable in asked:
        values = result[variable][0].copy()
        if variable in sizes:
            compartment, is_amount = sizes[variable]
            if variable in amounts and not is_amount:
                values *= result[compartment][0]
            elif variable in concentrations and is_amount:
                values /= result[compartment][0]
        wanted = expected[:, columns[variable]]
        if not np.allclose(values, wanted, rtol=relative, atol=absolute, equal_nan=True):
            return Verdict(name, "wrong", variable)
    return Verdict(name, "passed")


def compartments(file: Path, asked: list[str]) -> dict[str, tuple[str, bool]]:
    """For each species asked for: its compartment, and whether its symbol is an amount."""
    document = read_source(file)[0]
    model = document.getModel()
    found = {}
    for name in asked:
        species = model.getSpecies(name)
        if species is not None:
            place = model.getCompartment(species.getCompartment())
            only = bool(species.getHasOnlySubstanceUnits()) or place.getSpatialDimensionsAsDouble() == 0
            found[name] = (species.getCompartment(), only)
    return found


def verdicts(folders: list[Path], jobs: int) -> list[Verdict]:
    """All verdicts; a case that kills its process is an error and the others go on."""
    done: dict[str, Verdict] = {}
    waiting = folders
    while waiting:
        with ProcessPoolExecutor(jobs) as pool:
            futures = {folder: pool.submit(check, folder) for folder in waiting}
            broken = []
            for folder, future in futures.items():
                try:
                    done[folder.name] = future.result()
                except BrokenProcessPool:
                    broken.append(folder)
        if broken:
            done[broken[0].name] = Verdict(broken[0].name, "error", "the process died")
        waiting = broken[1:]
    return [done[folder.name] for folder in folders]


def counts(found: list[Verdict]) -> str:
    """How many had which outcome, in words."""
    return ", ".join(f"{count} {outcome}" for outcome, count in Counter(v.outcome for v in found).most_common())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, help="write every verdict as JSON")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    folder = options.folder / "cases" / "semantic"
    folder = folder if folder.is_dir() else options.folder
    folders = sorted(f for f in folder.iterdir() if re.fullmatch(r"\d{5}", f.name)) if folder.is_dir() else []
    if not folders:
        parser.error(f"{options.folder}: holds no cases; expected the suite, or its folder cases/semantic")
    with tempfile.TemporaryDirectory() as cache:  # thousands of small kernels stay out of the user's cache
        os.environ["HER2LAB_CACHE"] = cache
        found = verdicts(folders, options.jobs)
    print(f"{len(found)} cases: {counts(found)}")
    plain = [v for v in found if v.plain]
    print(f"  of these {len(plain)} use only {', '.join(sorted(PLAIN))}, none of them fast: {counts(plain)}")
    for outcome in ("refused", "error", "wrong"):
        chosen = [v for v in found if v.outcome == outcome]
        reasons = Counter(v.reason if outcome != "wrong" else "cases" for v in chosen)
        for reason, count in reasons.most_common():
            group = [v.case for v in chosen if outcome == "wrong" or v.reason == reason]
            print(f"  {outcome}: {count:5d}  {reason}  ({', '.join(group[:12])}{', …' if len(group) > 12 else ''})")
    if options.out:
        options.out.write_text(json.dumps([vars(v) for v in found], indent=1) + "\n")


if __name__ == "__main__":
    main()
