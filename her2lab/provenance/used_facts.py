"""The files of facts that a trial reads when it is run: what each held, which are the user's own, and one hash of all.

The model's hash covers biology and the constants of modules; drugs, populations, rules and regimens are in none but
this one. What the user has in a ``facts`` or ``biology`` folder of their own is kept whole, so that a result can be
made again without that folder.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypedDict

from her2lab import resources
from her2lab.biology import assemble
from her2lab.facts import library
from her2lab.facts.population_bases import BASE
from her2lab.facts.records import Trial
from her2lab.facts.strict_yaml import bytes_read
from her2lab.facts.trial_writing import in_file

FOLDERS = ("facts", "biology")
OF_TRIAL = ("changed_parameters", "own_rules", "changed_rules", "dose_levels")  # of its file, standing for facts
NAMED = ("drugs", "populations", "regimens")  # kinds of files that a file of the user's own may name


class FactsSummary(TypedDict):
    """What ``result.json`` says of the facts: one hash of all, the user's own files, and the hash of each file."""

    hash: str
    own: list[str]
    files: dict[str, str]


@dataclass(frozen=True)
class UsedFacts:
    """The facts of one run.

    Attributes
    ----------
    files
        Name (``facts/drugs/trastuzumab.yaml``) -> what the file held when it was read, in the order of names.
    own
        The names of those that are the user's own, and of the fields of the trial's file that stand for facts
        (``mine.yaml: own_rules``), which are kept with the trial.
    """

    files: Mapping[str, bytes]
    own: tuple[str, ...]

    @cached_property
    def hashes(self) -> dict[str, str]:
        """Name -> SHA-256 of the file."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.files.items()}

    @property
    def hash(self) -> str:
        """The SHA-256 of names and hashes of all files."""
        return hashlib.sha256("".join(f"{name}\0{each}\n" for name, each in self.hashes.items()).encode()).hexdigest()

    @property
    def kept(self) -> dict[str, bytes]:
        """The user's own files, by their name in the folder of the result."""
        return {name: self.files[name] for name in self.own if name.partition("/")[0] in FOLDERS}

    def summary(self) -> FactsSummary:
        """Return what ``result.json`` says of the facts."""
        return {"hash": self.hash, "own": list(self.own), "files": self.hashes}


def used_facts(trial: Trial) -> UsedFacts:
    """Return the facts that a run of a trial reads, earlier lines included.

    Of the trial itself only its own rules and the numbers that it changes of the library's are among them.
    """
    found = dict(_named_by(trial))
    found |= _named_by_own(found)
    files = {name: bytes_read(path) for name, path in sorted(found.items())}
    own = tuple(name for name in files if resources.is_own(found[name], name.partition("/")[0]))
    theirs = {f"{trial.id}.yaml: {name}": json.dumps(in_file(value), sort_keys=True).encode()
              for name in OF_TRIAL if (value := getattr(trial, name))}
    return UsedFacts(files | theirs, (*own, *theirs))


def _named_by(trial: Trial) -> Iterator[tuple[str, Path]]:
    """Yield name and path of each file of facts, and of each of the user's own files of biology."""
    yield from _files("drugs", _drugs(trial))
    yield from _files("populations", _populations(trial))
    yield from _files("regimens", _regimens(trial))
    yield from _files("rules", library.files("rules"))
    yield from _files("parameters", {constant.module for constant in assemble().constants.values()})
    yield "facts/between_trials.yaml", library.between_trials_file()
    if trial.published is not None and trial.published.curves:
        yield from _files("curves", library.files("curves"))
        for file in trial.published.curves.values():
            yield from ((f"facts/curves/{file}", path) for folder in reversed(resources.search_path("facts"))
                        if (path := (folder / "curves" / file).resolve()).is_file())
    for path in resources.search_path("biology")[0].resolve().glob("*.ant"):
        if resources.is_own(path, "biology"):
            yield f"biology/{path.name}", path


def _files(kind: str, names: Iterable[str]) -> Iterator[tuple[str, Path]]:
    known = library.files(kind)
    yield from ((f"facts/{kind}/{name}.yaml", known[name]) for name in names if name in known)


def _drugs(trial: Trial) -> set[str]:
    """Return the drugs of arms and earlier lines, and those that a rule may give with them."""
    lines = [line for arm in trial.arms for line in arm.regimen]
    lines += [line for each in library.earlier_lines(trial) for line in each.regimen]
    given = {line.drug for line in lines}
    return given | {rule.give.drug for rule in library.rules_of(trial)
                    if rule.give is not None and given & set(rule.drugs)}


def _populations(trial: Trial) -> list[str]:
    """Return the population of a trial, and the populations on which it is based."""
    files, found = library.files("populations"), list[str]()
    name = trial.population if isinstance(trial.population, str) else trial.population.get(BASE)
    while name in files and name not in found:
        found.append(str(name))
        name = _base(bytes_read(files[str(name)]).decode("utf-8-sig"))
    return found


def _regimens(trial: Trial) -> list[str]:
    if trial.prior is not None:
        return [each for each in trial.prior if isinstance(each, str)]
    return [step.regimen for step in library.population_of(trial).history]


def _named_by_own(found: Mapping[str, Path]) -> dict[str, Path]:
    """Return the user's own files that the user's own ones among the `found` name, directly or not.

    A drug may name a regimen of its observed exposure, a rule a drug that this trial does not give: such a file is
    refused without them.
    """
    own = {name: path for kind in NAMED for name, path in _files(kind, library.files(kind))
           if resources.is_own(path, "facts")}
    more, waiting = dict[str, Path](), [path for path in found.values() if resources.is_own(path, "facts")]
    while waiting:
        path = waiting.pop()
        words = _words(bytes_read(path).decode("utf-8-sig")) if path.suffix == ".yaml" else set()
        named = {name: each for name, each in own.items() if each.stem in words and name not in {*found, *more}}
        more |= named
        waiting += named.values()
    return more


def _words(text: str) -> set[str]:
    """Return the names that a file holds, outside of comments."""
    return {word for line in text.splitlines() for word in re.findall(r"[a-z0-9_]+", line.partition("#")[0])}


def _base(text: str) -> str | None:
    found = re.search(rf"^{BASE}:\s*([a-z0-9_]+)", text, re.MULTILINE)
    return found[1] if found else None
