"""A trial and a result made up from plain distributions, so that this room is tested without the others.

No figure here is biology: the shapes are only plausible enough to look at.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl

from her2lab.facts.published import Published, PublishedContrast
from her2lab.facts.records import Administration, Arm, Dose, Trial
from her2lab.provenance.used_parameters import UsedParameter
from her2lab.trial import TrialResult

DRUGS = {"placebo": ("trastuzumab", "docetaxel"), "pertuzumab": ("trastuzumab", "docetaxel", "pertuzumab")}
DAYS = np.arange(0, 1400, 7.0)


PARAMETERS = [
    UsedParameter(
        module="trastuzumab",
        symbol="CL",
        meaning="linear clearance",
        value=0.127,
        unit="L/day",
        spread="CV 43 %",
        source="quartino2019",
        assumption=None,
        citation="Quartino AL et al. Cancer Chemother Pharmacol 2019;83:329",
        link="https://doi.org/10.1007/s00280-018-3728-z",
        seen=True,
        calibrated=False,
    ),
    UsedParameter(
        module="clone",
        symbol="kill",
        meaning="",
        value=0.02,
        unit="1/day",
        spread="",
        source=None,
        assumption="of the order of the growth rate",
        citation=None,
        link=None,
        seen=None,
        calibrated=True,
    ),
]


def trial(title: str = "pertuzumab, trastuzumab and docetaxel", patients: int = 60) -> Trial:
    """Return a trial of two arms."""
    return Trial(
        id="cleopatra",
        title=title,
        registry="NCT00567190",
        population="breast_metastatic_1l",
        baseline={"hr_positive": 0.48},
        arms=[_arm(name, patients) for name in DRUGS],
        assessments={"tumour": 63.0, "lvef": 84.0, "blood": 21.0},
        followup=3000.0,
        endpoints=["orr", "pfs", "os"],
        published=Published(
            source="Swain 2015 N Engl J Med",
            arms={"placebo": {"pfs_median": 12.4}, "pertuzumab": {"pfs_median": 18.5}},
            contrasts=[PublishedContrast(endpoint="pfs", arm="pertuzumab", reference="placebo", hr=0.68)],
        ),
        use="calibration",
    )


def result(of: Trial, seed: int = 1) -> TrialResult:
    """Return a result that nothing was simulated for."""
    random = np.random.default_rng(seed)
    series = {arm.id: _series(arm, random) for arm in of.arms}
    patients = pl.concat([_patients(arm, random) for arm in of.arms], how="diagonal")
    return TrialResult(
        trial=of,
        summary=summary(of, seed),
        patients=patients,
        visits=patients.select("patient", "arm"),
        series=series,
        cohort=None,
    )


def summary(of: Trial, seed: int = 1) -> dict[str, Any]:
    """Return a result.json."""
    return {
        "trial": of.id,
        "seed": seed,
        "patients": sum(arm.n for arm in of.arms),
        "model_hash": "0" * 64,
        "versions": {"her2lab": "0.1.0", "python": "3.11"},
        "arms": [
            {
                "id": arm.id,
                "n": arm.n,
                "endpoints": _endpoints(),
                "adverse_events": _events(),
                "management": {drug: _managed() for drug in DRUGS[arm.id]},
                "supportive": {"loperamide": 31.2},
                "failed": 1,
                "rules_not_applied": ["platelets"],
            }
            for arm in of.arms
        ],
        "interval": "90 %; not the uncertainty of the model's parameters",
        "definitions": {"pfs": "first progression"},
        "contrasts": [
            {
                "endpoint": "pfs",
                "arm": of.arms[-1].id,
                "reference": of.arms[0].id,
                "hazard_ratio": {
                    "value": 0.7,
                    "low": 0.6,
                    "high": 0.8,
                    "published": 0.68,
                    "published_low": 0.58,
                    "published_high": 0.80,
                },
            }
        ],
    }


def _endpoints() -> dict[str, Any]:
    return {
        "orr": {"value": 70.1, "low": 66.0, "high": 74.0, "unit": "%", "published": 69.3},
        "pfs_median": {"value": 12.0, "low": 10.5, "high": 12.2, "unit": "months", "published": 12.4},
        "os_median": {"value": None, "low": 40.0, "high": None, "unit": "months", "published": 56.5},
    }


def _events() -> dict[str, Any]:
    return {"neutropenia": {"any": 52.0, "grade3": 48.9, "published_any": 52.8, "published_grade3": None}}


def _managed() -> dict[str, Any]:
    return {
        "dose_intensity": 91.0,
        "held": 12.1,
        "reduced": 3.4,
        "stopped": 5.6,
        "stopped_because": {"lvef_below_40": 1.5, "anc_below_half": 4.1},
    }


def _arm(name: str, n: int) -> Arm:
    lines = [
        Administration(drug="trastuzumab", dose=Dose(amount=8.0, unit="mg/kg"), at=[0.0]),
        Administration(
            drug="trastuzumab",
            dose=Dose(amount=6.0, unit="mg/kg"),
            start=21.0,
            every=21.0,
            until="progression",
        ),
        Administration(drug="docetaxel", dose=Dose(amount=75.0, unit="mg/m2"), every=21.0, cycles=6),
    ]
    if name == "pertuzumab":
        lines.append(
            Administration(drug=name, dose=Dose(amount=420.0, unit="mg"), start=21.0, every=21.0, until="progression")
        )
    return Arm(id=name, n=n, regimen=lines)


def _series(arm: Arm, random: np.random.Generator) -> SimpleNamespace:
    n = arm.n
    kill, regrow = random.lognormal(-3.5, 0.5, (n, 1)), random.lognormal(-6.2, 0.7, (n, 1))
    share = random.beta(5, 2, (n, 1))
    diameters = 80 * ((1 - share) * np.exp(regrow * DAYS) + share * np.exp(-kill * DAYS))
    gone = random.exponential(500, (n, 1)) + 60 < DAYS
    phase = DAYS % 21
    drugs = {
        drug: np.where(gone, np.nan, random.lognormal(4, 0.3, (n, 1)) * np.exp(-phase / 18)) for drug in DRUGS[arm.id]
    }
    return SimpleNamespace(
        days=DAYS,
        sum_of_diameters=np.where(gone, np.nan, diameters),
        lvef=np.where(gone, np.nan, 64 + random.normal(0, 5, (n, 1)) - 4 * np.exp(-(((DAYS - 200) / 150) ** 2))),
        neutrophils=np.where(
            gone, np.nan, random.lognormal(1.5, 0.3, (n, 1)) * (1 - 0.8 * (phase == 7) * (DAYS < 126))
        ),
        concentrations=drugs,
    )


def _patients(arm: Arm, random: np.random.Generator) -> pl.DataFrame:
    n, change = arm.n, np.clip(random.normal(-45, 40, arm.n), -100, 200)
    best = np.select([change <= -99, change <= -30, change < 20], ["CR", "PR", "SD"], "PD")
    scale = 600.0 if arm.id == "placebo" else 900.0
    frame = {
        "patient": [f"P{i:05d}" for i in range(n)],
        "arm": [arm.id] * n,
        "status": ["ok"] * max(1, n - 1) + ["step_limit"] * (n > 1),
        "pfs_days": random.exponential(scale, n),
        "pfs_cnsr": random.integers(0, 2, n),
        "os_days": random.exponential(3 * scale, n),
        "os_cnsr": random.integers(0, 2, n),
        "best_change_percent": change,
        "best_response": best,
    }
    for drug in DRUGS[arm.id]:
        frame |= {
            f"dose_intensity_{drug}": random.uniform(0.7, 1, n),
            f"reductions_{drug}": random.integers(0, 2, n),
            f"holds_{drug}": random.integers(0, 3, n),
        }
    return pl.DataFrame(frame)
