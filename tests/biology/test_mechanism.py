"""What the patient model says about HER2 biology: directions that published experiments show."""

from __future__ import annotations

import numpy as np
import pytest

from her2lab import biology, engine
from her2lab.facts import library
from her2lab.population import typical_parameters


@pytest.fixture(scope="module")
def model() -> engine.Model:
    return engine.compile_model(biology.assemble("patient").sbml)


def drug_in(slot: str, drug: str) -> dict[str, float]:
    """Typical values of a drug, as model parameters of a slot."""
    return {f"{slot}_{name}": value for name, value in typical_parameters(library.drug(drug), slot).items()}


TRASTUZUMAB, PERTUZUMAB = drug_in("antibody_a", "trastuzumab"), drug_in("antibody_b", "pertuzumab")
BOTH = {**TRASTUZUMAB, **PERTUZUMAB}
FREE_AND_BOUND = [f"clone_1_her_her2_{part}" for part in ("free", "bound_a", "bound_b", "bound_ab")]


def after(
    model: engine.Model, names: list[str], drugs: dict[str, float], days: float = 14.0, **changes: float
) -> np.ndarray:
    """Values at `days` of one patient who got usual doses of the antibodies in `drugs` on day 0."""
    rows = [(0, 0.0, f"{slot}_infusion", dose, 0.0625)
            for slot, dose in (("antibody_a", 528.0), ("antibody_b", 840.0)) if f"{slot}_clearance" in drugs]
    batch = model.start(1, parameters={**drugs, **changes})
    batch.advance(days, inputs=engine.Inputs.build(1, rows))
    return np.asarray(batch.values(names)[0])


def test_without_treatment_the_cell_rests_at_a_steady_state(model: engine.Model) -> None:
    nodes = ("akt", "signal_erk", "foxo", "her_her3", "proliferation", "apoptosis")
    names = [f"clone_1_{node}" for node in nodes]
    assert after(model, names, {}, days=60.0) == pytest.approx(after(model, names, {}, days=80.0), rel=1e-3)


def test_receptors_are_not_saturated_at_trough_in_an_amplified_tumour(model: engine.Model) -> None:
    level = {"clone_1_her_her2_per_cell": 1.0}
    free, *bound = after(model, FREE_AND_BOUND, TRASTUZUMAB, days=21.0, **level)
    assert 0.2 < free / (free + sum(bound)) < 0.95


def test_a_tumour_with_less_her2_is_covered_better(model: engine.Model) -> None:
    def free(level: float) -> float:
        levels = {"clone_1_her_her2_per_cell": level, "clone_2_her_her2_per_cell": level}
        left, *bound = after(model, FREE_AND_BOUND, TRASTUZUMAB, **levels)
        return float(left / (left + sum(bound)))

    assert free(0.2) < free(1.0) < free(3.0)


def test_neuregulin_protects_from_trastuzumab_and_pertuzumab_takes_the_protection(model: engine.Model) -> None:
    def akt(drugs: dict[str, float], neuregulin: float) -> float:
        return float(after(model, ["clone_1_akt"], drugs, clone_1_her_neuregulin=neuregulin)[0])

    kept_low, kept_high = akt(TRASTUZUMAB, 0.1) / akt({}, 0.1), akt(TRASTUZUMAB, 5.0) / akt({}, 5.0)
    assert kept_low < kept_high
    assert akt(BOTH, 5.0) < akt(TRASTUZUMAB, 5.0) < akt({}, 5.0)


@pytest.mark.parametrize("change", [{"clone_1_signal_pten": 0.2}, {"clone_1_signal_pik3ca_drive": 0.5}])
def test_pten_loss_and_pik3ca_mutation_keep_akt_and_growth_under_both_antibodies(
    model: engine.Model, change: dict[str, float]
) -> None:
    names = ["clone_1_akt", "clone_1_proliferation"]
    assert (after(model, names, BOTH, **change) > after(model, names, BOTH)).all()


def test_blocked_signalling_raises_foxo_and_with_it_her3(model: engine.Model) -> None:
    names = ["clone_1_foxo", "clone_1_her_her3", "clone_1_signal_p27", "clone_1_signal_bim"]
    assert (after(model, names, BOTH, days=4.0) > after(model, names, {}, days=4.0)).all()


def test_both_arms_of_figure_1_fall_and_gsk3_and_p53_rise_under_dual_blockade(model: engine.Model) -> None:
    falling = ["clone_1_akt", *(f"clone_1_signal_{node}" for node in ("mtor", "s6k", "mdm2", "erk", "cyclin_d"))]
    rising = ["clone_1_signal_gsk3", "clone_1_signal_p53", "clone_1_apoptosis"]
    assert (after(model, falling, BOTH, days=4.0) < after(model, falling, {}, days=4.0)).all()
    assert (after(model, rising, BOTH, days=4.0) > after(model, rising, {}, days=4.0)).all()


def test_adcc_needs_bound_antibody_and_effector_cells(model: engine.Model) -> None:
    assert after(model, ["clone_1_engaged"], {})[0] == 0.0
    few, many = (
        after(model, ["clone_1_engaged"], TRASTUZUMAB, immunity_effector_baseline=level)[0] for level in (0.5, 2.0)
    )
    assert 0.0 < few < many


def test_antibodies_on_the_same_epitope_compete(model: engine.Model) -> None:
    twice = {**TRASTUZUMAB, **drug_in("antibody_b", "trastuzumab")}
    both_bound = after(model, ["clone_1_her_her2_bound_ab"], twice)[0]
    assert both_bound == pytest.approx(0.0, abs=1e-9)
    assert after(model, ["clone_1_her_her2_bound_ab"], BOTH)[0] > 1e-4


def test_lvef_falls_under_trastuzumab_more_after_anthracycline_and_recovers(model: engine.Model) -> None:
    def course(before: float, days: float) -> float:
        return float(after(model, ["lvef"], TRASTUZUMAB, days=days, ventricle_prior_anthracycline=before)[0])

    start = float(after(model, ["lvef"], {}, days=1.0)[0])
    assert course(600.0, 60.0) < course(0.0, 60.0) < start
    assert course(600.0, 60.0) < course(600.0, 400.0) < start


def test_lvef_lost_to_anthracycline_does_not_come_back(model: engine.Model) -> None:
    days = np.array([80.0, 500.0])
    cycles = [(0, 21.0 * cycle, "cytotoxic_a_infusion", 130.0, 0.02) for cycle in range(4)]

    def course(**more: float) -> list[float]:
        batch = model.start(1, parameters={**drug_in("cytotoxic_a", "doxorubicin"), **more})
        values = batch.advance(500.0, inputs=engine.Inputs.build(1, cycles), record=days, outputs=["lvef", "troponin"])
        return [float(values[0, 0, 0]), float(values[0, 1, 0]), float(values[0, 0, 1])]

    early, late, troponin = course()
    assert early == pytest.approx(late, abs=0.05)
    assert late < 63.0
    assert troponin > 10.0
    assert course(ventricle_ace_protection=0.9)[1] == pytest.approx(late)      # nobody takes an inhibitor


def test_stools_fall_with_time_under_a_steady_inhibitor(model: engine.Model) -> None:
    batch = model.start(1, parameters=drug_in("small_molecule_a", "neratinib"))
    daily = engine.Inputs.build(1, [(0, 0.0, "small_molecule_a_intake", 240.0 * 60, 60.0)])
    stools = batch.advance(60.0, inputs=daily, record=np.arange(1.0, 61.0), outputs=["diarrhoea"])[0, :, 0]
    assert 3 <= 1 + int(np.argmax(stools)) <= 14
    assert stools[-1] < 0.6 * stools.max()


def test_neutrophils_reach_a_nadir_in_the_second_week_of_docetaxel_and_recover(model: engine.Model) -> None:
    batch = model.start(1, parameters=drug_in("cytotoxic_a", "docetaxel"))
    days = np.arange(0.0, 22.0)
    dose = engine.Inputs.build(1, [(0, 0.0, "cytotoxic_a_infusion", 131.0, 0.0417)])
    counts = batch.advance(21.0, inputs=dose, record=days, outputs=["neutrophils"])[0, :, 0]
    assert 5 <= days[np.argmin(counts)] <= 10
    assert counts[-1] > 0.9 * counts[0]


def test_dividing_cells_are_killed_more_by_a_taxane(model: engine.Model) -> None:
    batch_values = []
    for p27_brake in (1.9, 8.0):          # a stronger brake, fewer cells in cycle
        changes = {**drug_in("cytotoxic_a", "docetaxel"), "clone_1_signal_p27_brake": p27_brake}
        batch = model.start(1, parameters=changes)
        batch.advance(3.0, inputs=engine.Inputs.build(1, [(0, 0.0, "cytotoxic_a_infusion", 131.0, 0.0417)]))
        batch_values.append(batch.values(["clone_1_fate_cytotoxic_kill"])[0, 0])
    assert batch_values[1] < batch_values[0]


def negative_cells_left(model: engine.Model, influx: float | None) -> float:
    """HER2-negative cells after six weeks of trastuzumab deruxtecan in a mixed tumour, relative to no drug."""
    values = drug_in("antibody_a", "trastuzumab_deruxtecan") | {"share_2": 0.0, "share_3": 0.3}
    if influx is not None:
        values["antibody_a_payload_influx_rate"] = influx
    treated, untreated = model.start(1, values | {"antibody_a_central": 350.0}), model.start(1, values)
    for batch in (treated, untreated):
        batch.advance(42.0)
    return float(treated.values("clone_3_cells")[0, 0] / untreated.values("clone_3_cells")[0, 0])


def test_a_payload_that_crosses_membranes_kills_neighbours_without_her2(model: engine.Model) -> None:
    assert negative_cells_left(model, None) < 0.9 * negative_cells_left(model, 0.0)
