"""The words that the biology files have beyond Antimony, and what is said of a line that is not of the syntax."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from her2lab import biology
from her2lab.biology.symbols import Module, parse
from her2lab.errors import InputError
from her2lab.resources import folder

ASSEMBLED = Path(__file__).parent / "assembled"


@pytest.mark.parametrize("name", ["patient", "cell"])
def test_a_change_of_the_assembly_shows_as_a_difference_of_plain_antimony(name: str) -> None:
    kept = (ASSEMBLED / f"{name}.ant").read_text(encoding="utf-8")
    now = biology.assemble(name).antimony
    changed = list(difflib.unified_diff(kept.strip().splitlines(), now.strip().splitlines(), "kept", "now", n=0,
                                        lineterm=""))
    assert not changed, "\n".join([f"renew with: her2lab model export --format antimony --assembly {name} "
                                   f"> tests/biology/assembled/{name}.ant", *changed[:40]])


def test_no_line_of_a_biology_file_is_longer_than_120_characters() -> None:
    long = [f"{path.name}:{number}" for path in folder("biology").glob("*.ant")
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if len(line) > 120]
    assert long == []


def module(*lines: str) -> Module:
    return parse(Path("tiny.ant"), "\n".join(["module tiny(x)", *lines, "end", ""]))


def code(found: Module) -> list[str]:
    return [statement.code for statement in found.statements if statement.code][1:-1]


def test_a_block_is_written_out_for_each_name_and_a_block_within_it_too() -> None:
    found = module("for each slot in a, b:", "  for each site in tumour, brain:",
                   "    var {site}_{slot};  // [nM] at {site}", "  end for", "end for")
    assert list(found.symbols) == ["tumour_a", "brain_a", "tumour_b", "brain_b"]
    assert found.symbols["brain_b"].meaning == "at brain"


def test_names_that_go_together_are_filled_in_together() -> None:
    found = module("for each slot/other in a/b, b/a:", "  loss_{slot} := free_{other}*bound_{slot};", "end for",
                   "all := sum(site/weight in tumour/big, brain/small: {weight}*{site});")
    assert code(found) == ["loss_a := free_b*bound_a;", "loss_b := free_a*bound_b;",
                           "all := big*tumour + small*brain;"]


def test_a_sum_has_a_term_for_each_name_and_parentheses_where_it_is_multiplied() -> None:
    found = module("all := sum(clone in 1, 2: cells_{clone}*(1 - f_{clone})) - loss;",
                   "half := sum(clone in 1, 2: cells_{clone})/2;")
    assert code(found) == ["all := cells_1*(1 - f_1) + cells_2*(1 - f_2) - loss;", "half := (cells_1 + cells_2)/2;"]


def test_a_statement_may_be_broken_and_its_unit_stand_on_the_next_line() -> None:
    found = module("shared optional const antibody_a_delivery = 0;", "    // [1/day] taken to the lysosome", "y := 1",
                   "  + x;")
    symbol = found.symbols["antibody_a_delivery"]
    assert (symbol.shared, symbol.optional, symbol.default, symbol.unit) == (True, True, "0", "1/day")
    assert code(found)[-1] == "y := 1 + x;"


@pytest.mark.parametrize(("lines", "line"), [
    (["var y;"], 2),                                                     # no unit
    (["", "var y;  // level"], 3),                                       # no unit either
    (["const y = 1;  // [1]", "var y;  // [1]"], 3),                     # declared twice
    (["shraed const y = 1;  // [1]"], 2),                                # misspelt
    (["optional var y;  // [1]"], 2),                                    # only a constant is optional
    (["x -> y; k*x;"], 2),                                               # not of the syntax
    (["for each slot in a, b:", "  y_{slot} := 1;"], 2),                 # not closed
    (["y := 1;", "end for"], 3),                                         # not open
    (["for each slot in a, a:", "  y_{slot} := 1;", "end for"], 2),      # twice the same
    (["for each slot/other in a/b, b:", "  y_{slot} := 1;", "end for"], 2),  # a name without its other
    (["for each slot of a, b:", "  y_{slot} := 1;", "end for"], 2),      # misspelt
    (["for each slot in a, b:", "  y_{slut} := 1;", "end for"], 3),      # not a name of the list
    (["y := sum(clone in 1, 2, cells_{clone});"], 2),                    # no colon
    (["y := 1"], 2),                                                     # no semicolon
])
def test_a_mistake_is_named_with_file_and_line(lines: list[str], line: int) -> None:
    with pytest.raises(InputError) as raised:
        module(*lines)
    assert str(raised.value).startswith(f"tiny.ant:{line}")


def test_a_module_closes() -> None:
    with pytest.raises(InputError, match="does not close"):
        parse(Path("tiny.ant"), "module tiny(x)\n  var x;  // [1]\n")
