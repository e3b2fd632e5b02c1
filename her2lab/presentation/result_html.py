"""A result as a short piece of HTML, as a notebook shows it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from her2lab.presentation.calibration_use import use_sentence
from her2lab.presentation.comparison import rows
from her2lab.presentation.extrapolation import LEAD, extrapolation
from her2lab.presentation.words import RESEARCH_USE

if TYPE_CHECKING:
    from her2lab.trial import TrialResult

HEADS = ("endpoint", "arm", "unit", "simulated (90 % prediction)")
PUBLISHED = ("published (95 %)", "published value is")


def result_html(result: TrialResult) -> str:
    """Return title, arms, simulated beside published, and what the comparison is worth; all text is escaped."""
    sizes = ", ".join(f"{arm['id']} {arm['n']}" for arm in result.summary["arms"])
    published = result.trial.published is not None
    heads = "".join(f"<th>{escape(head)}</th>" for head in (*HEADS, *(PUBLISHED if published else ())))
    lines = [(row.what, row.whose, row.unit, row.simulated_text,
              *((row.published_text, row.verdict) if published else ())) for row in rows(result.summary)]
    doubts = "".join(f"<p>Look again: {escape(each)}</p>" for each in result.summary.get("warnings", ()))
    doubts += "".join(f"<p>{escape(f'{LEAD}: {each}')}</p>" for each in extrapolation(result.summary))
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in lines)
    said = f"virtual patients: {sizes}; seed {result.summary['seed']}"
    return (f"<h4>{escape(result.trial.id)}: {escape(result.trial.title)}</h4><p>{escape(said)}</p>"
            f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
            f"{doubts}<p>{escape(use_sentence(result.trial))}</p><p><em>{escape(RESEARCH_USE)}</em></p>")
