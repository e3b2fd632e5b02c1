"""What every page is made of: the template, the style, the scripts and the policy that admits them and no others."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

PACKAGE = "her2lab.presentation.html"


@dataclass(frozen=True)
class Figure:
    """One figure of a page: its place in the document, its data, its caption."""

    key: str
    section: str
    json: Markup
    caption: str


def placed(key: str, section: str, figure: go.Figure, caption: str) -> Figure:
    """Return a figure whose data cannot end the script element that carries them."""
    text = json.dumps(json.loads(figure.to_json()), separators=(",", ":"), allow_nan=False)
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Figure(key, section, Markup(safe), caption)  # noqa: S704  # every < > & is escaped in the line above


def fill(template: str, package: str, **values: Any) -> str:
    """Return a template of a package, filled with values, as one HTML document that loads nothing."""
    scripts = [_trusted(get_plotlyjs()), _trusted(_resource("boot.js"))]
    style, hashes = _trusted(_resource("style.css")), " ".join(_hash(each) for each in scripts)
    return _environment(package).get_template(template).render(**values, style=style, scripts=scripts, hashes=hashes)


def _environment(package: str) -> Environment:
    """Return a template environment that escapes every value and refuses an unknown name."""
    loader = PackageLoader(package, ".")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _resource(name: str) -> str:
    return resources.files(PACKAGE).joinpath(name).read_text(encoding="utf-8")


def _trusted(text: str) -> Markup:
    """Mark text that comes from this package or from plotly, never from a user's file, as safe."""
    return Markup(text)  # noqa: S704


def _hash(script: str) -> str:
    """Return the fingerprint by which the page's policy admits this script and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
