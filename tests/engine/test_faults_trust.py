"""Faults of the project's list that the engine must not commit, beyond those tested beside what they concern."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from her2lab import engine, storage
from her2lab.errors import InputError

DECAY = "model a; x = 1; k = 1; x' = -k*x; end"
STIFF = "model a; x = 1; y = 0; w = 1; x' = w*y; y' = -w*x; end"  # an oscillator: more turns, more steps


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


def test_fault_11_write_cut_off_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path))

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(storage.os, "replace", full)
    storage.store("key", b"body")
    assert list(tmp_path.iterdir()) == []
    assert storage.load("key") is None


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


MALICIOUS = [
    "model a; x = 1; x' = __import__('os').system('touch {mark}'); end",
    "model a; x = 1; x' = eval(x); end",
    "function system(c) c end model a; x = 1; x' = os.system(x); end",
]


@pytest.mark.parametrize("text", MALICIOUS)
def test_fault_45_code_in_a_model_is_refused_as_text(tmp_path: Path, text: str) -> None:
    mark = tmp_path / "mark"
    with pytest.raises(InputError):
        engine.compile_model(text.format(mark=mark))
    assert not mark.exists()


def test_fault_45_names_of_python_are_ordinary_names() -> None:
    model = engine.compile_model("model a; __import__ = 2; exec = 3; x = 1; x' = -__import__*exec*x; end")
    assert model.parameters == ("__import__", "exec")
    assert model.simulate(times=[0.1], rtol=1e-8)["x"][0, 0] == pytest.approx(np.exp(-0.6), rel=1e-6)


def test_fault_45_external_entity_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("0.123456")
    sbml = f"""<?xml version="1.0"?><!DOCTYPE sbml [<!ENTITY e SYSTEM "file://{secret}">]>
      <sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model>
      <listOfParameters><parameter id="k" constant="true" value="&e;"/></listOfParameters></model></sbml>"""
    with pytest.raises(InputError) as refused:
        engine.compile_model(sbml)
    assert secret.read_text() not in str(refused.value)


def test_fault_47_failing_integrations_write_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    blowing_up = engine.compile_model("model a; x = 1; k = 1; x' = k*x^2; end")
    blowing_up.simulate(parameters={"k": [1.0, 0.01, 30.0]}, times=[5.0])
    engine.compile_model("model a; x = 1; x' = ln(0.5 - time)*x; end").simulate(times=[2.0])
    with pytest.raises(InputError):
        engine.compile_model("model a; x = )(; end")
    with pytest.raises(InputError):
        engine.compile_model("<sbml></sbml>")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
