"""A small trial in toy patients, on the real engine: three drugs, made-up kinetics, no biology."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from her2lab import engine
from her2lab.facts import library
from her2lab.facts.management import Rule
from her2lab.facts.quantity import Quantity, Source
from her2lab.facts.records import Administration, Arm, Dose, Drug, Grading, Trial
from her2lab.facts.rule_numbers import MeasurementErrors
from her2lab.population import Cohort
from her2lab.trial.conduct.context import TrialContext

SLOTS = {"antibody_a": "antibody", "antibody_b": "antibody", "cytotoxic_a": "cytotoxic",
         "small_molecule_a": "small_molecule", "supportive_a": "supportive"}
INPUTS = {"antibody_a": ("infusion", "injection"), "antibody_b": ("infusion", "injection"),
          "cytotoxic_a": ("infusion",), "small_molecule_a": ("intake",), "supportive_a": ("intake",)}
EXACT = MeasurementErrors(*[0.0] * len(fields(MeasurementErrors)))
MADE_UP = "made up for a test"


@cache
def model() -> engine.Model:
    return engine.compile_model(Path(__file__).parent / "toy.ant")


def number(value: float, unit: str) -> Quantity:
    return Quantity(value=value, unit=unit, assumption=MADE_UP)


def drug(name: str, module: Any, minutes: float = 60, **fields: Any) -> Drug:
    return Drug(
        id=name, name=name, drug_class=module, module=module, mechanism=MADE_UP, molar_mass=number(150, "kDa"),
        routes=["iv", "sc", "oral"], infusion_minutes=number(minutes, "min"), dose_units=["mg", "mg/kg", "mg/m2"],
        parameters={}, sources={"test": Source(cite=MADE_UP)}, **fields,
    )


DRUGS = {d.id: d for d in (drug("trastuzumab", "antibody", 90), drug("pertuzumab", "antibody"),
                           drug("docetaxel", "cytotoxic"), drug("carboplatin", "cytotoxic", auc_dosing=True),
                           drug("lapatinib", "small_molecule"), drug("loperamide", "supportive"))}


def line(name: str, amount: float, unit: Any, **fields: Any) -> Administration:
    return Administration(drug=name, dose=Dose(amount=amount, unit=unit), **fields)


CONTROL = [
    line("trastuzumab", 8, "mg/kg", at=[0.0]),
    line("trastuzumab", 6, "mg/kg", start=21.0, every=21.0, until="progression"),
    line("docetaxel", 75, "mg/m2", every=21.0, cycles=6),
]
TREATED = [
    *CONTROL,
    line("pertuzumab", 840, "mg", at=[0.0]),
    line("pertuzumab", 420, "mg", start=21.0, every=21.0, until="progression"),
]


def trial(n: int = 40, **fields: Any) -> Trial:
    given: dict[str, Any] = {
        "id": "toy", "title": "a toy trial", "population": "breast_metastatic_1l",
        "arms": [Arm(id="placebo", n=n, regimen=CONTROL), Arm(id="pertuzumab", n=n, regimen=TREATED)],
        "assessments": {"tumour": 63.0, "lvef": 84.0, "blood": 21.0}, "followup": 1000.0,
        "endpoints": ["orr", "pfs", "os"],
    }
    return Trial(**(given | fields))


def cohort(n: int, seed: int = 1, **parameters: Any) -> Cohort:
    generator = np.random.default_rng(seed)
    weight = generator.uniform(50, 90, n)
    properties = pl.DataFrame({
        "patient": np.arange(n), "age": generator.uniform(30, 80, n), "weight": weight,
        "body_surface_area": 1.7 * np.sqrt(weight / 65), "creatinine_clearance": generator.uniform(40, 160, n),
    })
    spread = {
        "growth_rate": 0.01 * generator.lognormal(0, 0.3, n), "kill": 0.0004 * generator.lognormal(0, 0.5, n),
        "start_cells": 20 * generator.lognormal(0, 0.5, n),
    }
    spread |= {name: np.broadcast_to(np.asarray(value, dtype=float), (n,)) for name, value in parameters.items()}
    return Cohort(seed, np.arange(n), properties, spread)


def setting(of: Trial, rules: Sequence[Rule] = (), errors: MeasurementErrors | None = None,
            gradings: Sequence[Grading] = ()) -> TrialContext:
    return TrialContext(
        trial=of, model=model(), slots=SLOTS, inputs=INPUTS, drugs=DRUGS, rules=list(rules),
        drug_parameters=lambda *_: {}, recist=library.recist(), errors=errors or library.measurement().errors,
        gradings=gradings,
    )
