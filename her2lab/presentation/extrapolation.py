"""Where the arms of a result lie outside what was fitted or seen, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LEAD = "Outside what was fitted or seen, with wider intervals"


def extrapolation(summary: Mapping[str, Any]) -> list[str]:
    """Return one line for each reason, with the arms that it holds for; nothing where all arms are within."""
    reasons: dict[str, list[str]] = {}
    for arm in summary["arms"]:
        for reason in arm.get("extrapolation", ()):
            reasons.setdefault(reason, []).append(arm["id"])
    every = [arm["id"] for arm in summary["arms"]]
    return [f"{'all arms' if arms == every else ', '.join(arms)}: {reason}" for reason, arms in reasons.items()]
