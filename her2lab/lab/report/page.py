"""The page: tables and figures put into the template."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from her2lab.facts import library
from her2lab.lab.comparison import rows
from her2lab.lab.parameters import fitted
from her2lab.lab.report import gallery, tables, words
from her2lab.lab.subgroups import groups
from her2lab.lab.use import use_sentence

if TYPE_CHECKING:
    from her2lab.population.provenance import Provenance
    from her2lab.trial import TrialResult

PACKAGE = "her2lab.lab.report"


def render(result: TrialResult, parameters: Sequence[Provenance], command: str) -> str:
    """Return the report of a result as one HTML document that loads nothing.

    Parameters
    ----------
    result
        What :func:`her2lab.trial.run` returned.
    parameters
        Every model parameter used, with its origin.
    command
        The command that gives this result again.
    """
    scripts = [_trusted(get_plotlyjs()), _trusted(_resource("boot.js"))]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            trial=result.trial,
            summary=result.summary,
            use=use_sentence(result.trial),
            design=words.design(result.trial, library.earlier_lines(result.trial)),
            arms=[(arm, words.arm_lines(arm)) for arm in result.trial.arms],
            comparison=rows(result.summary),
            subgroups=groups(result.summary),
            side_effects=tables.side_effects(result.summary),
            doses=tables.doses(result.summary, result.patients),
            supportive=tables.supportive(result.summary),
            failed=tables.failed(result.patients),
            modules=tables.parameters(parameters),
            fitted=fitted(parameters),
            assumed=sum(parameter.source is None for parameter in parameters),
            parameter_count=len(parameters),
            figures=gallery.draw(result),
            command=command,
            style=_trusted(_resource("style.css")),
            scripts=scripts,
            hashes=" ".join(_hash(script) for script in scripts),
        )
    )


def _environment() -> Environment:
    """Return a template environment that escapes every value and refuses an unknown name."""
    loader = PackageLoader(PACKAGE, ".")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _resource(name: str) -> str:
    return resources.files(PACKAGE).joinpath(name).read_text(encoding="utf-8")


def _trusted(text: str) -> Markup:
    """Mark text that comes from this package or from plotly, never from a user's file, as safe."""
    return Markup(text)  # noqa: S704


def _hash(script: str) -> str:
    """Return the fingerprint by which the page's policy admits this script and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
