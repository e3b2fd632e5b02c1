"""The design of a trial in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from her2lab.facts.prior_lines import Line
from her2lab.facts.records import Administration, Arm, Dose, Trial
from her2lab.presentation.words import plain
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

ROUTES = {"iv": "", "sc": "subcutaneously", "im": "into the muscle", "oral": "by mouth"}
ASSESSMENTS = {"tumour": "tumour", "lvef": "ejection fraction", "blood": "blood count"}


def design(trial: Trial, earlier: Iterable[Line] = ()) -> list[str]:
    """Return the sentences that open the report; `earlier` are the lines of therapy before entry."""
    who = trial.population if isinstance(trial.population, str) else "a population written in the trial file"
    seen = ", ".join(f"{ASSESSMENTS[organ]} every {days:g} days" for organ, days in trial.assessments.items())
    sentences = [
        f"Population: {plain(who)}.",
        f"Assessments: {seen}.",
        f"Follow-up: {trial.followup / DAYS_PER_MONTH:.0f} months.",
    ]
    if trial.baseline:
        mix = ", ".join(f"{plain(key).lower()} {value:g}" for key, value in trial.baseline.items())
        sentences.insert(1, f"Baseline as published: {mix}.")
    lines = "; then ".join(plain(line.words()) for line in earlier)
    if lines:
        sentences.insert(1, f"Earlier lines, simulated before entry until progression: {lines}.")
    if trial.surgery is not None:
        sentences.append(f"Surgery on day {trial.surgery:g}.")
    if trial.registry:
        sentences.append(f"Registry: {trial.registry}.")
    return sentences


def arm_lines(arm: Arm) -> list[str]:
    """Return one line for each administration of an arm."""
    return [administration(line) for line in arm.regimen]


def administration(line: Administration) -> str:
    """Return one administration in words: what, how much, how, when and until when."""
    what = " ".join(part for part in (plain(line.drug), _amount(line), ROUTES[line.route]) if part)
    return ", ".join(part for part in (what, _when(line), _end(line)) if part)


def dose(given: Dose) -> str:
    """Return an amount with its unit."""
    return f"{given.amount:g} {given.unit.replace('m2', 'm²')}"


def _amount(line: Administration) -> str:
    amount = f"AUC {line.auc:g}" if line.dose is None and line.auc is not None else dose(line.dose) if line.dose else ""
    often = {1: "", 2: " twice daily"}.get(line.per_day, f" {line.per_day} times a day")
    ramp = ", ".join(f"{dose(step)} for {days:g} days" for step, days in line.ramp)
    return amount + often + (f" (after {ramp})" if ramp else "")


def _when(line: Administration) -> str:
    if line.at is not None:
        return f"on day {', '.join(f'{day:g}' for day in line.at)}"
    on = "" if line.days is None else f"on days {_ranges(line.days)} of each cycle, "
    if line.every is None:
        return f"on day {line.start:g}"
    every = "every day" if line.every == 1 else f"every {line.every:g} days"
    return f"{on}{every} from day {line.start:g}"


def _end(line: Administration) -> str:
    ends = []
    if line.cycles is not None:
        ends.append(f"{line.cycles} cycles")
    if line.duration is not None:
        ends.append(f"for {line.duration:g} days")
    if line.until is not None:
        ends.append(f"until {line.until}")
    return ", ".join(ends)


def _ranges(days: Sequence[int]) -> str:
    """``[1, 2, 3, 8]`` is "1–3, 8"."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
