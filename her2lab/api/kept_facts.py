"""A result and the facts that it is made of: what ``result.json`` says of them, and the copies in its folder."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.provenance.used_facts import FOLDERS, UsedFacts
from her2lab.resources import search_path
from her2lab.trial import TrialResult
from her2lab.trial.results import result_folder
from her2lab.trial.results.trial_result import TrialSummary


def with_facts(result: TrialResult, facts: UsedFacts) -> TrialResult:
    """Return a result whose summary says what to look at again, which rules held, and which facts were read.

    With it stands what the trial's file changes of the library, if it does.
    """
    changes = library.changes_of(result.trial)
    summary: TrialSummary = {
        **result.summary, "warnings": library.doubts(result.trial), "rules": library.rules_by_switch(result.trial),
        "facts": {**facts.summary()}}
    if changes:
        summary["changes"] = changes
    return replace(result, summary=summary)


def own_facts(summary: TrialSummary) -> list[str]:
    """Return the names of the files of the user's own that a run has read; each lies in a folder of the result."""
    names = summary["facts"]["own"] if "facts" in summary else []
    return [name for name in names if name.partition("/")[0] in FOLDERS and ".." not in PurePosixPath(name).parts]


def forget(folder: Path, kept: Collection[str]) -> None:
    """Take away the copies that an earlier result in `folder` kept and that are not among those `kept` now.

    They would be read when the new result is made again. What somebody has changed since, and folders from which this
    process itself reads facts, are left alone.
    """
    if any((folder / name).resolve() == place.resolve() for name in FOLDERS for place in search_path(name)):
        return
    with suppress(InputError, OSError, KeyError):
        before = result_folder.summary(folder)
        for name in set(own_facts(before)) - set(kept):
            path = folder / name
            if hashlib.sha256(path.read_bytes()).hexdigest() == before["facts"]["files"][name]:
                path.unlink()
