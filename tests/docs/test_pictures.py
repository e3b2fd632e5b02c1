"""The pictures show the house and the model as they are."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.pages import ROOT

PICTURES = ROOT / "docs" / "pictures"


@pytest.fixture(scope="module")
def draw() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw", PICTURES / "draw.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("picture", ["house", "house_before", "model"])
def test_a_picture_is_what_the_script_draws(draw: ModuleType, picture: str) -> None:
    drawn, kept = getattr(draw, picture)(), (PICTURES / f"{picture}.svg").read_text(encoding="utf-8")
    assert kept == drawn, "renew it: python docs/pictures/draw.py"


def test_imports_between_rooms_make_no_circle(draw: ModuleType) -> None:
    draw.layers(draw.rooms(), sorted(draw.imports()))


def test_a_circle_is_noticed(draw: ModuleType) -> None:
    with pytest.raises(ValueError, match="a circle: a -> b -> a"):
        draw.layers(["a", "b"], [("a", "b"), ("b", "a")])


def test_every_room_is_explained_in_picture_and_design(draw: ModuleType) -> None:
    rooms = set(draw.rooms())
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    assert rooms <= set(draw.NOTES)
    assert [room for room in sorted(rooms) if f"`her2lab/{room}/`" not in design] == []


def test_every_part_of_the_model_has_its_box(draw: ModuleType) -> None:
    drawn = {part for parts in draw.PARTS.values() for part in parts.split()}
    assert {path.stem for path in (ROOT / "biology").glob("*.ant")} - {"patient", "cell"} == drawn
    assert set(draw.PARTS) <= set(draw.MODEL_NODES)


def test_imports_are_read_from_code(draw: ModuleType, tmp_path: Path) -> None:
    for room, text in (("low", ""), ("high", "from her2lab.low import x\nfrom her2lab.errors import y\n")):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text(text, encoding="utf-8")
    assert draw.imports(tmp_path) == {("low", "high")}
