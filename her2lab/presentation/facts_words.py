"""Facts in words: a number with its unit and spread, a source."""

from __future__ import annotations

from her2lab.facts.quantity import Quantity, Source
from her2lab.facts.records import Exposure

TIERS = {  # of a drug's pharmacokinetics
    "A": "a published population model",
    "B": "a published but secondary or thin model",
    "C": "derived from exposures on a label",
    "D": "a surrogate from a similar drug",
}


def number(value: float) -> str:
    """Return a number as short as it was written."""
    return f"{value:.10g}"


def amount(quantity: Quantity) -> str:
    """Return value and unit: ``0.127 L/day``."""
    return number(quantity.value) if quantity.unit == "1" else f"{number(quantity.value)} {quantity.unit}"


def spread(quantity: Quantity) -> str:
    """Return how a parameter varies between patients, or the range of an uncertain value."""
    parts = []
    if quantity.cv_percent is not None:
        parts.append(f"CV {number(quantity.cv_percent)} %")
    signs = {"power": "^", "exponential": "exp "}
    parts += [f"{each.name} {signs[each.form]}{number(each.coefficient)}" for each in quantity.covariates]
    if quantity.range is not None:
        parts.append(f"range {number(quantity.range[0])} to {number(quantity.range[1])}")
    return ", ".join(parts)


def origin(quantity: Quantity) -> str:
    """Return where a number comes from: the key of its source, or its assumption marked as one."""
    if quantity.source is None:
        return f"ASSUMPTION: {' '.join((quantity.assumption or '').split())}"
    return quantity.source if quantity.seen else f"{quantity.source} (not confirmed in the text)"


def measure(observed: Exposure) -> str:
    """Return what was measured, such as ``area of payload, days 42 to 63, geometric mean``."""
    of = "" if observed.analyte == "drug" else f" of {observed.analyte}"
    window = observed.window
    days = "" if window is None else f", days {number(window[0])} to {number(window[1])}"
    return f"{observed.metric}{of}{days}, {observed.statistic}"


def citation(source: Source) -> str:
    """Return a citation with its identifiers."""
    marks = (("doi ", source.doi), ("PMID ", source.pmid), ("", source.nct), ("via ", source.via))
    return ", ".join([source.cite, *(f"{name}{value}" for name, value in marks if value)])
