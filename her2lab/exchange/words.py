"""What the symbols of one patient's model are called, what they mean and where their numbers come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from math import isclose

import libsbml

from her2lab import biology
from her2lab.exchange.course import PatientCourse
from her2lab.exchange.formula import names
from her2lab.exchange.reactions import Reaction
from her2lab.provenance import numbers
from her2lab.provenance.numbers import Number

_SHORT = {"antibody": "antibody", "payload": "antibody", "inhibitor": "small_molecule", "cytotoxic": "cytotoxic"}
SAME = 1e-9     # relative: what differs by less is the same number in another unit
_LETTER = re.compile(r"\b(antibody|payload|inhibitor|cytotoxic)(?: of slot)? ([abc])\b|\b(?:of )?slot ([abc])\b")


class Words:
    """Ids, names and notes of the symbols of one patient's model."""

    def __init__(self, course: PatientCourse) -> None:
        self._course = course
        self._declared = biology.declared_symbols()
        self._constants = biology.assemble().constants
        self._modules = biology.modules()
        self._of_drug = {slot: {each.name: each for each in numbers.of_drug(drug.id)}
                         for slot, drug in course.drugs.items()}
        self._of_population = {each.name: each for each in numbers.of_population(course.people)}
        self._of_module: dict[str, Mapping[str, Number]] = {}
        self._slot = re.compile(rf"(?<![a-z0-9])({'|'.join(course.drugs)})(?=_|$)") if course.drugs else None

    def id(self, name: str) -> str:
        """Return the id of a symbol in the file: slots have the name of the drug that they hold."""
        if self._slot is None:
            return name
        return self._slot.sub(lambda match: self._course.drugs[match[1]].id, name)

    def unit(self, name: str) -> str:
        """Return the unit of a symbol, as the modules write it."""
        return self._declared[name].symbol.unit

    def module(self, name: str) -> str:
        """Return the module that declares a symbol."""
        return self._declared[name].module

    def place(self, name: str) -> str:
        """Return where in the patient a symbol is declared, such as ``clone_1.her``."""
        return self._declared[name].place

    def title(self, name: str) -> str:
        """Return what a symbol is called in words."""
        declared, slot = self._declared[name], self.slot(name)
        if slot is not None:
            return f"{self._course.drugs[slot].name}: {self.meaning(name)}"
        clone = re.match(r"clone_(\d)", declared.place or name)
        where = f"clone {clone[1]}" if clone else declared.place.replace("_", " ").replace(".", ", ")
        return f"{where}: {self.meaning(name)}" if where else self.meaning(name)

    def meaning(self, name: str) -> str:
        """Return what a symbol means: its name in words with the comment of its declaration, or that alone."""
        symbol = self._declared[name].symbol
        local = symbol.name.removeprefix(f"{self.slot(name)}_").replace("_", " ")
        said = self._spoken(symbol.meaning)
        spoken = said.lower()
        if said and all(word in spoken for word in local.split() if not word.isdigit()):
            return said
        local = re.sub(r"\bher(\d)", r"HER\1", local)
        return f"{local} ({said})" if said else local

    def slot(self, name: str) -> str | None:
        """Return the drug slot that a symbol belongs to, None if to none."""
        return next((slot for slot in self._course.drugs if name.startswith(f"{slot}_")), None)

    def _spoken(self, meaning: str) -> str:
        """Put names of drugs in the place of their slots."""

        def drug(match: re.Match[str]) -> str:
            kind, letter = match[1] or "antibody", match[2] or match[3]
            there = self._course.drugs.get(f"{_SHORT[kind]}_{letter}")
            return match[0] if there is None else f"payload of {there.name}" if kind == "payload" else there.name

        return _LETTER.sub(drug, meaning)

    # -- notes ---------------------------------------------------------------------------------------------------

    def notes(self, name: str, *more: str) -> str:
        """Return the notes of a symbol: meaning, unit, where it is declared, and `more`."""
        unit = self.unit(name)
        return notes(f"{self.title(name)}. Unit: {'a number' if unit == '1' else unit}.",
                     f"Declared in biology/{self.module(name)}.ant; in the model of all patients: {name}.", *more)

    def origin(self, name: str, value: float) -> str:
        """Return where the value of a parameter comes from."""
        number = self._number(name)
        if number is None:
            return "Set by the doses and by what happened to the patient."
        told = ""
        if number.value is not None and not isclose(number.value, value, rel_tol=SAME):
            unit = self.unit(name)
            told = f" There: {number.value:g} {number.unit}; here, in this patient: {value:.6g} {unit}."
        return f"{source(number)} [facts/{number.id}]{told}"

    def _number(self, name: str) -> Number | None:
        """Return the fact behind a parameter."""
        constant = self._constants[name]
        for slot, known in self._of_drug.items():
            if name.startswith(f"{slot}_") and name.removeprefix(f"{slot}_") in known:
                return known[name.removeprefix(f"{slot}_")]
        for key in (name, f"{constant.module}.{constant.name}"):
            if name in self._course.given and key in self._of_population:
                return self._of_population[key]
        if constant.quantity is None:
            return None
        if constant.module not in self._of_module:
            found = numbers.of_module(constant.module, self._modules)
            self._of_module[constant.module] = {each.name: each for each in found}
        return self._of_module[constant.module][constant.name]

    def reaction_title(self, reaction: Reaction) -> str:
        """Return what a reaction is called in words."""
        source, target = reaction.source, reaction.target
        if source is not None and target is not None:
            arrow = "to and from" if reaction.reversible else "to"
            return f"{self.title(source)} {arrow} {self.meaning(target)}"
        pool, way = (source, "goes out") if source is not None else (target or "", "comes in")
        others = [each for each in names(reaction.rate) if each != pool]
        driver = next((each for each in others if "day" in self.unit(each)), next(iter(others), None))
        return f"{self.title(pool)}, {way}" + (f": {self.meaning(driver)}" if driver else "")


def source(number: Number) -> str:
    """Return where a number comes from: its source with a link, or that it is an assumption or fitted."""
    if number.source is not None:
        link = f" ({number.link})" if number.link else ""
        unread = "" if number.seen else " Not confirmed in the text itself."
        fitted = " Fitted." if number.calibrated else ""
        return f"Source: {number.source.rstrip('.')}{link}.{unread}{fitted}"
    kind = "Fitted" if number.calibrated else "Assumption"
    return f"{kind}: {' '.join((number.assumption or '').split()).rstrip('.')}."


def notes(*paragraphs: str) -> str:
    """Return paragraphs as the notes of an SBML element."""
    return "".join(_lines(paragraphs))


def _lines(paragraphs: tuple[str, ...]) -> Iterator[str]:
    yield '<body xmlns="http://www.w3.org/1999/xhtml">'
    for paragraph in paragraphs:
        if paragraph:
            yield f"<p>{escape(paragraph)}</p>"
    yield "</body>"


def comments(sbml: str) -> str:
    """Return the notes of a model as comments of Antimony, a line for each paragraph."""
    written = libsbml.readSBMLFromString(sbml).getModel().getNotesString()
    paragraphs = re.findall(r"<p>(.*?)</p>", written, re.DOTALL)
    return "".join(f"// {' '.join(unescape(each).split())}\n" for each in paragraphs)
