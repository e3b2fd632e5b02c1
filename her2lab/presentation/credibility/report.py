"""The credibility report of stored runs, written beside them as JSON and as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from her2lab import storage
from her2lab.comparison.run_store import RunStore
from her2lab.credibility.assessment import assess
from her2lab.credibility.interval_update import renew
from her2lab.facts import library
from her2lab.presentation.credibility.document import document
from her2lab.presentation.credibility.page import render

PAGE, DATA = "credibility.html", "credibility.json"


def write_report(store: RunStore, runs: Sequence[str]) -> dict[str, Any]:
    """Write both files of the report on some runs of a store and return what the JSON holds.

    Intervals of the runs are renewed first, with the present spread between trials.

    Raises
    ------
    InputError
        If there is no run.
    """
    for name in runs:
        if store.runs[name].failure is None:
            store.renew(name, partial(renew, library.trial(store.runs[name].given)))
    summary = document(assess(store, runs))
    text = json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    storage.write(store.folder / PAGE, render(summary).encode())
    storage.write(store.folder / DATA, text.encode())
    return summary
