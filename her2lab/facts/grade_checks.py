"""What a file of CTCAE cut-offs must meet beyond its form."""

from __future__ import annotations

from her2lab.facts.grade_records import GradeFile
from her2lab.facts.measures import UNITS
from her2lab.facts.strict_yaml import Document
from her2lab.facts.vocabulary import ADVERSE_EVENTS
from her2lab.nearest import did_you_mean

GRADED_IN = {"diarrhoea": "1/day"}  # an index has the unit 1


def check_grades(document: Document, file: GradeFile) -> None:
    """Require that cut-offs are in the unit of their measure and become worse from grade to grade.

    Raises
    ------
    InputError
        For the first mistake.
    """
    for n, grading in enumerate(file.grades):
        wanted = GRADED_IN.get(grading.measure, UNITS.get(grading.measure, "1"))
        if grading.event not in ADVERSE_EVENTS:
            hint = did_you_mean(grading.event, ADVERSE_EVENTS)
            raise document.error(("grades", n, "event"), f"unknown adverse event{hint}", value=grading.event)
        for name in ("below", "at_least", "fall_at_least"):
            limits = [limit for _, limit in sorted(getattr(grading, name).items())]
            for limit in limits:
                if limit.unit != wanted:
                    raise document.error(("grades", n, name), f"is not in the unit of {grading.measure}",
                                         value=limit.unit, expected=wanted)
            values = [-limit.value if name == "below" else limit.value for limit in limits]
            if values != sorted(values):
                raise document.error(("grades", n, name), "a higher grade has a milder cut-off", value=grading.event,
                                     expected="cut-offs that worsen from grade to grade")
