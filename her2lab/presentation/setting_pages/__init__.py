"""One page for each setting: published and simulated outcomes of its trials, from stored results."""

from __future__ import annotations

from pathlib import Path

from her2lab import storage
from her2lab.presentation.figures import still
from her2lab.presentation.setting_pages import page, stored

INDEX = "README.md"


def write(results: Path, out: Path) -> list[str]:
    """Write a page for each setting that has a stored result, its pictures, and the index; return their names.

    Parameters
    ----------
    results
        Folder with ``TRIAL/result.json`` and ``TRIAL/patients.parquet``.
    out
        Folder of the pages; made if it is not there.

    Raises
    ------
    InputError
        If there is no result, one is broken or of an unknown trial, or `out` cannot be written.
    """
    found = stored.read(results)
    pictures = {f"{each.trial.id}.svg": still.trial_svg(each.figure_data)
                for trials in found.values() for each in trials}
    files = {name: content for name, content in pictures.items() if content is not None}
    for setting, trials in found.items():
        if trials:
            files[f"{setting}.md"] = page.setting(setting, trials, list(files)).encode()
    files[INDEX] = page.index(found).encode()
    storage.write_folder(out, files, "out")
    return list(files)
