"""The pages of the reference are those which the program would write, and every column of a result is described."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from her2lab.facts import library
from her2lab.facts.records import Arm
from her2lab.facts.vocabulary import ADVERSE_EVENTS
from her2lab.lab.reference import pages
from her2lab.presentation.reference import docstring
from her2lab.trial import TrialResult, run_arms
from her2lab.trial.results.columns import TABLES, column
from tests.docs.pages import FENCE, ROOT, text_of
from tests.trial import toys

FOLDER = ROOT / "docs" / "reference" / "generated"


@pytest.mark.parametrize("page", ["api.md", "commands.md", "data_dictionary.md"])
def test_a_page_is_what_the_program_writes(page: str) -> None:
    assert text_of(FOLDER / page) == pages()[page], "renew it: python -m her2lab.lab.reference docs/reference/generated"


def test_every_public_name_has_a_docstring_on_the_page() -> None:
    import her2lab

    page = text_of(FOLDER / "api.md")
    public = [name for name in getattr(her2lab, "__all__", ()) if not name.startswith("__")]
    assert [name for name in public if f"### {name}\n\n" not in page] == []
    assert re.findall(r"^### .*\n\n(?:```python\n[^`]*```\n\n)?(?=#)", page, re.MULTILINE) == []


def test_a_numpy_docstring_becomes_lists_and_code() -> None:
    text = "Add.\n\nParameters\n----------\na, b\n    Two\n    numbers.\n\nRaises\n------\nInputError\n    If not."
    listed = "Add.\n\n**Parameters**\n\n- `a, b`: Two numbers.\n\n**Raises**\n\n- `InputError`: If not."
    assert docstring(text) == listed
    assert docstring(f"{text}\n\n>>> add(1, 2)\n3") == f"{listed}\n\n```python\n>>> add(1, 2)\n3\n```"


@pytest.fixture(scope="module")
def result() -> TrialResult:
    tablets = toys.line("lapatinib", 1250, "mg", route="oral", every=1.0, until="progression")
    arms = [Arm(id="placebo", n=20, regimen=toys.CONTROL), Arm(id="tablets", n=20, regimen=[*toys.CONTROL, tablets])]
    trial = toys.trial(followup=400.0, arms=arms)
    cohort = toys.cohort(20, mortality=3e-4, new_lesion_rate=2e-5)
    return run_arms(toys.setting(trial), cohort, {arm.id: 20 for arm in arms})


def undescribed(name: str, table: pl.DataFrame) -> Iterator[str]:
    """Return what a table holds and the dictionary does not say, or says otherwise."""
    for found, dtype in table.schema.items():
        known = column(name, found)
        if known is None:
            yield f"{found}: not described"
        elif known.dtype != str(dtype):
            yield f"{found}: {dtype}, described as {known.dtype}"
        elif not known.null and table[found].null_count():
            yield f"{found}: null, described as never"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described_with_its_type_and_nulls(result: TrialResult, name: str) -> None:
    table: Any = getattr(result, name)
    assert list(undescribed(name, table)) == []


@pytest.mark.slow
def test_every_column_of_a_trial_is_described(her2lab: Any, tmp_path: Path) -> None:
    assert her2lab("trial", "run", "her2climb", "--patients", 20, "--out", tmp_path).status == 0
    for name in TABLES:
        assert list(undescribed(name, pl.read_parquet(tmp_path / f"{name}.parquet"))) == []


def test_every_property_of_a_population_and_every_event_is_described() -> None:
    properties = {name for population in library.populations() for name in population.covariates}
    named = properties | {f"grade_{event}" for event in ADVERSE_EVENTS}
    assert sorted(name for name in named if column("patients", name) is None) == []


def test_the_trial_of_the_tutorial_is_in_order(her2lab: Any, tmp_path: Path) -> None:
    block = next(block for block in FENCE.findall(text_of(ROOT / "docs" / "tutorials" / "own_trial.md"))
                 if block.startswith("id: "))
    (tmp_path / "my_trial.yaml").write_text(block, encoding="utf-8")
    shown = her2lab("trial", "show", tmp_path / "my_trial.yaml")
    assert (shown.status, shown.err) == (0, "")
    assert "docetaxel 75 mg" in shown.out
