"""Doses are delivered as prescribed. Faults are those of the project's list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her2lab import engine
from her2lab.errors import InputError

V, CL = 2.5, 0.7
Window = tuple[float, float, float]


def amount_in(washout: engine.Model, values: np.ndarray) -> np.ndarray:
    """Amount in the body plus amount cleared: what was delivered so far."""
    c, auc = (values[..., washout.states.index(name)] for name in ("C", "AUC"))
    return V * c + CL * auc


def test_fault_01_dose_at_time_0_is_delivered(washout: engine.Model) -> None:
    doses = engine.Inputs.build(1, [(0, 0.0, "C", 10.0 / V, 0.0)])
    result = washout.simulate(times=[100.0], inputs=doses, rtol=1e-8)
    assert result["AUC"][0, 0] == pytest.approx(10.0 / CL, rel=1e-6)


@pytest.mark.parametrize("points", [2, 101])
def test_fault_02_infusion_delivers_what_is_prescribed_on_any_grid(washout: engine.Model, points: int) -> None:
    doses = engine.Inputs.build(1, [(0, 30.0 + i * 21, "rate", 10.0, 0.05) for i in range(3)])
    values = washout.simulate(times=np.linspace(0, 100, points), inputs=doses, outputs=washout.states).values
    assert amount_in(washout, values)[0, -1] == pytest.approx(30.0, rel=1e-6)


def test_fault_03_window_is_half_open(washout: engine.Model) -> None:
    doses = engine.Inputs.build(1, [(0, 1.0, "rate", 4.0, 2.0)])
    batch = washout.start(1)
    before = batch.advance(1.0, inputs=doses, record=[1.0], outputs=["rate"])
    during = batch.advance(3.0, inputs=doses, record=[1.5, 3.0], outputs=["rate"])
    after = batch.advance(4.0, inputs=doses, record=[3.5], outputs=["rate"])
    assert [np.ravel(x).tolist() for x in (before, during, after)] == [[0.0], [2.0, 2.0], [0.0]]


def test_fault_03_overlapping_infusions_add(washout: engine.Model) -> None:
    doses = engine.Inputs.build(1, [(0, 0.0, "rate", 4.0, 4.0), (0, 1.0, "rate", 0.6, 2.0)])
    rates = washout.simulate(times=[0.5, 1.5, 2.5, 3.5, 4.5], inputs=doses, outputs=["rate"])
    assert rates["rate"][0].tolist() == [1.0, 1.3, 1.3, pytest.approx(1.0, rel=1e-15), 0.0]


@settings(max_examples=40)
@given(
    windows=st.lists(st.tuples(st.floats(0, 20), st.floats(0.01, 50), st.floats(1e-3, 9)), min_size=1, max_size=8),
    boluses=st.lists(st.tuples(st.floats(0, 29), st.floats(0, 50)), max_size=5),
    cut=st.floats(0.1, 29),
)
def test_fault_03_any_schedule_is_delivered_in_one_or_two_calls(
    washout: engine.Model, windows: list[Window], boluses: list[tuple[float, float]], cut: float
) -> None:
    rows = [(0, begin, "rate", amount, duration) for begin, amount, duration in windows]
    rows += [(0, time, "C", amount / V, 0.0) for time, amount in boluses]
    doses = engine.Inputs.build(1, rows)
    prescribed = sum(row[3] for row in rows[: len(windows)]) + sum(amount for _, amount in boluses)
    for ends in ((30.0,), (cut, 30.0)):
        batch = washout.start(1)
        for end in ends:
            batch.advance(end, inputs=doses)
        assert batch.status[0] == engine.Status.OK
        assert amount_in(washout, batch.state)[0] == pytest.approx(prescribed, rel=1e-6)


def test_fault_04_observation_at_a_dose_is_taken_before_the_dose(washout: engine.Model) -> None:
    doses = engine.Inputs.build(1, [(0, 0.0, "C", 8.0, 0.0), (0, 5.0, "C", 8.0, 0.0)])
    values = washout.simulate(times=[0.0, 5.0, 5.0 + 1e-9], inputs=doses, rtol=1e-8)["C"][0]
    trough = 8.0 * np.exp(-5 * CL / V)
    assert values == pytest.approx([0.0, trough, trough + 8.0], rel=1e-5)


def test_dose_at_the_end_of_a_call_belongs_to_the_next(washout: engine.Model) -> None:
    doses = engine.Inputs.build(1, [(0, 5.0, "C", 8.0, 0.0)])
    batch = washout.start(1)
    batch.advance(5.0, inputs=doses)
    assert batch.values("C")[0, 0] == 0.0
    batch.advance(5.5, inputs=doses)
    assert batch.values("C")[0, 0] == pytest.approx(8.0 * np.exp(-0.5 * CL / V), rel=1e-4)


def test_each_patient_has_its_own_doses(washout: engine.Model) -> None:
    doses = engine.Inputs.from_arrays(3, [2, 0], [1.0, 0.5], "rate", [6.0, 2.0], [0.1, 0.2])
    values = washout.simulate(times=[10.0], inputs=doses, outputs=washout.states).values
    np.testing.assert_allclose(amount_in(washout, values)[:, -1], [2.0, 0.0, 6.0], rtol=1e-6)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((5, 0.0, "C", 1.0, 0.0), "patient"),
        ((0, float("nan"), "C", 1.0, 0.0), "time"),
        ((0, 0.0, "C", -1.0, 0.0), "amount"),
        ((0, 0.0, "rate", 1.0, -2.0), "duration"),
        ((0, 1e9, "rate", 1.0, 1e-12), "duration"),
    ],
)
def test_an_impossible_dose_is_refused(row: engine.inputs.Row, message: str) -> None:
    with pytest.raises(InputError, match=message):
        engine.Inputs.build(1, [row])


@pytest.mark.parametrize("row", [(0, 0.0, "CC", 1.0, 0.0), (0, 0.0, "CL", 1.0, 0.0), (0, 0.0, "C", 1.0, 1.0)])
def test_a_dose_into_the_wrong_kind_of_symbol_is_refused(washout: engine.Model, row: engine.inputs.Row) -> None:
    with pytest.raises(InputError, match=r"infusion|without duration"):
        washout.simulate(times=[1.0], inputs=engine.Inputs.build(1, [row]))
