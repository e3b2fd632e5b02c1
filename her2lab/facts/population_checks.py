"""What a population must hold beyond its form, so that patients can be drawn: each name drawn before it is used."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from her2lab.errors import Problems
from her2lab.facts.population_records import Distribution, Population
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.vocabulary import BASELINE_KEYS, SUBGROUPS
from her2lab.nearest import did_you_mean, one_of

NEEDED = ("weight", "body_surface_area")  # of every population: doses go by them
OF_KIND = {"lognormal": ("median", "cv_percent"), "normal": ("mean", "sd"), "bernoulli": ("probability",),
           "categories": ("shares",), "constant": ("value",), "formula": ("formula", "coefficients")}
ABOVE_ZERO, NOT_NEGATIVE = ("median", "high"), ("cv_percent", "sd")
FORMULA_READS, COEFFICIENTS = ("weight", "height"), 3
YES_NO = ("yes", "no")
SUM_OF_SHARES = 1e-6  # by which shares may miss one


def check_population(document: Document, people: Population, at: Where = ()) -> None:
    """Require that every property can be drawn and that what names another one names one that is there.

    Parameters
    ----------
    document
        The file, for messages.
    people
        What stands at `at` of it.

    Raises
    ------
    InputError
        With all mistakes.
    """
    problems = Problems()
    for name in NEEDED:
        with problems:
            if name not in people.covariates:
                raise document.error((*at, "covariates", name), "is missing", expected="a property by which doses go")
    for field, group in (("covariates", people.covariates), ("parameters", people.parameters)):
        drawn = [] if field == "covariates" else [*people.covariates]
        for name, distribution in group.items():
            with problems:
                _check(document, (*at, field, name), distribution, people.covariates, drawn, field == "parameters")
            drawn.append(name)
    for n, pair in enumerate(people.correlations):
        for name in pair.between:
            with problems:
                _known(document, (*at, "correlations", n, "between"), name, people.covariates)
    for key, name in people.baseline_keys.items():
        with problems:
            _check_key(document, (*at, "baseline_keys", key), key, name, people)
    for n, key in enumerate(people.not_simulated):
        with problems:
            if key not in BASELINE_KEYS:
                raise document.unknown((*at, "not_simulated", n), "baseline key", key, BASELINE_KEYS)
    problems.end()


def _check(document: Document, where: Where, given: Distribution, properties: Mapping[str, Distribution],
           drawn: Collection[str], of_the_model: bool) -> None:
    """Check one distribution; numbers of the model may also follow what the model's own facts spread."""
    if given.levels is None:
        _check_numbers(document, where, given)
    else:
        _check_levels(document, where, given, properties, drawn)
    if given.formula is not None:
        for name in FORMULA_READS:
            _known(document, (*where, "formula"), name, drawn)
        if len(given.coefficients) != COEFFICIENTS:
            raise document.error((*where, "coefficients"), "has another number of values than the formula",
                                 value=len(given.coefficients), expected=f"{COEFFICIENTS} numbers")
    for n, covariate in enumerate(given.covariates):
        _known(document, (*where, "covariates", n, "name"), covariate.name, drawn)
    for field in () if of_the_model else ("times", "plus"):
        for n, name in enumerate(getattr(given, field)):
            _known(document, (*where, field, n), name, drawn)


def _check_numbers(document: Document, where: Where, given: Distribution) -> None:
    for field in OF_KIND[given.kind]:
        if getattr(given, field) in (None, ()):
            raise document.error((*where, field), f"is missing: a {given.kind} needs it", expected="a value")
    for field in (*ABOVE_ZERO, *NOT_NEGATIVE):
        value, strictly = getattr(given, field), field in ABOVE_ZERO
        if value is not None and given.kind in ("lognormal", "normal") and (
                value < 0 or (strictly and value == 0)) and (given.kind == "lognormal" or field in NOT_NEGATIVE):
            raise document.error((*where, field), "is too small", value=value,
                                 expected="a number above zero" if strictly else "zero or more")
    if given.low is not None and given.high is not None and given.low >= given.high:
        raise document.error((*where, "low"), "is not below high", value=given.low,
                             expected=f"less than {given.high:g}")
    if given.kind == "categories" and abs(sum((given.shares or {}).values()) - 1) > SUM_OF_SHARES:
        raise document.error((*where, "shares"), "the shares do not add up", value=sum((given.shares or {}).values()),
                             expected="1")


def _check_levels(document: Document, where: Where, given: Distribution, properties: Mapping[str, Distribution],
                  drawn: Collection[str]) -> None:
    if given.by is None:
        raise document.error((*where, "by"), "is missing beside levels", expected="a property drawn before")
    _known(document, (*where, "by"), given.by, drawn)
    wanted = _labels(properties.get(given.by))
    for label, one in (given.levels or {}).items():
        if wanted and label not in wanted:
            raise document.unknown((*where, "levels", label), f"level of {given.by}", label, wanted)
        _check(document, (*where, "levels", label), one, properties, drawn, of_the_model=True)
    for label in wanted:
        if label not in (given.levels or {}):
            raise document.error((*where, "levels"), f"has no {label}, a level of {given.by}",
                                 expected=", ".join(wanted))


def _labels(given: Distribution | None) -> tuple[str, ...]:
    """Return the levels that a property has for certain: its categories, or yes and no where it is drawn 0 or 1."""
    if given is None or given.levels is not None:
        return ()
    if given.kind == "categories":
        return tuple(name for name, share in (given.shares or {}).items() if share > 0)
    return YES_NO if given.kind == "bernoulli" and 0 < (given.probability or 0) < 1 else ()


def _check_key(document: Document, where: Where, key: str, name: str, people: Population) -> None:
    if key not in BASELINE_KEYS:
        raise document.unknown(where, "baseline key", key, BASELINE_KEYS)
    prop, colon, category = name.partition(":")
    _known(document, where, prop, people.covariates)
    known = list(dict.fromkeys([*(people.covariates[prop].shares or {}), *SUBGROUPS.get(prop, ())]))
    if colon and category not in known:
        raise document.error(where, f"{prop} has no category {category}", value=name,
                             expected=one_of(known or ["a property with categories"]))


def _known(document: Document, where: Where, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise document.error(where, f"nothing of that name is drawn before{did_you_mean(name, known)}", value=name,
                             expected=None if did_you_mean(name, known) else "a property that stands above")
