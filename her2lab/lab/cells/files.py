"""Writing the files of a cell experiment: aside first, then renamed, so that no half-written file is ever seen."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from her2lab.errors import InputError
from her2lab.lab.cells.outcome import Outcome
from her2lab.lab.cells.picture import encoded

FILES = ("table.csv", "plot.png", "plot.svg", "result.json")


def write(folder: Path, outcome: Outcome) -> None:
    """Write the table, the plots and result.json; other files in the folder are left alone.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    text = json.dumps(outcome.data, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
    contents = (outcome.csv.encode(), encoded(outcome.figure, "png"), encoded(outcome.figure, "svg"), text.encode())
    try:
        _put(folder, dict(zip(FILES, contents, strict=True)))
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), field="--out", value=str(folder),
                         expected="a folder that can be written") from None


def _put(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".partial.", dir=folder))
    try:
        for name, content in files.items():
            (aside / name).write_bytes(content)
        (folder / FILES[-1]).unlink(missing_ok=True)  # where it stands, the other files are of the same run
        for name in files:
            (aside / name).replace(folder / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
