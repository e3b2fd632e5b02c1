"""The tables of the credibility report, as text; the template decides how they look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from her2lab.presentation.words import adverse_event_name, contrast_name, endpoint_name, interval, setting_name

Row = tuple[str, ...]
NOTHING = "–"
VERDICT = {True: "met", False: "not met", None: NOTHING}
MOST_ASSUMPTIONS = 20
GRADE = {"any": "any", "grade3": "3 and more"}


def targets(document: Mapping[str, Any]) -> list[Row]:
    """Return target, wanted, reached and whether it is met."""
    return [(each["target"], each["wanted"], number(each["reached"]), VERDICT[each["met"]])
            for each in document["targets"]]


def forecasters(score: Mapping[str, Any]) -> list[Row]:
    """Return the model and the naive forecasts side by side."""
    ours = ("her2lab", str(score["n"]), number(score["inside_percent"], 0), number(score["width_ratio"]),
            number(score["crps"], 3), number(score["log_hazard_ratio_median"]), number(score["log_hazard_ratio_mean"]),
            NOTHING)
    return [ours, *(
        (f"naive: {kind}", str(each["n"]), number(each["inside_percent"], 0), number(each["width_ratio"]),
         f"{number(each['crps'], 3)} (her2lab on the same {number(each['crps_model'], 3)})",
         number(each["log_hazard_ratio_median"]), number(each["log_hazard_ratio_mean"]), number(each["skill"]))
        for kind, each in score["against"].items()
    )]


def groups(scores: Mapping[str, Mapping[str, Any]], name: str) -> list[Row]:
    """Return one row for each setting or kind of endpoint."""
    words = setting_name if name == "by_setting" else lambda family: family.replace("_", " ")
    return [
        (words(key), str(each["n"]), f"{each['inside']} ({number(each['inside_percent'], 0)} %)",
         number(each["width_ratio"]), number(each["width_ratio_same_level"]), number(each["crps"], 3),
         number(each["log_hazard_ratio_median"]), *(number(naive["skill"]) for naive in each["against"].values()))
        for key, each in scores.items()
    ]


def figures(chosen: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return one row for each published figure, the last cell ``inside`` or ``outside``."""
    return [
        (breakable(each["trial"]), breakable(whose(each)), what(each), _published(each), _predicted(each),
         _naive(each, "class mean"), _naive(each, "no effect"), number(each["width_ratio"]),
         "inside" if each["inside"] else "outside")
        for each in chosen
    ]


def subgroups(chosen: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return one row for each published figure of a subgroup."""
    return [
        (breakable(each["trial"]), each["subgroup"].replace("_", " "), breakable(whose(each)), what(each),
         _published(each), _predicted(each), _naive(each, "class mean"), "inside" if each["inside"] else "outside")
        for each in chosen
    ]


def misses(document: Mapping[str, Any], use: str) -> list[Row]:
    """Return the misses with their likely reason."""
    return [(breakable(each["trial"]), breakable(whose(each)), what(each), _published(each), _predicted(each),
             each["reason"])
            for each in document["misses"] if each["use"] == use]


def rates(document: Mapping[str, Any], use: str) -> list[Row]:
    """Return the adverse events of the trials of one use."""
    return [
        (breakable(each["trial"]), breakable(each["arm"]), adverse_event_name(each["event"]), GRADE[each["grade"]],
         f"{each['published']:g}" + ("" if each["seen"] else " (recalled)"),
         estimate(each["simulated"], each["low"], each["high"], 1), "inside" if each["inside"] else "outside")
        for each in document["adverse_events"]["rates"] if each["use"] == use
    ]


def weights(document: Mapping[str, Any]) -> list[Row]:
    """Return one row for each population with prevalence weights."""
    return [
        (setting_name(each["population"]), str(len(each["trials"])), str(each["patients"]),
         f"{each['effective_size']:.0f} ({100 * each['effective_size'] / each['patients']:.0f} %)",
         f"{number(each['misfit']['before'])} → {number(each['misfit']['after'])}",
         f"{number(each['left_out']['before'])} → {number(each['left_out']['after'])}", each["verdict"])
        for each in document["weights"]
    ]


@dataclass(frozen=True)
class Moved:
    """The sensitivities of one reference trial as a table."""

    setting: str
    trial: str
    arm: str
    reference: str
    headings: list[str]
    rows: list[Row]


def sensitivities(found: Mapping[str, Any]) -> list[Moved]:
    """Return a table for each reference trial, the numbers that move most first."""
    tables = []
    for each in found["references"]:
        outcomes = list(each["numbers"][0]["elasticity"])
        numbers = sorted(each["numbers"], key=_strength, reverse=True)
        rows = [(number["number"], number["origin"], *(_effect(number, outcome) for outcome in outcomes))
                for number in numbers]
        headings = ["Number", "is", *(outcome.replace("_", " ") for outcome in outcomes)]
        tables.append(Moved(each["setting"], each["trial"], each["arm"], each["reference"], headings, rows))
    return tables


def assumptions(found: Mapping[str, Any]) -> list[Row]:
    """Return the labelled assumptions that move an endpoint most: number, setting, endpoint, elasticity."""
    rows = [
        (number["number"], setting_name(each["setting"]), outcome.replace("_", " "), value)
        for each in found["references"] for number in each["numbers"] if number["origin"] == "assumption"
        for outcome, value in number["elasticity"].items() if value
    ]
    strongest = sorted(rows, key=lambda row: abs(row[3]), reverse=True)[:MOST_ASSUMPTIONS]
    return [(number, where, outcome, f"{value:+.2f}") for number, where, outcome, value in strongest]


def _strength(moved: Mapping[str, Any]) -> float:
    return max((abs(value) for value in moved["elasticity"].values() if value is not None), default=0.0)


def _effect(moved: Mapping[str, Any], outcome: str) -> str:
    elasticity, star = moved["elasticity"][outcome], moved["mu_star"][outcome]
    return f"{NOTHING if elasticity is None else f'{elasticity:+.2f}'} ({number(star)})"


def _published(each: Mapping[str, Any]) -> str:
    return estimate(each["published"], each["published_low"], each["published_high"], digits(each))


def _predicted(each: Mapping[str, Any]) -> str:
    nothing = "not reached" if each["low"] is not None or each["high"] is not None else "no prediction"
    return estimate(each["value"], each["low"], each["high"], digits(each), nothing)


def _naive(each: Mapping[str, Any], kind: str) -> str:
    naive = each["naive"][kind]
    return NOTHING if naive is None else estimate(naive["value"], naive["low"], naive["high"], digits(each))


# ------------------------------------------------------------------------------------------------ words
def whose(figure: Mapping[str, Any]) -> str:
    """Return the arm, or both arms of a ratio."""
    return str(figure["arm"]) if figure["reference"] is None else f"{figure['arm']} v {figure['reference']}"


def what(figure: Mapping[str, Any]) -> str:
    """Return the words for an endpoint or a ratio."""
    return endpoint_name(figure["endpoint"]) if figure["reference"] is None else contrast_name(figure["endpoint"])


def digits(figure: Mapping[str, Any]) -> int:
    """Return how many decimals a figure has: two for a ratio, one for percent and months."""
    return 1 if figure["reference"] is None else 2


def estimate(value: float | None, low: float | None, high: float | None, decimals: int, none: str = NOTHING) -> str:
    """Return a value with its interval."""
    shown = none if value is None else f"{value:.{decimals}f}"
    return f"{shown} {interval(low, high, decimals)}".strip()


def number(value: float | None, decimals: int = 2) -> str:
    """Return a number, or a dash."""
    return NOTHING if value is None else f"{value:.{decimals}f}"


def breakable(identifier: str) -> str:
    """Return an identifier that may go on in the next line after an underscore (a space of no width)."""
    return identifier.replace("_", "_\u200b")
