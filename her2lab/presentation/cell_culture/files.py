"""Writing the files of a cell experiment."""

from __future__ import annotations

import json
from pathlib import Path

from her2lab import storage
from her2lab.presentation.cell_culture.outcome import CultureOutcome
from her2lab.presentation.cell_culture.picture import encoded

FILES = ("table.csv", "plot.png", "plot.svg", "result.json")


def write(folder: Path, outcome: CultureOutcome) -> None:
    """Write the table, the plots and result.json; other files in the folder are left alone.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    text = json.dumps(outcome.data, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
    contents = (outcome.csv.encode(), encoded(outcome.figure, "png"), encoded(outcome.figure, "svg"), text.encode())
    storage.write_folder(folder, dict(zip(FILES, contents, strict=True)), "--out")
