"""Files of facts, trials and units with slips: ``python -m benchmarks.fuzz [--rounds N] [--seed S] [--kind KIND]``.

Each round takes a file of the library, makes one to three slips in it and asks what ``her2lab facts check`` asks. It
counts as in order, refused (one line for each mistake), or as a fault: an exception of another kind, a line that is not
one, or more than LIMIT seconds of work. The files with faults are kept in the folder that ``--keep`` names.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import traceback
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.mutations import mutated, unit
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts import units as facts_units
from her2lab.lab.cli.facts import as_used
from her2lab.printable import hidden
from her2lab.review.files import CLAIM_FILES

LIMIT = 60  # seconds of the processor
UNITS = "units"
KINDS = (*library.KINDS, CLAIM_FILES.folder, UNITS)


def outcome(path: Path) -> str:
    """Return ``in order`` or ``refused`` for a file, or raise what is a fault."""
    problems = library.validate_files([path], [CLAIM_FILES], as_used)
    for problem in problems:
        said = str(problem)
        if "\n" in said or hidden(said) or len(said) > 2000:
            raise AssertionError(f"not one line: {said!r}")
    return "refused" if problems else "in order"


def outcome_of_unit(text: str) -> str:
    """Return the same for the text of a unit."""
    try:
        facts_units.unit(text)
    except InputError:
        return "refused"
    return "in order"


def tried(kind: str, chance: random.Random, folder: Path, keep: Path | None) -> str:
    """Return how one round ended."""
    if kind == UNITS:
        text, path = unit(chance), None
    else:
        original = chance.choice(sorted(library.files(kind).values()))
        text = mutated(original.read_text(encoding="utf-8"), chance)
        path = folder / kind / original.name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        return outcome_of_unit(text) if path is None else outcome(path)
    except Exception as error:
        traceback.print_exc()
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{kind}-{abs(hash(text))}.yaml").write_text(text, encoding="utf-8")
        return f"fault: {type(error).__name__}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def too_long(_number: int, _frame: object) -> None:
    raise TimeoutError(f"more than {LIMIT} s")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=500, help="of each kind")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--kind", choices=KINDS, action="append")
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    signal.signal(signal.SIGPROF, too_long)
    faults = 0
    with TemporaryDirectory() as folder:
        for kind in given.kind or KINDS:
            chance = random.Random(f"{given.seed}/{kind}")
            counts = Counter(tried(kind, chance, Path(folder), given.keep) for _ in range(given.rounds))
            faults += sum(count for name, count in counts.items() if name.startswith("fault"))
            print(f"{kind}: {', '.join(f'{count} {name}' for name, count in sorted(counts.items()))}", flush=True)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
