"""Why a virtual patient fared so, in words, as a table and as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from her2lab.explanation.attribution import Attribution, Contribution, Event, PatientCourse, contributions
from her2lab.trial.results.trial_result import rounded
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

DASH = "–"
CLONES, TREATMENT, NODES, ORGANS = ("clone",), ("drug",), ("node",), ("organ", "exposure")
KINDS = {"clone": "clones", "drug": "drugs", "node": "mechanisms", "organ": "organs", "exposure": "exposure"}
# what is looked at for an event, in the order in which it is named
ASKED: dict[Event, tuple[tuple[str, ...], ...]] = {
    "response": (TREATMENT, NODES), "progression": (CLONES, NODES), "toxicity": (TREATMENT, ORGANS)}
MOST_ALIKE = 3


def data(found: Attribution, events: Sequence[Event]) -> dict[str, Any]:
    """Return everything as plain data, for ``--json``."""
    return dict(rounded({
        "trial": found.trial.id, "arm": found.arm, "patient": found.patient, "seed": found.seed,
        "properties": dict(found.properties), "outcome": _course(found.course),
        "why": {event: sentence(found, event) for event in events},
        "drivers": {event: [_driver(each) for each in _ranked(found, event)] for event in events},
        "switched_off": [{"id": off.id, "kind": off.kind, "title": off.title, "constants": dict(off.constants),
                          "outcome": _course(off.course)} for off in found.offs],
        "not_there": list(found.neutral),
    }))


def screen(found: Attribution, events: Sequence[Event]) -> list[RenderableType]:
    """Return what is printed: a sentence for each event, and what came out with each thing off."""
    table = Table("without", "best change, %", "progression, months", "death, months", _worst_heading(found), box=None,
                  header_style="bold", pad_edge=False)
    table.add_row("(as in the trial)", *_cells(found, found.course), style="bold")
    kind = ""
    for off in found.offs:
        if off.kind != kind:
            kind = off.kind
            table.add_row(f"[italic]{KINDS[kind]}[/italic]")
        table.add_row(escape(f"  {off.title}"), *_cells(found, off.course))
    absent = f"Not there in this patient and arm: {'; '.join(found.neutral)}." if found.neutral else ""
    return [escape(f"patient {found.patient} of {found.trial.id}, arm {found.arm}, seed {found.seed}"), "",
            *(escape(sentence(found, event)) for event in events), "", table, "", escape(absent)]


def sentence(found: Attribution, event: Event) -> str:
    """Return what drove an event in this patient, in one sentence."""
    course = found.course
    if event == "response":
        if course.change is None:
            return "Response: no disease was measured, or no scan done."
        begun = f"Response ({course.response or 'not evaluable'}, {course.change:+.0f} %)"
    elif event == "progression":
        if course.progression is None:
            return f"Progression: none was seen within {_months(course.until)} months; " + _kept_away(found)
        begun = f"Progression (month {_months(course.progression)})"
    else:
        if course.worst is None:
            return "Toxicity: no adverse event."
        begun = f"Worst toxicity ({_words(course.worst)}, grade {course.grades[course.worst]})"
    found_by = [_first(found, event, kinds) for kinds in ASKED[event]]
    drove = " and ".join(each for each in found_by if each)
    said = f"{begun} was driven by {drove}" if drove else f"{begun}: nothing that was switched off takes it away"
    return said + (f"; {_held_back(found)}" if event == "response" else "") + "."


# ------------------------------------------------------------------------------------------------ parts
def _first(found: Attribution, event: Event, kinds: Sequence[str]) -> str:
    """Name what drove an event most among some kinds, with those that did as much, and what came without it."""
    ranked = [each for each in contributions(found, event, kinds) if each.size > 0]
    if not ranked:
        return ""
    alike = [each.off.title for each in ranked if each.size > ranked[0].size - 1e-6][:MOST_ALIKE]
    return f"{' or '.join(alike)} (without: {_instead(found, ranked[0].off.course, event)})"


def _instead(found: Attribution, course: PatientCourse, event: Event) -> str:
    if event == "response":
        return "death before a scan" if course.change is None else f"{course.change:+.0f} %"
    if event == "progression":
        if course.progression is not None:
            return f"month {_months(course.progression)}"
        return f"none until {'the end,' if course.death is None else 'death in'} month {_months(course.until)}"
    worst = found.course.worst
    grade = course.grades.get(worst, 0) if worst else 0
    return f"grade {grade}" if grade else "none"


def _held_back(found: Attribution) -> str:
    """Say what kept a response from being deeper: the clone or mechanism without which it is deepest."""
    ranked = [each for each in contributions(found, "response", (*CLONES, *NODES)) if each.size < 0]
    if not ranked:
        return "nothing held it back"
    return f"held back most by {ranked[-1].off.title} (without: {_instead(found, ranked[-1].off.course, 'response')})"


def _kept_away(found: Attribution) -> str:
    ranked = [each for each in contributions(found, "progression", (*TREATMENT, *NODES)) if each.size < 0]
    if not ranked:
        return "nothing that was switched off brings one."
    without = _instead(found, ranked[-1].off.course, "progression")
    return f"kept away most by {ranked[-1].off.title} (without: {without})."


def _ranked(found: Attribution, event: Event) -> list[Contribution]:
    """Return everything that an event owes something to; a clone cannot make a tumour shrink by being there."""
    kinds = [kind for kind in KINDS if not (event == "response" and kind in CLONES)]
    return contributions(found, event, kinds)


def _driver(each: Contribution) -> dict[str, Any]:
    return {"id": each.off.id, "kind": each.off.kind, "title": each.off.title, "size": each.size}


def _course(course: PatientCourse) -> dict[str, Any]:
    return {
        "best_change_percent": course.change, "best_response": course.response,
        "progression_days": course.progression, "death_days": course.death, "followed_days": course.until,
        "worst_event": course.worst, "worst_grade": max(course.grades.values(), default=0),
        "grades": dict(course.grades),
    }


def _worst_heading(found: Attribution) -> str:
    worst = found.course.worst
    return "worst toxicity" if worst is None else f"{_words(worst)}, grade"


def _cells(found: Attribution, course: PatientCourse) -> tuple[str, ...]:
    worst = found.course.worst
    change = DASH if course.change is None else f"{course.change:.1f}"
    grade = DASH if worst is None else str(course.grades.get(worst, 0))
    progression = DASH if course.progression is None else _months(course.progression)
    return change, progression, DASH if course.death is None else _months(course.death), grade


def _months(days: float) -> str:
    return f"{days / DAYS_PER_MONTH:.1f}"


def _words(event: str) -> str:
    return event.replace("_", " ")
