"""Model files as they come: encodings, packing, faults of SBML, and what a model must hold to run."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from her2lab import engine
from her2lab.errors import InputError

CORE = "http://www.sbml.org/sbml/level3/version1/core"
LAYOUT = """ xmlns:layout="http://www.sbml.org/sbml/level3/version1/layout/version1" layout:required="false" """


def sbml(body: str, encoding: str = "UTF-8", packages: str = "") -> str:
    """A model with a parameter x that decays, and whatever the body adds."""
    return f"""<?xml version="1.0" encoding="{encoding}"?>
<sbml xmlns="{CORE}"{packages} level="3" version="1"><model id="m" name="Zerfall nach Röntgen">{body}</model></sbml>"""


def parameters(*more: str) -> str:
    decay = '<parameter id="x" value="1" constant="false"/>'
    return f"<listOfParameters>{decay}{''.join(more)}</listOfParameters>"


def rate_of(name: str, formula: str = "<apply><minus/><ci>x</ci></apply>") -> str:
    math = f'<math xmlns="http://www.w3.org/1998/Math/MathML">{formula}</math>'
    return f'<rateRule variable="{name}">{math}</rateRule>'


DECAY = parameters() + f"<listOfRules>{rate_of('x')}</listOfRules>"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("UTF-8", "utf-8"), ("UTF-8", "utf-8-sig"), ("ISO-8859-1", "latin-1"), ("UTF-16", "utf-16"),
     ("UTF-16", "utf-16-be"), ("windows-1252", "cp1252")],
)
@pytest.mark.parametrize("packed", [False, True])
def test_file_is_read_in_the_encoding_that_it_declares(
    tmp_path: Path, declared: str, encoding: str, packed: bool
) -> None:
    content = sbml(DECAY, declared).encode(encoding)
    file = tmp_path / ("model.xml.gz" if packed else "model.xml")
    file.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    assert engine.compile_model(file).hash == engine.compile_model(sbml(DECAY)).hash


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b" \n", "empty"), (gzip.compress(b"", mtime=0), "empty"), (b"\x1f\x8bnot packed", "cannot read"),
     (sbml(DECAY).encode("latin-1"), "utf-8"), (sbml(DECAY, "no-such-code").encode(), "no-such-code")],
)
def test_file_that_cannot_be_read_is_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "model.xml"
    file.write_bytes(content)
    with pytest.raises(InputError, match=words) as refused:
        engine.compile_model(file)
    assert refused.value.file == str(file)


INCONSISTENT = {
    "10301": parameters('<parameter id="x" value="2" constant="true"/>'),  # two of one id
    "20904": parameters('<parameter id="k" value="2" constant="true"/>') + f"<listOfRules>{rate_of('k')}</listOfRules>",
    "10304": parameters() + f"<listOfRules>{rate_of('x')}{rate_of('x')}</listOfRules>",
}


@pytest.mark.parametrize(("rule", "body"), INCONSISTENT.items(), ids=INCONSISTENT.keys())
def test_model_that_breaks_a_rule_of_sbml_is_refused_with_its_number(rule: str, body: str) -> None:
    with pytest.raises(InputError, match=f"SBML rule {rule}"):
        engine.compile_model(sbml(body))


def test_fault_in_a_package_without_mathematics_is_no_error() -> None:
    layouts = '<layout:listOfLayouts><layout:layout layout:id="a"/></layout:listOfLayouts>'
    model = engine.compile_model(sbml(layouts + DECAY, packages=LAYOUT))
    assert model.simulate(times=[1], rtol=1e-8)["x"][0, 0] == pytest.approx(0.367879, rel=1e-5)


def test_value_that_nothing_needs_may_be_missing() -> None:
    species = '<species id="S" compartment="c" hasOnlySubstanceUnits="false" boundaryCondition="{}" constant="false"/>'
    body = (
        '<listOfCompartments><compartment id="c" constant="true"/></listOfCompartments>'
        f"<listOfSpecies>{species.format('false')}</listOfSpecies>"
        + parameters('<parameter id="k" constant="true"/>', '<parameter id="n" value="NaN" constant="true"/>')
        + f"<listOfRules>{rate_of('x')}</listOfRules>"
    )
    assert engine.compile_model(sbml(body)).simulate(times=[1])["x"][0, 0] == pytest.approx(0.3679, rel=1e-3)


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
