"""Patients are independent of each other, of threads, of output grids, and of how a run is split."""

from __future__ import annotations

import numpy as np
import pytest

from her2lab import engine
from her2lab.errors import InputError

N, END = 43, 63.0
DECAY = "model a; x = 1; k = 1; x' = -k*x; end"
STIFF = "model a; x = 1; y = 0; w = 1; x' = w*y; y' = -w*x; end"  # an oscillator: more turns, more steps


def cohort(drug: engine.Model, n: int = N) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(7)
    names = ("clearance", "exchange", "growth", "kill", "turnover", "transit", "blood")
    return {name: drug.defaults[name] * np.exp(0.3 * draw.standard_normal(n)) for name in names}


def doses(n: int = N) -> engine.Inputs:
    rows = [(i, 21.0 * k + 0.01 * (i % 5), "infusion", 900.0, 0.0625) for i in range(n) for k in range(3)]
    rows += [(i, 5.0, "depot", 30.0 * i, 0.0) for i in range(n)]
    return engine.Inputs.build(n, rows)


@pytest.fixture(scope="module")
def finished(drug: engine.Model) -> engine.Batch:
    batch = drug.start(N, cohort(drug))
    batch.advance(END, inputs=doses())
    return batch


@pytest.mark.parametrize("points", [2, 101, 1001])
def test_fault_05_output_grid_never_changes_the_solution(
    drug: engine.Model, finished: engine.Batch, points: int
) -> None:
    batch = drug.start(N, cohort(drug))
    recorded = batch.advance(END, inputs=doses(), record=np.linspace(0, END, points), outputs=drug.states)
    assert recorded is not None
    assert np.array_equal(batch.state, finished.state)
    assert np.array_equal(recorded[:, -1], finished.state)


def test_fault_06_many_short_runs_agree_with_one_long_run(drug: engine.Model, finished: engine.Batch) -> None:
    batch = drug.start(N, cohort(drug))
    for end in np.arange(1.5, END + 1, 1.5):
        batch.advance(min(end, END), inputs=doses())
    np.testing.assert_allclose(batch.state, finished.state, rtol=3e-3, atol=1e-6)
    assert batch.steps.mean() < 4 * finished.steps.mean()


def test_fault_12_threads_do_not_change_a_bit(drug: engine.Model, finished: engine.Batch) -> None:
    for threads in (2, 5):
        batch = drug.start(N, cohort(drug))
        batch.advance(END, inputs=doses(), threads=threads)
        assert np.array_equal(batch.state, finished.state)
        assert np.array_equal(batch.steps, finished.steps)


@pytest.mark.parametrize("chosen", [[0], [3, 4, 5], [41, 2, 17, 9, 30, 11, 25, 8, 1, 13]])
def test_fault_12_company_does_not_change_a_bit(drug: engine.Model, finished: engine.Batch, chosen: list[int]) -> None:
    active = np.isin(np.arange(N), chosen)
    batch = drug.start(N, cohort(drug))
    batch.advance(END, inputs=doses(), active=active)
    assert np.array_equal(batch.state[active], finished.state[active])
    assert (batch.time[~active] == 0.0).all()


def test_fault_12_order_of_patients_does_not_change_a_bit(drug: engine.Model) -> None:
    order = np.random.default_rng(3).permutation(N)
    first, second = drug.start(N, cohort(drug)), drug.start(N, cohort(drug)).select(order)
    first.advance(20.0)
    second.advance(20.0)
    assert np.array_equal(first.state[order], second.state)


def test_each_patient_may_have_its_own_end(drug: engine.Model) -> None:
    ends = np.linspace(0, 30, N)
    batch = drug.start(N, cohort(drug))
    batch.advance(ends)
    assert np.array_equal(batch.time, ends)
    alone = drug.start(N, cohort(drug))
    alone.advance(float(ends[20]))
    assert np.array_equal(batch.state[20], alone.state[20])


def test_fault_07_failed_patient_is_isolated_and_never_reads_as_a_value() -> None:
    model = engine.compile_model("model a; x = 1; k = 1; x' = k*x^2; y = 1; y' = -y; end")  # infinite at t = 1/k
    batch = model.start(20, {"k": np.where(np.arange(20) == 6, 1.0, 0.01)})
    recorded = batch.advance(5.0, record=[0.5, 3.0], outputs=["x", "y"])
    assert recorded is not None
    well = np.arange(20) != 6
    assert batch.status[6] != engine.Status.OK
    assert (batch.status[well] == engine.Status.OK).all()
    assert np.isfinite(recorded[well]).all()
    assert np.isfinite(recorded[6, 0]).all()
    assert np.isnan(recorded[6, 1]).all()
    assert np.isnan(batch.values(["x"])[6]).all()
    stopped = batch.time[6]
    assert 0.99 < stopped <= 1.001
    batch.advance(6.0)
    assert batch.time[6] == stopped
    assert (batch.time[well] == 6.0).all()


def test_fault_08_not_a_number_in_the_equations_is_a_status() -> None:
    model = engine.compile_model("model a; x = 1; x' = ln(0.5 - time)*x; end")
    result = model.simulate(times=[0.25, 2.0])
    assert result.status[0] == engine.Status.NOT_FINITE
    assert np.isfinite(result["x"][0, 0])
    assert np.isnan(result["x"][0, 1])


def test_fault_10_too_many_steps_is_a_status(drug: engine.Model) -> None:
    batch = drug.start(3, {"depot": 300.0})
    batch.advance(100.0, max_steps=10)
    assert (batch.status == engine.Status.TOO_MANY_STEPS).all()
    assert ((batch.time > 0) & (batch.time < 100)).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_fault_08_value_that_is_not_finite_is_refused_by_patient(drug: engine.Model, value: float) -> None:
    with pytest.raises(InputError, match=r"clearance.*patient 1"):
        drug.start(3, {"clearance": [0.1, value, 0.2]})


def test_unknown_name_is_refused_with_the_nearest(drug: engine.Model) -> None:
    with pytest.raises(InputError, match="'clearance'"):
        drug.start(1, {"clearence": 0.1})


def test_state_key_is_an_initial_value_and_assignments_follow_parameters(drug: engine.Model) -> None:
    batch = drug.start(2, {"tumour": [1.0, 2.0], "cells_0": 7.0})
    assert batch.values(["tumour"]).ravel().tolist() == [1.0, 2.0]
    assert batch.values(["cells", "stage1"]).tolist() == [[7.0, 7.0]] * 2


def test_values_of_some_patients_are_theirs_among_all(finished: engine.Batch) -> None:
    names = ["tumour", "effect", "clearance"]     # a state, an observable and a parameter
    some = np.arange(N) % 3 == 1
    everybody = finished.values(names)
    assert np.array_equal(finished.values(names, some), everybody[some])
    alone = np.concatenate([finished.select([patient]).values(names) for patient in range(N)])
    assert np.array_equal(alone, everybody)


def test_setting_a_parameter_changes_only_those_patients(drug: engine.Model) -> None:
    batch = drug.start(4)
    batch.set("growth", 0.5, where=np.array([True, False, False, True]))
    batch.advance(3.0)
    tumour = batch.values("tumour")[:, 0]
    assert tumour[0] == tumour[3] > tumour[1] == tumour[2]


def test_result_is_a_tidy_table(drug: engine.Model) -> None:
    table = drug.simulate(parameters={"kill": [0.1, 0.2]}, times=[0.0, 1.0], outputs=["tumour", "effect"]).to_polars()
    assert table.columns == ["patient", "time", "name", "value"]
    assert table.height == 2 * 2 * 2


@pytest.mark.parametrize(
    "arguments",
    [
        {"until": -1.0},
        {"until": 5.0, "record": [6.0]},
        {"until": 5.0, "record": [2.0, 1.0]},
        {"until": 5.0, "record": [1.0, np.nan, 2.0]},
        {"until": 5.0, "rtol": 0.0},
        {"until": 5.0, "atol": -1.0},
        {"until": 5.0, "record": [1.0], "outputs": ["tumor"]},
    ],
)
def test_impossible_request_is_refused(drug: engine.Model, arguments: dict[str, object]) -> None:
    with pytest.raises(InputError):
        drug.start(2).advance(**arguments)  # type: ignore[arg-type]


def test_fault_08_negative_rate_grows_until_it_is_a_status_never_a_huge_value() -> None:
    """A negative constant is a legal number to the engine (facts and draws have bounds); infinity is not."""
    result = engine.compile_model(DECAY).simulate(parameters={"k": [1.0, -1.0, -50.0]}, times=[1.0, 1000.0])
    assert result["x"][1, 0] == pytest.approx(np.e, rel=1e-3)
    assert result.status.tolist()[0] == engine.Status.OK
    for patient in (1, 2):
        assert result.status[patient] != engine.Status.OK
        assert np.isnan(result["x"][patient, 1])


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_fault_08_infinite_is_refused_by_name_when_set_in_mid_run(value: float) -> None:
    batch = engine.compile_model(DECAY).start(2)
    with pytest.raises(InputError, match="k"):
        batch.set("k", [1.0, value])
    assert batch.parameter.tolist() == [[1.0], [1.0]]


def test_fault_10_one_outlier_stops_at_the_limit_and_the_others_go_on() -> None:
    model, n, outlier = engine.compile_model(STIFF), 19, 7
    speed = np.linspace(0.5, 2.0, n)
    alone = model.start(n, {"w": speed})
    alone.advance(20.0)
    speed[outlier] = 1e6
    batch = model.start(n, {"w": speed})
    batch.advance(20.0, max_steps=5000)
    others = np.arange(n) != outlier
    assert batch.status[outlier] == engine.Status.TOO_MANY_STEPS
    assert batch.steps[outlier] <= 5001
    assert np.isnan(batch.values("x")[outlier, 0])
    assert (batch.status[others] == engine.Status.OK).all()
    assert np.array_equal(batch.state[others], alone.state[others])


def test_fault_12_repeated_calls_give_the_same_bits(drug: engine.Model) -> None:
    parameters, times = {"clearance": np.linspace(0.1, 0.9, 21), "depot": 200.0}, np.linspace(0, 40, 9)
    first = drug.simulate(parameters=parameters, times=times, threads=1)
    for threads in (1, 2, 5):
        drug.simulate(parameters={"clearance": 0.3}, times=[5.0])  # something else in between
        assert np.array_equal(drug.simulate(parameters=parameters, times=times, threads=threads).values, first.values)


def test_fault_43_a_stream_of_chunks_is_the_same_as_one_batch(drug: engine.Model) -> None:
    clearance, times = np.linspace(0.1, 0.9, 50), [0.0, 10.0, 20.0]
    whole = drug.simulate(parameters={"clearance": clearance}, times=times).values
    parts = [clearance[i : i + 7] for i in range(0, 50, 7)]
    chunks = [drug.simulate(parameters={"clearance": part}, times=times).values for part in parts]
    assert np.array_equal(np.concatenate(chunks), whole)
