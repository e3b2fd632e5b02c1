"""Whether a change of the program changed any result: ten runs of different kinds, before against after.

    python -m benchmarks.same_results run FOLDER [--her2lab PATH] [--only NAME …]
    python -m benchmarks.same_results compare BEFORE AFTER

`run` calls the ten commands with a program (by default that of this environment) and keeps what they print and write.
`compare` looks at every file of both folders: JSON number by number, tables value by value, to the bit, and names what
differs. It ends with 1 if anything does. Pages and pictures are left out: their words may change.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl

RUNS: dict[str, list[str]] = {
    "first_line": ["trial", "run", "cleopatra", "--patients", "40", "--by", "pik3ca_mutated", "--by", "serum_ecd"],
    "neoadjuvant": ["trial", "run", "neosphere", "--patients", "30", "--seed", "2"],
    "second_line": ["trial", "run", "destiny_breast03", "--patients", "24", "--seed", "3"],
    "gastric": ["trial", "run", "toga", "--patients", "30"],
    "brain": ["trial", "run", "her2climb", "--patients", "16"],
    "adjuvant": ["trial", "run", "aphinity", "--patients", "16"],
    "dish": ["cell", "run", "--line", "SKBR3", "--time", "24h", "--read", "pakt,perk,net_growth",
             "--dose-response", "lapatinib=1nM:10uM", "--json"],
    "statements": ["review", "check", "C01", "C09", "C26", "C41", "--json"],
    "one_patient": ["patient", "run", "cleopatra", "--patient", "17", "--json"],
    "any_model": ["model", "run", "benchmarks/reference_model.ant", "--until", "24", "--points", "25", "--json"],
}
WRITES = [name for name, words in RUNS.items() if words[:2] == ["trial", "run"]]


def run(program: str, folder: Path, names: list[str]) -> None:
    """Run the commands and keep what they print, and what trials write."""
    for name in names:
        out = folder / name
        out.mkdir(parents=True, exist_ok=True)
        words = [*RUNS[name], "--out", str(out)] if name in WRITES else RUNS[name]
        done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
        printed = f"exit status {done.returncode}\n{done.stderr}" if done.returncode else done.stdout
        kept = "failed.txt" if done.returncode else "printed.json" if "--json" in words else "printed.txt"
        (out / kept).write_text(printed, encoding="utf-8")
        print(name, "failed" if done.returncode else "done", file=sys.stderr)


def compare(before: Path, after: Path) -> list[str]:
    """Return one line for each thing that differs."""
    names = sorted({path.relative_to(folder).as_posix() for folder in (before, after)
                    for path in folder.rglob("*") if path.suffix in (".json", ".parquet") or path.name == "failed.txt"})
    found: list[str] = []
    for name in names:
        pair = before / name, after / name
        missing = [folder for folder, path in zip(("before", "after"), pair, strict=True) if not path.is_file()]
        if missing:
            found.append(f"{name}: not there {' and '.join(missing)}")
        elif name.endswith(".parquet"):
            found += _tables(name, *(pl.read_parquet(path) for path in pair))
        elif name.endswith(".json"):
            found += _values(name, *(json.loads(path.read_text(encoding="utf-8")) for path in pair))
    return found


def _tables(name: str, before: pl.DataFrame, after: pl.DataFrame) -> list[str]:
    found = [f"{name}: column {column} only {where}" for where, ours, theirs in (
        ("before", before, after), ("after", after, before)) for column in ours.columns if column not in theirs.columns]
    if before.height != after.height:
        return [*found, f"{name}: {before.height} rows before, {after.height} after"]
    return found + [f"{name}: column {column} differs" for column in before.columns
                    if column in after.columns and not before[column].equals(after[column], null_equal=True)]


def _values(where: str, before: Any, after: Any) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        keys = list(dict.fromkeys([*before, *after]))
        return [line for key in keys for line in (
            _values(f"{where}: {key}", before[key], after[key]) if key in before and key in after
            else [f"{where}: {key} only {'before' if key in before else 'after'}"])]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [line for place, (one, other) in enumerate(zip(before, after, strict=True))
                for line in _values(f"{where}[{place}]", one, other)]
    return [] if before == after and type(before) is type(after) else [f"{where}: {before!r} before, {after!r} after"]


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    runs = commands.add_parser("run")
    runs.add_argument("folder", type=Path)
    runs.add_argument("--her2lab", default=os.path.join(os.path.dirname(sys.executable), "her2lab"))
    runs.add_argument("--only", nargs="+", choices=list(RUNS), default=list(RUNS))
    both = commands.add_parser("compare")
    both.add_argument("before", type=Path)
    both.add_argument("after", type=Path)
    asked = parser.parse_args()
    if asked.command == "run":
        run(asked.her2lab, asked.folder, asked.only)
        return 0
    found = compare(asked.before, asked.after)
    print("\n".join(found) or "the same to the bit")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
