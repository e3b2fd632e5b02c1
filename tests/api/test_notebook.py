"""The notebook of the first tutorial runs from top to bottom, by ``import her2lab`` alone."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import polars as pl

NOTEBOOK = Path(__file__).parents[2] / "docs" / "tutorials" / "first_trial.ipynb"
FEW = 6  # patients of each arm in the tests


def code_cells():
    return [cell for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def test_the_notebook_runs():
    names = {"__name__": "__main__"}
    for cell in code_cells():
        exec(compile("".join(cell["source"]), str(NOTEBOOK), "exec"), names)  # noqa: S102  # our own notebook
        if "parameters" in cell["metadata"].get("tags", ()):
            names["patients"] = FEW
    assert names["result"].subjects.height == 2 * FEW
    arms = names["changed"].endpoints.filter(endpoint="pfs_median")
    assert arms["arm"].to_list() == ["placebo", "pertuzumab", "without_docetaxel"]
    assert arms.filter(arm="without_docetaxel")["published"].item() is None
    untouched = names["changed"].subjects.filter(pl.col("arm") == "placebo")
    assert untouched.equals(names["result"].subjects.filter(pl.col("arm") == "placebo"))


def test_the_notebook_imports_her2lab_alone_and_holds_no_outputs():
    source = "\n".join("".join(cell["source"]) for cell in code_cells())
    imported = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imported] == ["import her2lab"]
    assert not any(cell["outputs"] for cell in code_cells())
