"""An answer of ``her2lab trace`` on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

Answer = dict[str, Any]

DASH = "–"
DUST = 1e-6          # elasticity of what does not move
MOST_READINGS = 12  # of statements in vitro
MOST_PLACES = 12    # files that hold one number


def screen(answer: Answer) -> list[RenderableType]:
    """Return what is printed of an answer."""
    parts: dict[str, Callable[[Answer], list[RenderableType]]] = {
        "number": _number, "drug": _drug, "trial": _trial, "outcome": _outcome, "claim": _claim}
    ran = answer["kind"] != "trial" and "reads" not in answer
    return [*parts[answer["kind"]](answer), "", *([escape(answer["note"])] if ran else [])]


# ------------------------------------------------------------------------------------------------ kinds
def _number(answer: Answer) -> list[RenderableType]:
    shown: list[RenderableType] = [f"[bold]{escape(answer['number'])}[/bold]", _origins(answer["numbers"])]
    if not answer["trials"]:
        shown += ["", "No trial of the library reads it: it is a number of cells in vitro, or of what no trial gives."]
    for each in answer["trials"]:
        low, high = each["factors"]
        whose = f"{each['arm']}" + (f" against {each['reference']}" if each["reference"] else "")
        shown += ["", escape(f"{each['trial']}, {whose}; {answer['patients']} virtual patients, seed {answer['seed']}"),
                  _effects(each["effects"], low, high)]
    shown += ["", *_readings(answer["claims"][:MOST_READINGS])]
    more = len(answer["claims"]) - MOST_READINGS
    if more > 0:
        shown.append(f"and {more} smaller changes of readouts (--json has all)")
    if answer["claims_not_moved"]:
        shown.append(f"read it and do not move: {', '.join(answer['claims_not_moved'])}")
    return shown + _stated(answer["claims_in_trials"])


def _drug(answer: Answer) -> list[RenderableType]:
    where = "" if answer["trial"] is None else f"; what each moves most in {answer['trial']}, {answer['arm']}"
    table = _table("number", "value", "from", "moves (elasticity ± chance)")
    for each in answer["numbers"]:
        moves = ", ".join(f"{effect['outcome']} {_signed(effect['elasticity'])}{_chance(effect)}"
                          for effect in each["effects"])
        table.add_row(*map(escape, (each["number"], _value(each), _from(each), moves or DASH)))
    claims = ", ".join(each["claim"] for each in answer["claims"])
    return [f"[bold]{escape(answer['drug'])}[/bold]{escape(where)}", table, "",
            f"statements that read it in vitro: {claims or 'none'}", *_stated(answer["claims_in_trials"])]


def _trial(answer: Answer) -> list[RenderableType]:
    table = _table("endpoint", "arm", "published")
    for each in answer["figures"]:
        table.add_row(*map(escape, (each["outcome"], each["arm"], f"{each['published']:g}")))
    figure = answer["figures"][0]["outcome"] if answer["figures"] else "orr"
    return [f"[bold]{escape(answer['trial'])}[/bold] {escape(answer['title'])}",
            escape(f"source: {answer['source']}; {_use(answer)}"), table,
            f"statements that read it: {', '.join(answer['claims']) or 'none'}",
            escape(f"What moves an endpoint: her2lab trace {answer['trial']} {figure}")]


def _outcome(answer: Answer) -> list[RenderableType]:
    against = f" against {answer['reference']}" if answer["reference"] and answer["outcome"].endswith("ratio") else ""
    title = f"[bold]{escape(answer['trial'])} {escape(answer['outcome'])}[/bold], {escape(answer['arm'] + against)}"
    said = answer["published"]
    source = "nothing was published of the trial" if said is None else (
        f"published: {_plain(said['value'])} {answer['unit']}; {said['source']}"
        + (f"; {said['registry']}" if said["registry"] and said["registry"] not in said["source"] else ""))
    table = _table("number", "value", "elasticity ± chance", "lower", "higher", "from")
    moving = [each for each in answer["numbers"] if abs(each["effects"][0]["elasticity"] or 0) > DUST]
    for each in moving:
        effect = each["effects"][0]
        table.add_row(*map(escape, (
            each["number"], _value(each), _signed(effect["elasticity"]) + _chance(effect), _plain(effect["lower"]),
            _plain(effect["higher"]), _from(each))))
    return [title, escape(source), escape(_use({**answer, "use": None if said is None else said["use"]})),
            escape(f"in {answer['patients']} virtual patients, seed {answer['seed']}: {_plain(answer['value'])} "
                   f"{answer['unit']}; {answer['moved']} numbers were moved, "
                   + ("these move it most:" if moving else "none moves it here; try more patients")), table]


def _claim(answer: Answer) -> list[RenderableType]:
    title = f"[bold]{escape(answer['claim'])}[/bold] {escape(answer['states'])}"
    if "reads" in answer:
        table = _table("trial", "arm", "what is read")
        for each in answer["reads"]:
            table.add_row(*map(escape, (each["trial"], each["arm"], each["read"])))
        return [title, "tried in virtual trials:", table,
                *(escape(f"what moves it: her2lab trace {each}") for each in answer["next"])]
    table = _table("number", "value", "check", "readout", "as is", "lower", "higher", "from")
    for each in answer["numbers"]:
        effect = each["effects"][0]
        table.add_row(*map(escape, (
            each["number"], _value(each), f"{effect['check']} ({effect['cell']})", effect["readout"],
            *(_plain(effect[key]) + ("" if effect[holds] else " fails") for key, holds in (
                ("value", "holds"), ("lower", "holds_lower"), ("higher", "holds_higher"))), _from(each))))
    verdict = "holds" if answer["holds"] else "fails"
    return [title, f"tried in vitro: {verdict}; {answer['moved']} numbers were moved, these move a readout most "
            "(relative to its reference):", table]


# ------------------------------------------------------------------------------------------------ parts
def _origins(numbers: Sequence[Answer]) -> Table:
    table = _table("file", "value", "range", "from")
    for each in numbers[:MOST_PLACES]:
        within = DASH if each["range"] is None else f"{each['range'][0]:g} to {each['range'][1]:g}"
        table.add_row(*map(escape, (each["id"].rpartition("/")[0], _value(each), within, _from(each))))
    return table


def _effects(effects: Sequence[Answer], low: float, high: float) -> Table:
    table = _table("outcome", "as it is", f"× {low:.3g}", f"× {high:.3g}", "range from", "to", "elasticity ± chance")
    for each in effects:
        name = f"{each['outcome']}, {each['unit']}" if each["unit"] else each["outcome"]
        values = (_plain(each[key]) for key in ("value", "lower", "higher", "range_low", "range_high"))
        table.add_row(*map(escape, (name, *values, _signed(each["elasticity"]) + _chance(each))))
    return table


def _readings(readings: Sequence[Answer]) -> list[RenderableType]:
    if not readings:
        return ["No readout of a statement on mechanisms moves."]
    table = _table("statement", "check in vitro", "readout", "as it is", "lower", "higher", "verdict")
    for each in readings:
        holds = [each[key] for key in ("holds", "holds_lower", "holds_higher")]
        verdict = ("as stated" if holds[0] else "not as stated") if len(set(holds)) == 1 else "changes"
        values = (_plain(each[key]) for key in ("value", "lower", "higher"))
        table.add_row(*map(escape, (each["claim"], f"{each['check']} ({each['cell']})", each["readout"], *values,
                                    verdict)))
    return [table]


def _stated(claims: Sequence[Answer]) -> list[RenderableType]:
    """Return the statements that are virtual trials and use the number, with what was measured of what they read."""
    if not claims:
        return []
    table = _table("statement in trials", "moved by (elasticity)")
    measured = [each for each in claims if each["effects"]]
    for each in measured:
        moves = ", ".join(f"{effect['trial']} {effect['outcome']} {_signed(effect['elasticity'])}"
                          for effect in each["effects"])
        table.add_row(escape(each["claim"]), escape(moves))
    others = ", ".join(each["claim"] for each in claims if not each["effects"])
    shown: list[RenderableType] = ["", table] if measured else []
    if others:
        shown.append(f"Statements whose virtual trials use it and were not run here: {others}")
    return shown


def _from(number: Answer) -> str:
    """Say where a number comes from: fitted by what to which trials; its source; or the assumption."""
    parts = [f"fitted by {each['calibration']} ({each['moves']}) to {', '.join(each['trials'])}"
             for each in number["calibrations"]]
    if number["source"]:
        seen = {True: "", False: ", not read in the source itself", None: ""}[number["seen"]]
        parts.append(number["source"] + (f", {number['link']}" if number["link"] else "") + seen)
    if number["assumption"] and number["assumption"] != "fitted":
        parts.append(f"assumption: {number['assumption']}")
    if number["origin"] != "fitted" and number["note"].startswith("as fitted in"):
        parts.append(number["note"])
    return "; ".join(parts) or number["origin"]


def _use(answer: Answer) -> str:
    fits = ", ".join(answer["calibrations"])
    if answer["use"] == "validation":
        return "used for validation: nothing is fitted to it"
    return f"numbers are fitted to it by: {fits}" if fits else "nothing is fitted to it"


def _table(*headings: str) -> Table:
    return Table(*headings, box=None, header_style="bold", pad_edge=False)


def _value(number: Answer) -> str:
    return DASH if number["value"] is None else f"{number['value']:.4g} {number['unit']}".removesuffix(" 1")


def _plain(value: float | None) -> str:
    return DASH if value is None else f"{value:.4g}"


def _signed(value: float | None) -> str:
    if value is None:
        return DASH
    return f"{value:+.3f}" if abs(value) >= 1e-3 or value == 0 else f"{value:+.1e}"


def _chance(effect: Answer) -> str:
    return "" if effect["chance"] is None else f" ± {effect['chance']:.2g}"
