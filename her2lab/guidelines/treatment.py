"""The treatment that a monitoring plan is asked for: a regimen, an arm of a trial, or drugs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.management import Rule
from her2lab.facts.quantity import Source
from her2lab.facts.records import Administration
from her2lab.facts.vocabulary import Setting
from her2lab.nearest import did_you_mean


@dataclass(frozen=True)
class PlannedTreatment:
    """A regimen as a plan needs it.

    `lines` are empty where only drugs were named; `setting`, `switches` (rules on or off) and `rules` (those that there
    are for it, of the library if None) are a trial's, as are the `sources` of its own rules. Of the `changed` rules the
    numbers are no longer all those of their source.
    """

    name: str
    title: str
    drugs: tuple[str, ...]
    lines: tuple[Administration, ...] = ()
    setting: Setting | None = None
    switches: Mapping[str, bool] = field(default_factory=dict)
    rules: tuple[Rule, ...] | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()

    def of(self, drugs: Iterable[str]) -> tuple[str, ...]:
        """Return those of these drugs that are given, in the order of the treatment."""
        named = set(drugs)
        return tuple(drug for drug in self.drugs if drug in named)

    def days_of(self, drug: str) -> tuple[float, float]:
        """Return the first and the last possible day of dosing; from 0 without end where no schedule is known."""
        spans = [_span(line) for line in self.lines if line.drug == drug]
        return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else (0.0, math.inf)


def _span(line: Administration) -> tuple[float, float]:
    """Return the first and the last possible day of dosing of one line."""
    if line.at is not None:
        return min(line.at), max(line.at)
    offsets = [day - 1 for day in line.days or [1]]
    ends = [line.start + line.duration] if line.duration is not None else []
    if line.every is None:
        ends.append(line.start + max(offsets))
    elif line.cycles is not None:
        ends.append(line.start + (line.cycles - 1) * line.every + max(offsets))
    return line.start + min(offsets), min(ends, default=math.inf)


def treatment(name: str) -> PlannedTreatment:
    """Return what a name stands for: a regimen, an arm (``trial/arm``), or drugs (``trastuzumab+docetaxel``).

    Raises
    ------
    InputError
        If it stands for none of them; the nearest name is given.
    """
    if name in library.regimens():
        regimen = library.regimens()[name]
        return PlannedTreatment(name, regimen.title, _drugs(regimen.regimen), tuple(regimen.regimen))
    trial, slash, arm = (name, "", "") if name in library.files("trials") else name.rpartition("/")
    if trial in library.files("trials") or (slash and Path(trial).is_file()):
        return _arm(trial, arm)
    known = library.drugs()
    drugs = [_drug(part.strip()) for part in name.split("+")]
    unknown = next((drug for drug in drugs if drug not in known), None)
    if unknown is None:
        return PlannedTreatment(name, " + ".join(known[drug].name for drug in drugs), tuple(dict.fromkeys(drugs)))
    offered = [*library.regimens(), *known] if len(drugs) == 1 else list(known)
    if slash:
        offered = [f"{record.id}/{each.id}" for record in library.trials() for each in record.arms]
    raise InputError(f"unknown {'regimen' if len(drugs) == 1 else 'drug'}{did_you_mean(unknown, offered)}",
                     field="regimen", value=unknown,
                     expected="a file of facts/regimens, an arm such as cleopatra/pertuzumab, or drugs such as "
                              "trastuzumab+docetaxel")


def _arm(trial: str, arm: str) -> PlannedTreatment:
    record = library.trial(trial)
    arms = {each.id: each for each in record.arms}
    if arm not in arms:
        raise InputError(f"{record.id} has no such arm{did_you_mean(arm, arms)}", field="regimen", value=arm,
                         expected=" or ".join(f"{record.id}/{each}" for each in arms))
    lines = tuple(arms[arm].regimen)
    changed = frozenset(each["rule"] for each in library.changes_of(record).get("rules", ()))
    return PlannedTreatment(f"{record.id}/{arm}", arms[arm].title or record.title, _drugs(lines), lines,
                            library.setting_of(record), dict(record.rules), tuple(library.rules_of(record)),
                            {} if record.own_rules is None else record.own_rules.by_rule(), changed)


def _drug(name: str) -> str:
    """Return the id of the drug that is called so, or the name where there is none."""
    with suppress(InputError):
        return library.drug_id(name)
    return name


def _drugs(lines: Sequence[Administration]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.drug for line in lines))
