"""Why one virtual patient fared so in one arm: what drove response, progression and toxicity."""

from __future__ import annotations

from html import escape

import polars as pl

from her2lab.api import arguments
from her2lab.api.library import AnyTrial, load_trial
from her2lab.api.result import Result
from her2lab.errors import ArgumentError
from her2lab.explanation import attribution
from her2lab.explanation.attribution import EVENTS, Attribution
from her2lab.nearest import did_you_mean
from her2lab.presentation import attribution as words
from her2lab.presentation.words import RESEARCH_USE

TEXT, NUMBER = pl.String(), pl.Float64()
OUTCOME = {"best_change_percent": NUMBER, "best_response": TEXT, "progression_days": NUMBER, "death_days": NUMBER,
           "worst_event": TEXT, "worst_grade": pl.Int64()}


class Explanation:
    """What drove the outcome of one patient in one arm.

    Attributes
    ----------
    response, progression, toxicity : str
        One sentence each.
    drivers : polars.DataFrame
        One row per event and thing that it owes something to, from what drove it to what held it back: ``event``,
        ``kind`` (clone, drug, node, organ or exposure), ``id``, ``title``, ``size``. Sizes are percentage points of
        shrinkage (response), days (progression) and grades (toxicity).
    without : polars.DataFrame
        One row per thing that was switched off, what came out then: ``id``, ``kind``, ``title``,
        ``best_change_percent``, ``best_response``, ``progression_days``, ``death_days`` (null: not seen),
        ``worst_event``, ``worst_grade``.
    found : Attribution
        All of it as a record.

    Examples
    --------
    >>> found = her2lab.explain(result, subject="cleopatra-pertuzumab-P00003")
    >>> found.response.split()[0], found.drivers.columns
    ('Response', ['event', 'kind', 'id', 'title', 'size'])
    """

    def __init__(self, found: Attribution) -> None:
        self.found = found
        self.response, self.progression, self.toxicity = (words.sentence(found, event) for event in EVENTS)
        self.drivers, self.without = _drivers(found), _without(found)

    def __str__(self) -> str:
        return "\n".join((self.response, self.progression, self.toxicity))

    def __repr__(self) -> str:
        found = self.found
        return f"<Explanation of patient {found.patient} of {found.trial.id}, arm {found.arm}, seed {found.seed}>"

    def _repr_html_(self) -> str:
        said = "".join(f"<li>{escape(text)}</li>" for text in str(self).splitlines())
        return f"<p>{escape(repr(self)[1:-1])}</p><ul>{said}</ul><p><em>{RESEARCH_USE}</em></p>"


def explain(result: Result, subject: str, *, jobs: int | None = None) -> Explanation:
    """Name the clone and the mechanism that drove what happened to one subject of a result.

    The patient runs again with each clone, mechanism, drug and organ switched off in turn and the same chance.

    Parameters
    ----------
    result
        The result of a trial.
    subject
        A ``USUBJID`` of ``result.subjects``.
    jobs
        Workers; one per core if None.

    Returns
    -------
    Explanation

    Raises
    ------
    InputError
        If there is no such subject.
    WorkError
        If the patient cannot be integrated.

    Examples
    --------
    >>> her2lab.explain(result, subject="cleopatra-placebo-P00001")
    <Explanation of patient 1 of cleopatra, arm placebo, seed 1>
    """
    subjects = result.subjects.select("USUBJID", "arm", "patient")
    row = subjects.filter(USUBJID=subject)
    if row.is_empty():
        raise ArgumentError(f"there is no such subject{did_you_mean(subject, subjects['USUBJID'])}", field="subject",
                            value=subject, expected="a USUBJID of result.subjects")
    _, arm, name = row.row(0)
    return explain_patient(result.trial, int(name.removeprefix("P")), arm, seed=result.seed, jobs=jobs)


def explain_patient(trial: AnyTrial, patient: int, arm: str, *, seed: int = 1, jobs: int | None = None) -> Explanation:
    """Explain one patient of a trial, by number from 0, in one arm.

    Raises
    ------
    InputError
        If an argument cannot be used, or the patient does not come to the trial.
    WorkError
        If the patient cannot be integrated.
    """
    record = load_trial(trial)
    arguments.one_of("arm", "arm", arm, [each.id for each in record.arms])
    number = arguments.whole("patient", patient, 0, arguments.LARGEST_PATIENT)
    return Explanation(attribution.attribute(record, number, arm, seed=arguments.seed(seed), jobs=arguments.jobs(jobs)))


def _drivers(found: Attribution) -> pl.DataFrame:
    by_event = words.data(found, EVENTS)["drivers"]
    rows = [(event, each["kind"], each["id"], each["title"], each["size"])
            for event in EVENTS for each in by_event[event]]
    return pl.DataFrame(rows, {"event": TEXT, "kind": TEXT, "id": TEXT, "title": TEXT, "size": NUMBER}, orient="row")


def _without(found: Attribution) -> pl.DataFrame:
    rows = [(each["id"], each["kind"], each["title"], *(each["outcome"][name] for name in OUTCOME))
            for each in words.data(found, EVENTS)["switched_off"]]
    return pl.DataFrame(rows, {"id": TEXT, "kind": TEXT, "title": TEXT, **OUTCOME}, orient="row")
