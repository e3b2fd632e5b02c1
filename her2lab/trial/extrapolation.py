"""Where a trial leaves what the model was fitted to or has seen: drug, population, dose, interval, calendar year.

Fitted are the trials that a calibration names or that are marked ``use: calibration``, each with its drugs, doses and
population. Seen besides are the doses and intervals of the regimens that a drug's file names, those of its observed
exposures among them. What lies outside is said of the arm, and its intervals are wider.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field

from her2lab import resources, storage
from her2lab.facts import library
from her2lab.facts.records import Administration, Arm, Drug, Population, Trial
from her2lab.facts.vocabulary import YEAR

NEAR = 1.1                            # a dose or interval within a tenth of those seen counts as one of them
BESIDE = ("supportive", "tool")       # kinds of drugs that are not given against the tumour
FORM = "1"                            # of what is kept on disk
Span = tuple[float, float]


@dataclass
class Seen:
    """What was fitted or seen of one drug: populations; lowest and highest dose by unit; shortest and longest interval.

    An interval is the mean number of days between two doses.
    """

    populations: list[str] = field(default_factory=list)
    doses: dict[str, Span] = field(default_factory=dict)
    interval: Span | None = None

    def add(self, line: Administration) -> None:
        """Take in one line of a regimen."""
        for amount, unit in _amounts(line):
            low, high = self.doses.get(unit, (amount, amount))
            self.doses[unit] = (min(low, amount), max(high, amount))
        if (days := _interval(line)) is not None:
            low, high = self.interval or (days, days)
            self.interval = (min(low, days), max(high, days))


@dataclass(frozen=True)
class Extrapolation:
    """In which ways an arm lies `outside` what was fitted or seen, and what is said where its year is not given."""

    outside: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()

    @property
    def reasons(self) -> list[str]:
        """All of it, a phrase each; empty for an arm that is within."""
        return [*self.outside, *self.undated]


def extrapolations(trial: Trial) -> dict[str, Extrapolation]:
    """Return for each arm in which ways it lies outside what was fitted or seen.

    Raises
    ------
    InputError
        If a file of the library has a mistake.
    """
    seen = _seen()
    fitted_in = {each for one in seen.values() for each in one.populations}
    people = library.population_of(trial)
    name = trial.population if isinstance(trial.population, str) else None
    shared = () if name in fitted_in else (_of_population(people, name),)
    year = people.covariates.get("year")
    undated: tuple[str, ...] = ()
    if year is not None and year.mean is not None and YEAR not in trial.baseline:
        undated = (f"calendar year not given ({YEAR}): {year.mean:g}, that of the population",)
    return {arm.id: Extrapolation((*shared, *_of_arm(arm, name if name in fitted_in else None, seen)), undated)
            for arm in trial.arms}


def _of_population(people: Population, name: str | None) -> str:
    return f"population {name}: nothing was fitted in it" if name else f"population {people.id} of the trial file"


def _of_arm(arm: Arm, population: str | None, seen: dict[str, Seen]) -> Iterator[str]:
    """Yield what of an arm is outside; the population counts for a drug only if others were fitted in it."""
    for name in dict.fromkeys(line.drug for line in arm.regimen):
        drug = library.drugs().get(name)
        if drug is None or drug.drug_class in BESIDE:
            continue
        known = _of_drug(drug, seen.get(name, Seen()))
        if resources.is_own(library.files("drugs")[name], "facts"):
            yield f"{name}: a drug's file of one's own"
        elif not known.populations:
            yield f"{name}: in no trial that was fitted"
        elif population is not None and population not in known.populations:
            yield f"{name}: not fitted in {population}, but in {', '.join(known.populations)}"
        yield from dict.fromkeys(each for line in arm.regimen if line.drug == name for each in _of_line(line, known))


def _of_drug(drug: Drug, fitted: Seen) -> Seen:
    """Return what was fitted of a drug, with the doses and intervals of the regimens that its file names."""
    known = Seen(fitted.populations, {unit: _span(span) for unit, span in fitted.doses.items()},
                 None if fitted.interval is None else _span(fitted.interval))
    regimens = library.regimens()
    for name in {*drug.regimens, *(each.dosing for each in drug.observed_exposure if each.dosing)} & set(regimens):
        for line in regimens[name].regimen:
            if line.drug == drug.id:
                known.add(line)
    return known


def _of_line(line: Administration, known: Seen) -> Iterator[str]:
    for amount, unit in _amounts(line):
        span = known.doses.get(unit)
        if span is not None and not _within(amount, span):
            yield f"{line.drug}: {amount:g} {unit}, seen {_words(span)} {unit}"
    days = _interval(line)
    if days is not None and known.interval is not None and not _within(days, known.interval):
        yield f"{line.drug}: every {days:.3g} days, seen {_words(known.interval)}"


def _within(value: float, span: Span) -> bool:
    return span[0] / NEAR <= value <= span[1] * NEAR


def _words(span: Span) -> str:
    return f"{span[0]:.3g}" if span[0] == span[1] else f"{span[0]:.3g} to {span[1]:.3g}"


def _span(values: Iterable[float]) -> Span:
    low, high = values
    return (low, high)


def _amounts(line: Administration) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = [(dose.amount, dose.unit) for dose in line.doses]
    return found if line.auc is None else [*found, (line.auc, "AUC")]


def _interval(line: Administration) -> float | None:
    if line.every is None:
        return None
    return line.every / (max(len(line.days or ()), 1) * line.per_day)


# ------------------------------------------------------------------------------------------------ what was fitted
def _seen() -> dict[str, Seen]:
    """Return what was fitted of each drug; kept on disk, since it is read out of every trial file."""
    told = hashlib.sha256(FORM.encode())
    for kind in ("trials", "calibrations"):
        for path in library.files(kind).values():
            told.update(hashlib.sha256(path.read_bytes()).digest())
    key = told.hexdigest()
    kept = storage.load(f"fitted-{key}.json")
    if kept is None:
        kept = json.dumps({drug: asdict(each) for drug, each in _fitted().items()}).encode()
        storage.store(f"fitted-{key}.json", kept)
    return {drug: Seen(**each) for drug, each in json.loads(kept).items()}


def _fitted() -> dict[str, Seen]:
    named = {trial for each in library.calibrations().values() for trial in each.trials}
    found: dict[str, Seen] = {}
    for name, path in library.files("trials").items():
        own, trial = resources.is_own(path, "facts"), library.trial(name)
        if name not in named and (own or trial.use != "calibration"):
            continue
        for line in (line for arm in trial.arms for line in arm.regimen):
            each = found.setdefault(line.drug, Seen())
            each.add(line)
            if isinstance(trial.population, str) and trial.population not in each.populations:
                each.populations.append(trial.population)
    return found
