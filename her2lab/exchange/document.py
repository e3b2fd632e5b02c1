"""From the equations, doses and words of one patient to an SBML document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import libsbml

from her2lab.biology.units import define_unit
from her2lab.errors import WorkError
from her2lab.exchange.course import PatientCourse
from her2lab.exchange.formula import Formula, names, renamed, text, to_ast
from her2lab.exchange.pools import Compartment, Pool, pools
from her2lab.exchange.reactions import Reaction, reactions
from her2lab.exchange.reduced import Equations
from her2lab.exchange.schedule import in_words, rate_changes
from her2lab.exchange.words import Words, notes

LEVEL, VERSION = 3, 2
NONE = "1"     # the unit of numbers


class Document:
    """An SBML document in the making."""

    def __init__(self, course: PatientCourse, equations: Equations, words: Words) -> None:
        self._course, self._equations, self._words = course, equations, words
        self._document = libsbml.SBMLDocument(LEVEL, VERSION)
        self._model = self._document.createModel()
        self._reactions, self._pools = _species(equations, words)
        self._sizes = {pool.compartment.size for pool in self._pools.values()}
        self._changed = {name for each in course.interventions for name in each.changes}
        self._changed |= {dose.target for dose in course.doses}
        ids = Counter(words.id(name) for name in {**equations.values, **equations.rules})
        if clash := [name for name, count in ids.items() if count > 1]:
            raise WorkError(f"two symbols of the model would have the id {clash[0]}")

    def sbml(self, identifier: str, title: str, *paragraphs: str) -> str:
        """Return the text of the document.

        Parameters
        ----------
        identifier, title, paragraphs
            Id, name and notes of the model.
        """
        model = self._model
        model.setId(identifier)
        model.setName(title)
        model.setNotes(notes(*paragraphs))
        define_unit(model, "day", "day")
        model.setTimeUnits("day")
        model.setExtentUnits("dimensionless")
        model.setSubstanceUnits("dimensionless")    # COPASI takes moles otherwise, and its tolerances with them
        for substance in dict.fromkeys(pool.substance for pool in self._pools.values()):
            self._add_counting_unit(substance)
        for place in dict.fromkeys(pool.compartment for pool in self._pools.values()):
            self._add_compartment(place)
        for pool in self._pools.values():
            self._add_species(pool)
        for name in (*self._equations.values, *self._equations.rules):
            if name not in self._pools and name not in self._sizes:
                self._add_parameter(name)
        for name, formula in self._equations.starts.items():
            assignment = model.createInitialAssignment()
            assignment.setSymbol(self._words.id(name))
            assignment.setMath(self._ast(formula))
        self._add_rules()
        self._add_reactions()
        self._add_doses()
        self._add_interventions()
        return str(libsbml.writeSBMLToString(self._document))

    def _ast(self, formula: Formula) -> libsbml.ASTNode:
        return to_ast(renamed(formula, self._words.id))

    def _unit(self, unit: str) -> str:
        return define_unit(self._model, unit, count_cells=False)

    def _add_counting_unit(self, substance: str) -> None:
        """Say what one turn of a reaction is of a substance: SBML wants all reactions to count in one unit."""
        if substance != NONE:
            made = self._model.createParameter()
            made.setId(_one(substance))
            made.setName(f"one {substance}")
            made.setValue(1.0)
            made.setUnits(self._unit(substance))
            made.setConstant(True)
            made.setNotes(notes(f"One {substance}, by which reactions count this substance. It only serves the units."))

    # -- symbols -------------------------------------------------------------------------------------------------

    def _add_compartment(self, place: Compartment) -> None:
        made = self._model.createCompartment()
        made.setId(place.id)
        made.setName(place.words)
        made.setConstant(True)
        made.setSpatialDimensions(3)
        if place.size is not None:
            value = self._equations.values[place.size]
            made.setSize(value)
            made.setUnits(self._unit(self._words.unit(place.size)))
            made.setNotes(self._words.notes(place.size, self._words.origin(place.size, value)))
        else:
            made.setSize(1.0)
            made.setUnits(self._unit(place.volume or NONE))
            of = ("Species are concentrations in it." if place.volume
                  else "Its size plays no part: species are amounts.")
            made.setNotes(notes(f"{place.words}. {of}"))

    def _add_species(self, pool: Pool) -> None:
        made, value = self._model.createSpecies(), self._equations.values[pool.state]
        made.setId(self._words.id(pool.state))
        made.setName(self._words.title(pool.state))
        made.setCompartment(pool.compartment.id)
        made.setSubstanceUnits(self._unit(pool.substance))
        made.setHasOnlySubstanceUnits(pool.compartment.volume is None)
        if pool.substance != NONE:
            made.setConversionFactor(_one(pool.substance))
        made.setBoundaryCondition(False)
        made.setConstant(False)
        (made.setInitialAmount if pool.compartment.volume is None else made.setInitialConcentration)(value)
        made.setNotes(self._words.notes(pool.state))

    def _add_parameter(self, name: str) -> None:
        equations, made = self._equations, self._model.createParameter()
        made.setId(self._words.id(name))
        made.setName(self._words.title(name))
        made.setUnits(self._unit(self._words.unit(name)))
        fixed = name not in equations.rates and name not in equations.rules and name not in self._changed
        made.setConstant(fixed)
        more = ""
        if name in equations.values:
            made.setValue(equations.values[name])
            if name in equations.starts:
                more = f"At the start: {text(renamed(equations.starts[name], self._words.id))}."
            elif name not in equations.rates:
                more = self._words.origin(name, equations.values[name])
        made.setNotes(self._words.notes(name, more))

    def _add_rules(self) -> None:
        tables = ((self._equations.rules, self._model.createAssignmentRule),
                  (self._equations.rates, self._model.createRateRule))
        for table, create in tables:
            for name, formula in table.items():
                if name not in self._pools:
                    rule = create()
                    rule.setVariable(self._words.id(name))
                    rule.setMath(self._ast(formula))

    # -- reactions -----------------------------------------------------------------------------------------------

    def _add_reactions(self) -> None:
        used = Counter[str]()
        for each in self._reactions:
            base = self._reaction_id(each)
            used[base] += 1
            self._add_reaction(each, base if used[base] == 1 else f"{base}_{used[base]}")

    def _reaction_id(self, reaction: Reaction) -> str:
        source, target = (None if each is None else self._words.id(each) for each in (reaction.source, reaction.target))
        if source is None or target is None:
            return f"{target}_in" if source is None else f"{source}_out"
        shared = next((k for k in range(len(target), 0, -1) if source.startswith(target[:k]) and target[k - 1] == "_"),
                      0)
        return f"{source}_to_{target[shared:]}"

    def _add_reaction(self, reaction: Reaction, identifier: str) -> None:
        made = self._model.createReaction()
        made.setId(identifier)
        made.setName(self._words.reaction_title(reaction))
        made.setReversible(reaction.reversible)
        for state, create in ((reaction.source, made.createReactant), (reaction.target, made.createProduct)):
            if state is not None:
                reference = create()
                reference.setSpecies(self._words.id(state))
                reference.setStoichiometry(1.0)
                reference.setConstant(True)
        for name in dict.fromkeys(names(reaction.rate)):
            if name in self._pools and name not in (reaction.source, reaction.target):
                made.createModifier().setSpecies(self._words.id(name))
        pool = self._pools[reaction.source or reaction.target or ""]
        law = renamed(reaction.rate, self._words.id)
        if pool.compartment.volume is not None:
            law = ("*", pool.compartment.id, law)
        if pool.substance != NONE:
            law = ("/", law, _one(pool.substance))
        made.createKineticLaw().setMath(to_ast(law))
        made.setNotes(notes(f"Rate law: {text(law)}.", f"Of the equations in biology/{self._words.module(pool.state)}"
                            f".ant for {self._words.id(pool.state)}."))

    # -- events --------------------------------------------------------------------------------------------------

    def _add_doses(self) -> None:
        count = Counter[str]()
        for change in rate_changes(self._course.doses):
            drug = self._words.id(change.target).rpartition("_")[0]
            count[drug] += 1
            if change.entering:
                said = f"{change.entering[0].drug}: {'; '.join(map(in_words, change.entering))}"
                parts = tuple(f"({dose.milligrams!r} mg/({dose.length!r} day))" for dose in change.entering)
            else:
                said, parts = f"{drug}: the dose has entered", ("0 mg_per_day",)
            self._add_event(f"{drug}_dose_{count[drug]}", said, change.day, {change.target: " + ".join(parts)})

    def _add_interventions(self) -> None:
        for k, each in enumerate(self._course.interventions, start=1):
            changes = {name: formula for name, formula in each.changes.items()
                       if name in self._equations.values}
            if changes:
                self._add_event(f"intervention_{k}", each.words, each.day, changes)

    def _add_event(self, identifier: str, said: str, day: float, changes: Mapping[str, str]) -> None:
        event = self._model.createEvent()
        event.setId(identifier)
        event.setName(f"day {day:.6g}, {said}")
        event.setUseValuesFromTriggerTime(True)
        trigger = event.createTrigger()
        trigger.setInitialValue(False)
        trigger.setPersistent(True)
        trigger.setMath(libsbml.parseL3Formula(f"time >= {day!r} day"))
        for name, formula in changes.items():
            assignment = event.createEventAssignment()
            assignment.setVariable(self._words.id(name))
            assignment.setMath(self._numbered(formula))

    def _numbered(self, formula: str) -> libsbml.ASTNode:
        """Return a formula whose numbers have units that the model defines."""
        for unit, name in (("mg_per_day", "mg/day"), ("mg", "mg")):
            if unit in formula:
                define_unit(self._model, name, unit)
        node = libsbml.parseL3Formula(formula)
        _bare_numbers(node)
        return node


def _one(substance: str) -> str:
    """Return the id of the parameter that is one unit of a substance."""
    return f"one_{substance.replace('/', '_per_')}"


def _bare_numbers(node: libsbml.ASTNode) -> None:
    if node.isNumber() and not node.isSetUnits():
        node.setUnits("dimensionless")
    for child in range(node.getNumChildren()):
        _bare_numbers(node.getChild(child))


def _species(equations: Equations, words: Words) -> tuple[list[Reaction], dict[str, Pool]]:
    """Return the reactions of a patient, and the states that are species: with a unit, or going over into others."""
    there = pools(equations, words)
    shares = [name for name in equations.values
              if name not in equations.rates and words.unit(name) == NONE and 0 <= equations.values[name] <= 1]
    found = reactions(equations.rates, there, equations.rules, shares)
    chained = {state for each in found if each.source and each.target for state in (each.source, each.target)}
    there = {name: pool for name, pool in there.items() if pool.substance != NONE or name in chained}
    return reactions(equations.rates, there, equations.rules, shares), there
