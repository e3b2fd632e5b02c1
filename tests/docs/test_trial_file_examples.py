"""The examples of the reference of trial files are trials, or parts of one, that can be run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from her2lab import trial
from her2lab.facts.library.trial_files import trial_in
from her2lab.facts.records import Trial
from her2lab.facts.strict_yaml import read_document
from her2lab.facts.yaml_text import yaml_text

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "trial_files.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
AROUND: dict[str, Any] = {
    "id": "example", "title": "a trial around an example", "population": "breast_metastatic_1l", "prior": [],
    "arms": [{"id": "tdxd", "n": 20, "regimen": "trastuzumab_deruxtecan_3_weekly"}],
    "assessments": {"tumour": 42, "lvef": 84, "blood": 21}, "followup": "24 months", "endpoints": ["orr", "pfs"],
}


def examples() -> list[Any]:
    """Each block whose top fields are those of a trial; earlier lines are an example of a population's file."""
    found = [YAML(typ="safe", pure=True).load(block) for block in BLOCKS]
    return [pytest.param(each, id=", ".join(each)[:40]) for each in found if set(each) <= set(AROUND | OTHERS)]


OTHERS = dict.fromkeys(Trial.model_fields)


@pytest.mark.parametrize("example", examples())
def test_an_example_is_in_order(tmp_path: Path, example: dict[str, Any]) -> None:
    data = AROUND | example
    if "published" in data:
        data["arms"] = [*data["arms"], {"id": "pertuzumab", "n": 2, "regimen": "pertuzumab_trastuzumab_docetaxel"}]
    path = tmp_path / f"{data['id']}.yaml"
    path.write_text(yaml_text(data), encoding="utf-8")
    read = trial_in(read_document(path))
    trial.check(read)
    trial.check_conduct(read)


def test_every_new_field_has_an_example() -> None:
    shown = {name for each in examples() for name in each.values[0]}
    assert {"own_rules", "changed_rules", "dose_levels", "reference", "virtual_patients"} <= shown
    text = str([each.values[0].get("arms") for each in examples()])
    assert "'changes'" in text
    assert "below 60 kg" in text
