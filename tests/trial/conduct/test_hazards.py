"""Deaths: when a hazard passes a patient's threshold, and of what."""

from __future__ import annotations

import numpy as np
import pytest

from her2lab.biology.patient_interface import DEATH_HAZARD, TOXIC_DEATH_HAZARD
from her2lab.trial.conduct.hazards import CANCER, LUNG, OTHER, Deaths

from .. import toys

N = 2000


def deaths(hazard: float, toxic: float, background: float) -> Deaths:
    """Follow patients for 1000 days at constant hazards (1/day), `background` being a part of `hazard`."""
    found = Deaths(1, toys.cohort(N), {DEATH_HAZARD, TOXIC_DEATH_HAZARD}, np.full(N, background))
    found.start({DEATH_HAZARD: np.zeros(N), TOXIC_DEATH_HAZARD: np.zeros(N)})
    days, none = np.full((N, 1), 500.0), np.zeros(N)
    found.record(np.ones(N, dtype=bool), none, none + 1000, days,
                 {DEATH_HAZARD: days * hazard, TOXIC_DEATH_HAZARD: days * toxic},
                 {DEATH_HAZARD: none + 1000 * hazard, TOXIC_DEATH_HAZARD: none + 1000 * toxic})
    return found


@pytest.mark.parametrize(("rates", "shares"), [
    ((1e-3, 0.0, 1e-3), {OTHER: 1.0, CANCER: 0.0, LUNG: 0.0}),
    ((1e-3, 0.0, 0.0), {OTHER: 0.0, CANCER: 1.0, LUNG: 0.0}),
    ((8e-4, 4e-4, 2e-4), {OTHER: 1 / 6, CANCER: 1 / 2, LUNG: 1 / 3}),
])
def test_causes_share_deaths_as_their_hazards(rates: tuple[float, float, float], shares: dict[str, float]) -> None:
    found = deaths(*rates)
    dead = np.isfinite(found.day)
    assert (found.cause[~dead] == "").all()
    assert dead.mean() == pytest.approx(1 - np.exp(-1000 * (rates[0] + rates[1])), abs=0.03)
    assert (np.isfinite(found.toxic_day) == (found.cause == LUNG)).all()
    for cause, share in shares.items():
        assert (found.cause[dead] == cause).mean() == pytest.approx(share, abs=0.04)
