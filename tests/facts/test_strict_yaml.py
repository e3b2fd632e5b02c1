"""Strict YAML: faults 14, 15, 16, 18, 42, 45 and files that are not YAML at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.facts.strict_yaml import LARGEST_FILE, read_document


def document(folder: Path, text: str | bytes):
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(path)


def refused(folder: Path, text: str | bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        document(folder, text)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(folder / "file.yaml"))
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("1E5", 1e5),
        ("NO", "NO"),
        ("off", "off"),
        ("12:30", "12:30"),
        ("010", 10),
        ("1_000", "1_000"),
        ("7,5", "7,5"),
        ("+3", 3),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("'1'", "1"),
        ("true", True),
        ("~", None),
        ("0x10", "0x10"),
        ("2012-06-08", "2012-06-08"),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_fault_14_scalars_are_those_of_yaml_1_2(tmp_path: Path, text: str, value: object) -> None:
    found = document(tmp_path, f"a: {text}").data["a"]
    assert (found, type(found)) == (value, type(value))


def test_fault_15_duplicate_key_names_both_lines(tmp_path: Path) -> None:
    problem = refused(tmp_path, "a:\n  b: 1\n  c: 2\n  b: 3\n")
    assert problem.line == 4
    assert "first on line 2" in str(problem)
    assert problem.field == "a.b"


@pytest.mark.parametrize("text", [".nan", ".inf", "-.INF", "1e400", "-1e999"])
def test_fault_16_numbers_that_are_not_finite(tmp_path: Path, text: str) -> None:
    problem = refused(tmp_path, f"x: 1\na: {text}\n")
    assert (problem.line, problem.field) == (2, "a")


@pytest.mark.parametrize("text", ["NA", "None", "none", "n/a", "N/A"])
def test_fault_18_words_for_missing_stay_words(tmp_path: Path, text: str) -> None:
    assert document(tmp_path, f"a: {text}").data["a"] == text


def test_fault_42_bom_line_ends_and_copied_spaces(tmp_path: Path) -> None:
    found = document(tmp_path, b"\xef\xbb\xbfa: 1\r\nb:\xc2\xa08 mg/kg\r\nc: \xe2\x88\x925\r\nd: \xce\xbcg\r\n")
    assert found.data == {"a": 1, "b": "8 mg/kg", "c": -5, "d": "\u00b5g"}
    assert found.lines["c",] == 3


def test_fault_42_tab_as_indent_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path, "a:\n\tb: 1\n").line == 2


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['true']",
        "a: !!str 5",
        "a: !x 1",
        "a: &b 1",
        "a: &b [1]\nc: *b",
        "a: &x {b: 1}\nc:\n  <<: *x",
        "? [a, b]\n: 1",
        "a: 1\n---\nb: 2",
        "a: " + "[" * 40 + "]" * 40,
    ],
)
def test_fault_45_no_tags_anchors_or_depth(tmp_path: Path, text: str) -> None:
    refused(tmp_path, text)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "nothing"),
        (b"- 1\n", "a list"),
        (b"hello", "text"),
        (b"a: [1, 2", "not valid YAML"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a: \x00", "not valid YAML"),
        (b"PK\x03\x04\x14\x00", "not valid YAML"),
        (b"a: 1\n" * 300_000, "too large"),
        (b"a: [" + b"1," * 30_000 + b"1]", "holds too much"),
        (b"a: " + b"9" * 5000, "too long for a number"),
        (b"a: 0." + b"0" * 5000 + b"1", "too long for a number"),
        ("a: '\u202e'".encode(), "U+202E"),
        (b'a: "\\e[31m"', "U+001B"),
        ("'\u200b': 1".encode(), "U+200B"),
    ],
)
def test_what_is_not_a_mapping(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in str(refused(tmp_path, content))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, says in (
        (tmp_path, "folder"),
        (tmp_path / "none.yaml", "not there"),
        (Path("/dev/zero"), "regular file"),
    ):
        with pytest.raises(InputError, match=says):
            read_document(path)
    assert LARGEST_FILE <= 2_000_000


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    said = ""
    try:
        read_document(path)
    except InputError as problem:
        said = str(problem)
    assert "\n" not in said


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, value: float) -> None:
    path = tmp_path_factory.getbasetemp() / "number.yaml"
    path.write_text(f"a: {value!r}")
    assert read_document(path).data["a"] == value


def test_what_is_read_a_second_time_has_the_same_values_and_lines(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path / "cache"))
    text = "a: 1\nb:\n  - {x: 0.1, y: no}\n  - ~\nc: 'é'\nd: 1e-300\n"
    first, second = document(tmp_path, text), document(tmp_path, text)
    assert repr(first.data) == repr(second.data)
    assert first.lines == second.lines
    assert second.error(("b", 1), "is wrong").line == 4
