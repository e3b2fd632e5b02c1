"""Reading the options of ``her2lab cell run``: each refusal names the option, what was given and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from her2lab.cell_culture import Culture, CultureTreatment, asked
from her2lab.cell_culture import medium as media
from her2lab.cell_culture.study import with_compound
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.amounts import concentration
from her2lab.facts.cell_vocabulary import LIGANDS
from her2lab.presentation.cell_culture.request import DoseRange


@contextmanager
def option(name: str) -> Iterator[None]:
    """Let an error within name this option."""
    try:
        yield
    except InputError as error:
        raise InputError(error.message, field=name, value=error.value, expected=error.expected) from None


def culture(line: str | None, given: Mapping[str, float | None], features: tuple[str, ...]) -> Culture:
    """Return the line of this name, or cells with these receptors, with features added."""
    numbers = {name: number for name, number in given.items() if number is not None}
    if line is not None and numbers:
        raise InputError("cannot stand beside --line", field=f"--{next(iter(numbers))}",
                         value=next(iter(numbers.values())), expected="a line, or receptors per cell")
    if line is None and not numbers:
        names = ", ".join(each.name for each in library.cell_lines().values())
        raise InputError("missing", field="--line", expected=f"one of {names}, or such as --her2 1.5e6")
    if line is None:
        return asked.cells_with(numbers, features)
    with option("--line"):
        return Culture.of(line, features)


def line_name(line: str) -> str:
    """Return the name of a line that exists."""
    with option("--line"):
        return library.cell_line(line).name


def features(names: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of features, each once."""
    with option("--feature"):
        plain = [name.strip().lower().replace("-", "_") for name in names]
        return tuple(dict.fromkeys(library.cell_feature(name).id for name in plain))


def treatment(drugs: Sequence[str], ligands: Sequence[str], knockdown: Sequence[str]) -> CultureTreatment:
    """Return what is added to the culture."""
    found = CultureTreatment(
        _pairs("--drug", drugs, media.compound, concentration, "name=concentration, such as lapatinib=1uM"),
        _pairs("--ligand", ligands, media.ligand, concentration, "name=concentration, such as nrg1=10nM"),
        _pairs("--knockdown", knockdown, media.gene, _share, "gene=share taken away, such as erbb3=0.8"),
    )
    with option("--drug"):
        found.parameters()  # refuses drugs that do not act in culture, and more of a kind than there are slots
    return found


def doses(text: str, treatment: CultureTreatment) -> DoseRange:
    """Return the compound that is varied, and the ends of its range in nM."""
    name, equals, ends = text.partition("=")
    low, colon, high = ends.partition(":")
    if not equals or not colon:
        raise InputError("not usable", field="--dose-response", value=text,
                         expected="name=low:high, such as lapatinib=1nM:10uM")
    with option("--dose-response"):
        plain = name.strip().lower()
        compound = plain if plain in LIGANDS else media.compound(name)
        found = DoseRange(compound, concentration(low), concentration(high))
    if not 0 < found.low < found.high:
        raise InputError("not a range", field="--dose-response", value=text,
                         expected="the lower concentration, above zero, before the higher one")
    if compound in (*treatment.drugs, *treatment.ligands):
        raise InputError(f"{compound} is already given", field="--dose-response", value=text,
                         expected="a compound that no --drug or --ligand gives")
    with option("--dose-response"):
        with_compound(treatment, compound, found.high).parameters()
    return found


def duration(text: str) -> float:
    """Return the end of the course in days."""
    with option("--time"):
        return asked.course_end(text)


def washout(text: str | None, end: float) -> float | None:
    """Return the day of the change of medium."""
    with option("--washout"):
        return asked.washout_day(text, end, "--time")


def readouts(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the readouts of comma-separated lists, each once."""
    names = [name.strip().lower() for text in texts for name in text.split(",")]
    with option("--read"):
        return asked.readouts(names)


def _pairs(
    name: str, texts: Sequence[str], known: Callable[[str], str], amount: Callable[[str], float], expected: str
) -> dict[str, float]:
    values: dict[str, float] = {}
    for text in texts:
        key, equals, number = text.partition("=")
        if not equals or not key.strip():
            raise InputError("not usable", field=name, value=text, expected=expected)
        with option(name):
            found = known(key)
        if found in values:
            raise InputError(f"{found} is given twice", field=name, value=text, expected="each name once")
        with option(f"{name} {key.strip()}"):
            values[found] = amount(number)
    return values


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    return asked.share_taken_away(value, text)
