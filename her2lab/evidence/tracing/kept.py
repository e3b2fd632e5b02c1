"""Answers that took long, kept on disk under the hash of all that went into them: model, facts, program, question."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from her2lab import disk, science
from her2lab.evidence.credibility.store import facts_hash, program_hash

Answer = dict[str, Any]
PROGRAM = ("bench.py", "change.py", "mechanisms.py", "moving.py", "readouts.py", "switching.py", "tracing/*.py",
           "../dish/*.py")
FACTS = ("calibrations", "cell_lines", "claims", "credibility", "tools", "toxicity", "trace", "trials")


def once(question: Mapping[str, Any], find: Callable[[], Answer]) -> Answer:
    """Return the answer to a question from the disk, or find it and keep it."""
    name = f"trace-{_key(question)}.json"
    body = disk.load(name)
    if body is None:
        body = json.dumps(find(), allow_nan=False).encode()
        disk.store(name, body)
    return dict(json.loads(body))


def _key(question: Mapping[str, Any]) -> str:
    told = hashlib.sha256(json.dumps(question, sort_keys=True).encode())
    told.update(f"{facts_hash()}{program_hash()}".encode())
    room = Path(__file__).parents[1]
    files = [path for pattern in PROGRAM for path in sorted(room.glob(pattern))]
    files += [path for root in science.search_path("facts") for kind in FACTS
              for path in sorted((root / kind).glob("*.yaml"))]
    files += [path for root in science.search_path("biology") for path in sorted(root.glob("*.ant"))]
    for path in files:
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()
