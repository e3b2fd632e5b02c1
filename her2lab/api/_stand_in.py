"""What records of facts will do themselves: a changed copy, a trial from a mapping, a trial as the text of its file."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from her2lab.errors import InputError
from her2lab.facts.library.drug_files import drugs
from her2lab.facts.library.trial_files import trial_in
from her2lab.facts.reading import to_record
from her2lab.facts.records import Drug, Trial
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.validation import check_drug, check_name, check_sources

MAPPING = Path("trial")  # stands for the file in errors of a trial that was given as a mapping


def trial_from(given: Mapping[str, object]) -> Trial:
    """Return the trial that a mapping holds, which may say what a trial file may say."""
    try:
        data = json.loads(json.dumps(dict(given), allow_nan=False))
    except (TypeError, ValueError) as problem:
        raise InputError(f"is not plain data ({problem})", field="trial",
                         expected="what a trial file may hold") from None
    return trial_in(Document(MAPPING, data))


def drug_at(path: Path) -> Drug:
    """Read a drug's file."""
    document = read_document(path)
    record = to_record(document, Drug, document.data)
    check_name(document, record.id)
    check_sources(document, record.sources)
    check_drug(document, record)
    return record


def known_drugs() -> Mapping[str, Drug]:
    """Return the drugs of the library by id."""
    return drugs()


def to_yaml(trial: Trial) -> str:
    """Return a trial as the text of its file: read back it is the same trial."""
    data = trial.model_dump(mode="json", exclude_defaults=True)
    for arm in data["arms"]:
        arm["regimen"] = [_line(line) for line in arm["regimen"]]
    if "prior" in data:
        data["prior"] = [each if isinstance(each, str) else [_line(line) for line in each] for each in data["prior"]]
    writer, text = YAML(typ="safe", pure=True), io.StringIO()
    writer.default_flow_style, writer.allow_unicode, writer.width = False, True, 120
    writer.representer.sort_base_mapping_type_on_output = False
    writer.dump(data, text)
    return text.getvalue()


def _line(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line of a regimen with its doses as text."""
    plain = {name: value for name, value in line.items() if value is not None and value != []}
    if "dose" in plain:
        plain["dose"] = _dose(plain["dose"])
    if "ramp" in plain:
        plain["ramp"] = [f"{_dose(dose)} for {days!r} days" for dose, days in plain["ramp"]]
    return plain


def _dose(dose: dict[str, Any]) -> str:
    return f"{dose['amount']!r} {dose['unit']}"
