"""The hash of the facts that a simulation may read, the user's own included."""

from __future__ import annotations

import hashlib

from her2lab import resources

# Kinds of facts that no simulation of a patient reads; a kind that is not named here counts. Of trials the one that is
# run counts, by itself. The spread between trials is put into stored results anew.
NOT_SIMULATED = frozenset({
    "trials", "calibrations", "toxicity", "cell_lines", "tools", "perturbations", "claims", "credibility", "curves",
    "monitoring", "guidelines", "between_trials.yaml", "trace",
})


def facts_hash() -> str:
    """Return the SHA-256 of all files of facts that a simulation may read."""
    found = hashlib.sha256()
    for root in resources.search_path("facts"):
        for path in sorted(root.rglob("*.yaml")):
            name = path.relative_to(root)
            if name.parts[0] not in NOT_SIMULATED:
                found.update(f"{name.as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()
