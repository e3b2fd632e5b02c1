"""``her2lab patient why``: what drove response, progression or toxicity in one virtual patient of one arm."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, naming, show, show_json
from her2lab.lab.cli.values import whole


class AskedEvent(StrEnum):
    """What is asked after."""

    response = "response"
    progression = "progression"
    toxicity = "toxicity"


def why(
    identifier: Annotated[str, typer.Argument(metavar="TRIAL", help="A trial's id or file.")],
    arm: Annotated[str, typer.Option(metavar="ARM", help="Arm of the trial.")],
    patient: Annotated[
        int, typer.Option(metavar="NUMBER", parser=whole("--patient", 0, 2**62), help="Number of the patient, from 0.")
    ] = 0,
    event: Annotated[AskedEvent | None, typer.Option(help="Only this one.  [default: all three]")] = None,
    seed: Annotated[
        int, typer.Option(metavar="S", parser=whole("--seed", 0, 2**63 - 1), help="Seed of the trial.")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Name the clone and the mechanism that drove what happened to one virtual patient in one arm.

    The patient, the one of `her2lab patient run`, runs again with each clone, mechanism, drug and organ switched off
    in turn and the same chance. What is switched off, and how, stands in facts/trace/switches.yaml.

    Example: her2lab patient why cleopatra --patient 17 --arm pertuzumab
    """
    from her2lab.api.explain import explain_patient
    from her2lab.explanation.attribution import EVENTS
    from her2lab.presentation import attribution as words

    events = EVENTS if event is None else tuple(each for each in EVENTS if each == event.value)
    with naming(identifier):
        found = explain_patient(identifier, patient, arm, seed=seed).found
    if as_json:
        show_json(words.data(found, events))
    else:
        show(*words.screen(found, events), RESEARCH_USE)
