"""Answers that took long, kept on disk under the hash of all that went into them: model, facts, program, question."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from her2lab import resources, storage
from her2lab.provenance.facts import facts_hash
from her2lab.provenance.program import program_hash

Answer = dict[str, Any]
PROGRAM = ("her2lab.explanation.backward", "her2lab.explanation.forward", "her2lab.explanation.attribution")
FACTS = ("calibrations", "cell_lines", "claims", "credibility", "tools", "toxicity", "trace", "trials")


def once(question: Mapping[str, Any], find: Callable[[], Answer]) -> Answer:
    """Return the answer to a question from the disk, or find it and keep it."""
    name = f"trace-{_key(question)}.json"
    body = storage.load(name)
    if body is None:
        body = json.dumps(find(), allow_nan=False).encode()
        storage.store(name, body)
    return dict(json.loads(body))


def _key(question: Mapping[str, Any]) -> str:
    told = hashlib.sha256(json.dumps(question, sort_keys=True).encode())
    told.update(f"{facts_hash()}{program_hash(*PROGRAM)}".encode())
    files = [path for root in resources.search_path("facts") for kind in FACTS
              for path in sorted((root / kind).glob("*.yaml"))]
    files += [path for root in resources.search_path("biology") for path in sorted(root.glob("*.ant"))]
    for path in files:
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()
