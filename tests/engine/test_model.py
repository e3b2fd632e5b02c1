"""Reading models, and refusing what is not supported."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from her2lab import engine
from her2lab.errors import InputError

DECAY = "model a; x = 1; k = 0.5; x' = -k*x; end"


def test_text_and_files_of_both_languages_give_the_same_model(tmp_path: Path) -> None:
    first = engine.compile_model(DECAY)
    (tmp_path / "m.ant").write_text(DECAY, encoding="utf-8")
    (tmp_path / "m.xml").write_text(first.sbml, encoding="utf-8")
    others = [
        engine.compile_model(tmp_path / "m.ant"),
        engine.compile_model(str(tmp_path / "m.xml")),
        engine.compile_model(first.sbml),
    ]
    assert {m.hash for m in others} == {first.hash}
    assert first.states == ("x",)
    assert first.defaults == {"k": 0.5, "x": 1.0}


def test_hash_is_that_of_the_mathematics() -> None:
    assert engine.compile_model(DECAY.replace("model a", "model b")).hash == engine.compile_model(DECAY).hash
    assert engine.compile_model(DECAY.replace("-k*x", "-k*x*x")).hash != engine.compile_model(DECAY).hash


def test_model_travels_to_another_process(drug: engine.Model) -> None:
    other = pickle.loads(pickle.dumps(drug))  # noqa: S301 - our own bytes
    assert other.hash == drug.hash
    assert np.array_equal(other.simulate(times=[3.0]).values, drug.simulate(times=[3.0]).values)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("model a; x = 1; x' = -delay(x, 1 + x); end", "delay"),
    ],
)
def test_unsupported_model_is_refused_by_name(text: str, name: str) -> None:
    with pytest.raises(engine.UnsupportedModel, match=name):
        engine.compile_model(text)


@pytest.mark.parametrize("text", ["model a; x = = 2; end", "<sbml>", "<a/>"])
def test_unreadable_model_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError):
        engine.compile_model(text)


def test_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        engine.compile_model(tmp_path / "none.ant")


def test_symbol_without_value_is_refused_by_name() -> None:
    model = engine.compile_model("model a; x = 1; var q; x' = -q*x; end")
    with pytest.raises(InputError, match="field q"):
        model.start(1)
    assert model.simulate(parameters={"q": 1.0}, times=[1.0])["x"][0, 0] == pytest.approx(np.exp(-1), rel=1e-3)


def test_factorial_of_a_moving_number() -> None:
    model = engine.compile_model(
        "model a; x = 3.5; x' = -factorial(ceil(x))/24; y := factorial(x); n := factorial(5); end"
    )
    result = model.simulate(times=[0.0, 0.4, 0.5], rtol=1e-8)
    np.testing.assert_allclose(result["x"][0], [3.5, 3.1, 3.0], rtol=1e-7)
    assert np.isnan(result["y"][0][1])  # there is none of 3.1
    np.testing.assert_array_equal(result["n"][0], 120.0)


def test_an_infinite_constant_is_kept_where_nothing_moves_with_it() -> None:
    names = ("limit", "none", "x")
    idle = engine.compile_model("model a; limit = -infinity; none = notanumber; x = 1; x' = -x; end")
    values = idle.simulate(times=[1.0], outputs=names).values[0, 0]
    assert values[0] == -np.inf
    assert np.isnan(values[1])
    with pytest.raises(InputError, match="no finite initial value"):
        engine.compile_model("model a; limit = infinity; x = 1; x' = -x*limit; end").simulate(times=[1.0])
    with pytest.raises(InputError, match="field k"):  # a value that was forgotten
        engine.compile_model("model a; const k; x = 1; x' = -k*x; end").simulate(times=[1.0])


def test_a_model_of_rules_alone_runs() -> None:
    result = engine.compile_model("model a; y := 2*time; end").simulate(times=[0.0, 3.0])
    np.testing.assert_array_equal(result["y"][0], [0.0, 6.0])


def test_output_times_are_equal_steps_up_to_the_last() -> None:
    model = engine.compile_model(DECAY)
    result = model.simulate(2.0, points=5)
    assert result.times.tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert np.array_equal(result["x"], model.simulate(times=result.times)["x"])


@pytest.mark.parametrize(
    ("asked", "field"),
    [({}, "until"), ({"until": 1.0, "times": [1.0]}, "until"), ({"until": -1.0}, "until"), ({"until": np.inf}, "until"),
     ({"until": 1.0, "points": 1}, "points"), ({"times": []}, "times")],
)
def test_times_that_cannot_be_used_are_refused_by_name(asked: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as refused:
        engine.compile_model(DECAY).simulate(**asked)  # type: ignore[arg-type]
    assert refused.value.field == field
