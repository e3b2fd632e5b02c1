"""A trial of which nothing was published is not set beside anything."""

from __future__ import annotations

import io
import re

from rich.console import Console

from her2lab.presentation.report import render
from her2lab.presentation.result_html import result_html
from her2lab.presentation.trial_terminal import outcome
from tests.presentation import standin


def test_nothing_is_said_to_be_published():
    trial = standin.trial().model_copy(update={"published": None, "use": None})
    result = standin.result(trial)
    for arm in result.summary["arms"]:
        for endpoint in arm["endpoints"].values():
            endpoint["published"] = None
    console = Console(width=160, record=True, file=io.StringIO())
    for part in outcome(trial, result.summary, standin.PARAMETERS):
        console.print(part)
    for text in (console.export_text(), render(result, standin.PARAMETERS, "her2lab trial run"), result_html(result)):
        assert "beside published" not in text
        assert re.search(r"\bas published", text) is None
        assert "published value is" not in text.lower()
        assert "published (95 %)" not in text
