"""RECIST 1.1: one test for each row of the decision table, the corner cases, best and confirmed response."""

from __future__ import annotations

import numpy as np
import pytest

from her2lab.facts import library
from her2lab.trial.conduct.recist import Code, assess, best_response, confirmed
from her2lab.trial.conduct.scans import Scans

TABLE = library.recist()


def response(total: float, baseline: float, nadir: float, new_lesion: bool = False) -> Code:
    arrays = (np.array([total]), np.array([baseline]), np.array([nadir]), np.array([new_lesion]))
    return Code(int(assess(*arrays, TABLE)[0]))


ROWS = {
    "new_lesion": (response, (20.0, 100.0, 20.0, True), Code.PD),
    "growth": (response, (60.0, 100.0, 50.0), Code.PD),
    "unmeasurable": (response, (9.0, 9.9, 9.0), Code.NE),
    "complete": (response, (4.9, 100.0, 4.9), Code.CR),
    "partial": (response, (70.0, 100.0, 70.0), Code.PR),
    "stable": (response, (71.0, 100.0, 71.0), Code.SD),
}


@pytest.mark.parametrize("row", [row.id for row in TABLE.table])
def test_fault_32_each_row_of_the_table(row: str) -> None:
    call, arguments, expected = ROWS[row]
    assert call(*arguments) == expected


@pytest.mark.parametrize(("case", "arguments", "expected"), [
    ("baseline zero, nothing there", (0.0, 0.0, 0.0), Code.NE),
    ("baseline zero, a lesion appears", (0.0, 0.0, 0.0, True), Code.PD),
    ("baseline zero, growth by 5 mm", (5.0, 0.0, 0.0), Code.PD),
    ("nadir below 5 mm: 20 percent is not enough", (4.8, 50.0, 4.0), Code.CR),
    ("nadir below 5 mm: 20 percent, 4.9 mm", (8.9, 50.0, 4.0), Code.PR),
    ("nadir below 5 mm: 20 percent and 5 mm", (9.0, 50.0, 4.0), Code.PD),
    ("5 mm, but below 20 percent", (55.9, 100.0, 50.0), Code.PR),
    ("growth over the nadir although far below baseline", (60.0, 200.0, 50.0), Code.PD),
    ("new lesion beats a vanished target", (0.0, 100.0, 0.0, True), Code.PD),
    ("measurable from 10 mm", (10.0, 10.0, 10.0), Code.SD),
])
def test_fault_32_corner_cases(case: str, arguments: tuple[float, ...], expected: Code) -> None:
    assert response(*arguments) == expected, case


def codes(*rows: str) -> np.ndarray:
    return np.array([[Code[name] for name in row.split()] for row in rows], dtype=np.int8)


def test_best_response_ends_at_progression() -> None:
    table = codes("SD PR PD CR", "PD NONE NONE NONE", "SD SD NONE NONE", "PR CR SD PD")
    assert best_response(table).tolist() == [Code.PR, Code.PD, Code.SD, Code.CR]


def test_fault_32_death_before_the_first_scan_is_not_evaluable() -> None:
    assert best_response(codes("NONE NONE")).tolist() == [Code.NE]
    assert best_response(np.zeros((2, 0), dtype=np.int8)).tolist() == [Code.NE, Code.NE]


def test_fault_32_unconfirmed_response() -> None:
    days = np.array([42.0, 63.0, 84.0])
    table = codes("PR SD SD", "PR PR SD", "PR SD PR", "CR PR PR", "CR SD CR", "PR PD NONE")
    best = best_response(confirmed(table, days, TABLE))
    # the second patient's confirming scan is only 21 days after the first, so that the response does not stand
    assert best.tolist() == [Code.SD, Code.SD, Code.PR, Code.PR, Code.CR, Code.SD]


def test_a_scan_after_surgery_is_no_response() -> None:
    everybody, none = np.ones(2, dtype=bool), np.zeros(2, dtype=bool)
    scans = Scans(np.array([100.0, 100.0]), 63.0, 200.0, TABLE)
    scans.look(everybody, np.full(2, 63.0), np.array([90.0, 90.0]), none)
    scans.start_anew(np.array([True, False]), 100.0)
    scans.look(everybody, np.full(2, 126.0), np.array([0.0, 0.0]), none)
    assert scans.best().tolist() == [Code.SD, Code.CR]
    assert scans.first_response().tolist() == [np.inf, 126.0]
    np.testing.assert_allclose(scans.best_change(), [-10.0, -100.0])


def test_scans_keep_nadir_progression_and_change() -> None:
    everybody, none = np.ones(2, dtype=bool), np.zeros(2, dtype=bool)
    scans = Scans(np.array([100.0, 100.0]), 63.0, 200.0, TABLE)
    assert scans.days.tolist() == [63, 126, 189]
    for day, sums in ((63.0, [60.0, 90.0]), (126.0, [73.0, 80.0]), (189.0, [80.0, 95.0])):
        scans.look(everybody, np.full(2, day), np.array(sums), none)
    assert scans.progression.tolist() == [126.0, np.inf]
    assert scans.first_response()[0] == 63
    np.testing.assert_allclose(scans.best_change(), [-40.0, -20.0])
    assert scans.last_before(np.full(2, np.inf)).tolist() == [189.0, 189.0]
