"""From an SBML document to equations.

Every identifier has one of three roles: *state* (integrated), *observable* (given by an assignment rule) or
*parameter* (constant, may be set per patient). A species is a concentration unless it has only substance
units or sits in a compartment without dimensions; amounts per time from reactions are turned into the
species' own unit, with dilution where the compartment changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

from her2lab.engine.algebraic import match_rules, solve_linear
from her2lab.engine.checks import UnsupportedModel
from her2lab.engine.derivative import gradients
from her2lab.engine.discontinuities import find_discontinuities, substitute
from her2lab.engine.equations import Equations
from her2lab.engine.expression import Expression, Graph
from her2lab.engine.mathml import Reader
from her2lab.engine.sbml_delays import Delays
from her2lab.engine.sbml_events import compartment_sizes, event_targets, read_events, state_comparisons


def read_equations(document: Any) -> Equations:
    """The equations of a libsbml document.

    Raises
    ------
    UnsupportedModel
        The model uses fast reactions, algebraic rules that are not linear, delays that change, or an identifier that
        is not defined.
    """
    return _Builder(document.getModel()).build()


class _Builder:
    def __init__(self, model: Any) -> None:
        refuse_unsupported(model)
        self.model = model
        self.graph = Graph()
        self.functions = {f.getId(): f for f in model.getListOfFunctionDefinitions()}
        rules = [r for r in model.getListOfRules() if r.isSetMath()]
        self.algebraic_rules = [r for r in rules if r.isAlgebraic()]
        self.assignment_rules = {r.getVariable(): r.getMath() for r in rules if r.isAssignment()}
        self.rate_rules = {r.getVariable(): r.getMath() for r in rules if r.isRate()}
        initial = [a for a in model.getListOfInitialAssignments() if a.isSetMath()]
        self.initial_assignments = {a.getSymbol(): a.getMath() for a in initial}
        self.reactions = {r.getId(): r for r in model.getListOfReactions()}
        self.species = {s.getId(): s for s in model.getListOfSpecies()}
        self.changes = _changes(self.reactions)
        self.event_targets = event_targets(model)
        self.solved = match_rules(self.algebraic_rules, self._free_symbols())
        self.assignment_rules |= dict.fromkeys(self.solved)
        self.values = self._numeric_values()
        self.states, self.parameters = self._classify()
        self.given = self.parameters + self.states
        self.state_index = {name: i for i, name in enumerate(self.states)}
        self.parameter_index = {name: i for i, name in enumerate(self.parameters)}
        self.given_index = {name: i for i, name in enumerate(self.given)}
        self.current: dict[str, Expression] = {}
        self.initial: dict[str, Expression] = {}
        self.resolving: set[tuple[int, str]] = set()
        self._solutions: dict[int, list[Expression]] = {}
        self.delays = Delays(self.graph)
        time = self.graph.leaf("time")
        self.reader = Reader(self.graph, self._current, self._read_rate, time, self.functions, self.delays.earlier)
        self.initial_reader = Reader(
            self.graph, self._initial, self._initial_rate, time, self.functions, self.delays.before_the_start
        )

    def build(self) -> Equations:
        fluxes = tuple(name for name, reaction in self.reactions.items() if reaction.getKineticLaw() is not None)
        observables = (*self.assignment_rules, *fluxes)
        rates = tuple(self.graph.amount(self._rate(name)) for name in self.states)
        piecewise_constant = frozenset(i for i, rate in enumerate(rates) if rate == self.graph.zero)
        self._refuse_stepped_over(rates, piecewise_constant)
        events = read_events(self.model, self.reader, self.state_index)
        comparisons = state_comparisons(self.graph, events, piecewise_constant)
        equations = Equations(
            graph=self.graph,
            states=tuple(self.states),
            rates=rates,
            parameters=tuple(self.parameters),
            observables=observables,
            observed=tuple(self.graph.amount(self._current(name)) for name in observables),
            fluxes=fluxes,
            given=tuple(self.values[name] for name in self.given),
            initial=tuple(self.graph.amount(self._initial(name)) for name in self.given),
            events=events,
            state_comparisons=comparisons,
            piecewise_constant=piecewise_constant if events else frozenset(),
            compartment_sizes=compartment_sizes(self._diluted_species(), self.state_index, self._current),
        )
        delays = tuple(self.delays.found)
        self.delays.refuse_moving_start(self.states, self.parameters, self.initial)
        return replace(equations, delays=delays, unused=self._unused(equations), divisors=self._divisors())

    def _refuse_stepped_over(self, rates: tuple[Expression, ...], piecewise_constant: frozenset[int]) -> None:
        """A condition that compares a moving state with a wave in time could be stepped over."""
        if find_discontinuities(self.graph, rates, piecewise_constant).stepped_over:
            alone = [find_discontinuities(self.graph, [rate], piecewise_constant).stepped_over for rate in rates]
            name = next(state for state, found in zip(self.states, alone, strict=True) if found)
            raise UnsupportedModel("a condition in its rate joins a wave in time with a moving state", field=name)

    def _unused(self, equations: Equations) -> frozenset[str]:
        """Parameters on which no rate and no event depends."""
        delays = [delay for _, delay in self.delays.found]
        roots = [*equations.rates, *equations.conditions, *equations.event_terms, *delays]
        needed = {self.graph.nodes[a] for a in self.graph.order(roots, stop=lambda _: False)}
        return frozenset(name for i, name in enumerate(self.parameters) if ("parameter", (), i) not in needed)

    def _divisors(self) -> frozenset[str]:
        """Compartments by whose size amounts are divided."""
        held = [s for name, s in self.species.items() if not self._is_amount(s) and name in self.state_index]
        divided = [s for s in held if s.getId() in self.changes or s.isSetInitialAmount()]
        return frozenset(s.getCompartment() for s in divided)

    # -- what there is -----------------------------------------------------------------------------

    def _numeric_values(self) -> dict[str, float]:
        """The plain number of each identifier, in the unit of its symbol; NaN where it must be computed."""
        values: dict[str, float] = {}
        for p in self.model.getListOfParameters():
            values[p.getId()] = p.getValue() if p.isSetValue() else math.nan
        for c in self.model.getListOfCompartments():
            values[c.getId()] = c.getSize() if c.isSetSize() else 1.0
        for s in self.species.values():
            own = s.getInitialAmount() if self._is_amount(s) else s.getInitialConcentration()
            is_set = s.isSetInitialAmount() if self._is_amount(s) else s.isSetInitialConcentration()
            values[s.getId()] = own if is_set else math.nan
        for reaction in self.reactions.values():
            for p in local_parameters(reaction):
                values[f"{reaction.getId()}.{p.getId()}"] = p.getValue() if p.isSetValue() else math.nan
            for reference, _ in references(reaction):
                if reference.isSetId() and reference.getId() in {
                    **self.assignment_rules,
                    **self.rate_rules,
                    **self.initial_assignments,
                    **dict.fromkeys(self.event_targets),
                }:
                    values[reference.getId()] = reference.getStoichiometry()
        return {name: math.nan if name in self.initial_assignments else value for name, value in values.items()}

    def _classify(self) -> tuple[list[str], list[str]]:
        states: list[str] = []
        parameters: list[str] = []
        for name in self.values:
            if name in self.assignment_rules:
                continue
            is_state = name in self.rate_rules or name in self.event_targets
            is_state = is_state or (name in self.species and self._is_state(self.species[name]))
            (states if is_state else parameters).append(name)
        return states, parameters

    def _is_state(self, species: Any) -> bool:
        """Whether reactions or a changing compartment can change the species."""
        compartment = species.getCompartment()
        diluted = compartment in {*self.assignment_rules, *self.rate_rules, *self.event_targets}
        fixed = species.getBoundaryCondition() or species.getConstant()
        if not species.isSetInitialAmount() and not species.isSetInitialConcentration():
            name = species.getId()  # without a value, it is of no concern unless something changes it
            fixed = fixed or (name not in self.changes and name not in self.initial_assignments)
        return not fixed or (diluted and not self._is_amount(species))

    def _diluted_species(self) -> dict[str, str]:
        """Concentrations whose compartment an event may resize, and that compartment."""
        if not self.event_targets:
            return {}
        resized = {*self.assignment_rules, *self.event_targets}
        concentrations = {name: s for name, s in self.species.items() if not self._is_amount(s)}
        return {name: s.getCompartment() for name, s in concentrations.items() if s.getCompartment() in resized}

    def _is_amount(self, species: Any) -> bool:
        compartment = self.model.getCompartment(species.getCompartment())
        return bool(species.getHasOnlySubstanceUnits()) or (
            compartment is not None and compartment.getSpatialDimensionsAsDouble() == 0
        )

    def _free_symbols(self) -> list[str]:
        """What may change and is changed by nothing but, perhaps, an algebraic rule; boundary species last."""
        changed = {*self.assignment_rules, *self.rate_rules, *self.event_targets}
        symbols = [*self.model.getListOfParameters(), *self.model.getListOfCompartments(), *self.species.values()]
        symbols += [r for reaction in self.reactions.values() for r, _ in references(reaction) if r.isSetId()]
        reacting = {name for name in self.changes if not self.species[name].getBoundaryCondition()}
        free = [s.getId() for s in symbols if not s.getConstant() and s.getId() not in changed | reacting]
        return sorted(free, key=lambda name: name in self.species and self.species[name].getBoundaryCondition())

    # -- values during the integration -------------------------------------------------------------

    def _current(self, name: str) -> Expression:
        """The expression of an identifier in states, parameters and time."""
        if name not in self.current:
            self.current[name] = self._resolve(0, name, self._define_current)
        return self.current[name]

    def _define_current(self, name: str) -> Expression:
        if name in self.solved:
            return self._solve(self.current, self.reader)[self.solved.index(name)]
        if name in self.assignment_rules:
            return self.reader.read(self.assignment_rules[name])
        if name in self.state_index:
            return self.graph.leaf("state", self.state_index[name])
        if name in self.parameter_index:
            return self.graph.leaf("parameter", self.parameter_index[name])
        return self._reaction_or_reference(name, self._law)

    def _solve(self, known: dict[str, Expression], reader: Reader) -> list[Expression]:
        """What the algebraic rules determine; whatever was read on the way in terms of the unknowns is forgotten."""
        if not self._solutions.get(id(reader)):
            before = dict(known)
            unknowns = [self.graph.leaf("unknown", i) for i in range(len(self.solved))]
            known |= dict(zip(self.solved, unknowns, strict=True))
            residuals = [self.graph.amount(reader.read(rule.getMath())) for rule in self.algebraic_rules]
            known.clear()
            known |= before
            self._solutions[id(reader)] = solve_linear(self.graph, residuals, unknowns)
        return self._solutions[id(reader)]

    def _law(self, reaction: Any) -> Expression:
        return self._kinetic_law(reaction, self.reader)

    def _kinetic_law(self, reaction: Any, reader: Reader) -> Expression:
        law = reaction.getKineticLaw()
        if law is None or law.getMath() is None:
            raise UnsupportedModel("the reaction has no kinetic law", field=reaction.getId())
        local = {p.getId(): f"{reaction.getId()}.{p.getId()}" for p in local_parameters(reaction)}
        inner = replace(
            reader,
            lookup=lambda name: reader.lookup(local.get(name, name)),
            rate_of=lambda name: self.graph.zero if name in local else reader.rate_of(name),
        )
        return self.graph.amount(inner.read(law.getMath()))

    def _reaction_or_reference(self, name: str, law: Callable[[Any], Expression]) -> Expression:
        if name in self.reactions:
            return law(self.reactions[name])
        for reaction in self.reactions.values():
            for reference, _ in references(reaction):
                if reference.isSetId() and reference.getId() == name:
                    return self.graph.number(reference.getStoichiometry())
        raise UnsupportedModel("the model uses an identifier that it does not define", field=name)

    # -- rates -------------------------------------------------------------------------------------

    def _rate(self, name: str) -> Expression:
        """The time derivative of an identifier."""
        if name in self.rate_rules:
            return self.reader.read(self.rate_rules[name])
        if name in self.assignment_rules:
            return self._total_derivative(self._current(name))
        if name not in self.state_index or name not in self.species:
            return self.graph.zero
        species = self.species[name]
        amount = self._amount_rate(species)
        if self._is_amount(species):
            return amount
        compartment = species.getCompartment()
        size = self._current(compartment)
        growth = self.graph.divide(self._rate(compartment), size)
        diluted = self.graph.multiply(growth, self._current(name))
        return self.graph.subtract(self.graph.divide(amount, size), diluted)

    def _read_rate(self, name: str) -> Expression:
        return self.delays.rate(self._rate(name))

    def _amount_rate(self, species: Any) -> Expression:
        """Amount of a species per time, from all reactions."""
        total = self.graph.zero
        if species.getBoundaryCondition() or species.getConstant():
            return total
        for name, own in self.changes.get(species.getId(), {}).items():
            net = self.graph.zero
            for reference, sign in own:
                change = self.graph.multiply(self.graph.number(sign), self._stoichiometry(reference))
                net = self.graph.add(net, change)
            if net != self.graph.zero:
                total = self.graph.add(total, self.graph.multiply(net, self._current(name)))
        factor = species.getConversionFactor() or self.model.getConversionFactor()
        return self.graph.multiply(self._current(factor), total) if factor else total

    def _stoichiometry(self, reference: Any) -> Expression:
        """The stoichiometry of a species in a reaction."""
        if reference.isSetId() and reference.getId() in self.values:
            return self._current(reference.getId())
        if reference.isSetStoichiometryMath():
            return self.reader.read(reference.getStoichiometryMath().getMath())
        value = reference.getStoichiometry() / reference.getDenominator()
        if not math.isfinite(value):
            raise UnsupportedModel("a species takes part in a reaction without a stoichiometry",
                                   field=reference.getSpecies())
        return self.graph.number(value)

    def _total_derivative(self, a: Expression) -> Expression:
        graph = self.graph
        terms = []
        for variable, slope in sorted(gradients(graph, [a])[0].items()):
            kind, _, index = graph.nodes[variable]
            place = int(index or 0)
            if kind == "state":
                inner = self._rate(self.states[place])
            else:
                inner = graph.one if kind == "time" else graph.leaf("delayed_rate", place)
            terms.append(graph.multiply(slope, inner))
        return reduce(graph.add, terms, graph.zero)

    # -- values at the start -----------------------------------------------------------------------

    def _initial(self, name: str) -> Expression:
        """The initial value of an identifier, in given values."""
        if name not in self.initial:
            self.initial[name] = self._resolve(1, name, self._define_initial)
        return self.initial[name]

    def _define_initial(self, name: str) -> Expression:
        if name in self.solved:
            return self._solve(self.initial, self.initial_reader)[self.solved.index(name)]
        if name in self.assignment_rules:
            return self.initial_reader.read(self.assignment_rules[name])
        if name not in self.given_index:
            return self._reaction_or_reference(name, lambda r: self._kinetic_law(r, self.initial_reader))
        index = self.given_index[name]
        given = self.graph.leaf("given", index)
        computed = self._computed_initial(name)
        if computed is None:
            return given
        flag = self.graph.relation("ne", self.graph.leaf("flag", index), self.graph.zero)
        return self.graph.select(flag, given, computed)

    def _computed_initial(self, name: str) -> Expression | None:
        """The initial value where the model computes it: an initial assignment, or amount against size."""
        if name in self.initial_assignments:
            return self.initial_reader.read(self.initial_assignments[name])
        species = self.species.get(name)
        if species is None or math.isfinite(self.values[name]):
            return None
        size = self._initial(species.getCompartment())
        if self._is_amount(species) and species.isSetInitialConcentration():
            return self.graph.multiply(self.graph.number(species.getInitialConcentration()), size)
        if not self._is_amount(species) and species.isSetInitialAmount():
            return self.graph.divide(self.graph.number(species.getInitialAmount()), size)
        return None

    def _initial_rate(self, name: str) -> Expression:
        """The rate of an identifier at the start: that of the integration, in terms of initial values."""
        rate, graph = self._rate(name), self.graph
        names = {"state": self.states, "parameter": self.parameters}
        leaves = [a for a in graph.order([rate], stop=lambda _: False) if graph.nodes[a][0] in names]
        own = {a: names[graph.nodes[a][0]][int(graph.nodes[a][2] or 0)] for a in leaves}
        return substitute(graph, rate, {a: self._initial(own[a]) for a in leaves})

    def _resolve(self, scope: int, name: str, define: Callable[[str], Expression]) -> Expression:
        if (scope, name) in self.resolving:
            raise UnsupportedModel("the rules of the model define it by itself", field=name)
        self.resolving.add((scope, name))
        value = define(name)
        self.resolving.discard((scope, name))
        return value


def refuse_unsupported(model: Any) -> None:
    """Raise UnsupportedModel for what the engine does not integrate."""
    for reaction in model.getListOfReactions():
        if reaction.getFast():
            raise UnsupportedModel("fast reactions are not supported", field=reaction.getId())


def _changes(reactions: dict[str, Any]) -> dict[str, dict[str, list[tuple[Any, float]]]]:
    """For each species, the references to it by reaction."""
    found: dict[str, dict[str, list[tuple[Any, float]]]] = {}
    for name, reaction in reactions.items():
        for reference, sign in references(reaction):
            found.setdefault(reference.getSpecies(), {}).setdefault(name, []).append((reference, sign))
    return found


def references(reaction: Any) -> list[tuple[Any, float]]:
    """The species references of a reaction with their sign."""
    reactants = [(r, -1.0) for r in reaction.getListOfReactants()]
    return reactants + [(r, 1.0) for r in reaction.getListOfProducts()]


def local_parameters(reaction: Any) -> list[Any]:
    """The parameters that only the kinetic law of the reaction knows."""
    law = reaction.getKineticLaw()
    if law is None:
        return []
    return list(law.getListOfLocalParameters() if law.getLevel() > 2 else law.getListOfParameters())
