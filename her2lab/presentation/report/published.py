"""Published values of survival that a figure marks."""

from __future__ import annotations

from her2lab.facts.published import Published


def medians(published: Published | None, endpoint: str) -> dict[str, float]:
    """Return the published medians of an endpoint by arm, in months."""
    known = {} if published is None else published.arms
    return {arm: values[f"{endpoint}_median"] for arm, values in known.items() if f"{endpoint}_median" in values}
