"""A published outcome enters no prediction, and a validation outcome no calibration."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import her2lab
from her2lab import trial as room
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.fitting import calibration, toxicity

PACKAGE = Path(her2lab.__file__).parent
SIMULATE = ("biology", "engine", "population", "cell_culture", "trial")
# What stands beside a simulated figure in a result: names of endpoints, and the published figure itself.
BESIDE = {"trial/results/trial_result.py", "trial/statistics/endpoints.py", "trial/statistics/summaries.py",
          "trial/statistics/subgroups.py"}


class AboutToRunError(Exception):
    """A trial was about to be run."""


def test_changing_every_published_outcome_changes_no_patient():
    trial = library.trial("cleopatra").model_copy(update={"followup": 200.0})
    result, other = (room.run_trial(each, patients=3) for each in (trial, halved(trial)))
    assert result.patients.equals(other.patients)
    assert result.visits.equals(other.visits)
    for arm, changed in zip(result.summary["arms"], other.summary["arms"], strict=True):
        assert {**arm["endpoints"]["orr"], "published": None} == {**changed["endpoints"]["orr"], "published": None}
        assert arm["endpoints"]["orr"]["published"] == 2 * changed["endpoints"]["orr"]["published"]


def test_no_module_that_simulates_reads_what_was_published():
    reading = {
        path.relative_to(PACKAGE).as_posix()
        for simulating in SIMULATE for path in (PACKAGE / simulating).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "published"
    }
    assert reading <= BESIDE


@pytest.mark.parametrize("identifier", sorted(library.calibrations()))
def test_a_calibration_asks_for_calibration_trials_only(identifier, monkeypatch):
    asked = watched(monkeypatch)
    monkeypatch.setattr(calibration, "run_trial", stop)
    with pytest.raises(AboutToRunError):
        calibration.run(identifier, write=False, evaluations=1)
    assert {trial.use for trial in asked} == {"calibration"}


def test_the_calibration_of_adverse_effects_asks_for_calibration_trials_only(monkeypatch):
    asked = watched(monkeypatch)
    monkeypatch.setattr(toxicity, "run_trial", stop)
    with pytest.raises(AboutToRunError):
        toxicity.run("adverse_events", write=False)
    assert {trial.use for trial in asked} == {"calibration"}


def test_a_calibration_that_names_a_validation_trial_is_refused(monkeypatch):
    original = library.trial
    held_out = original("cleopatra").model_copy(update={"use": "validation"})
    monkeypatch.setattr(library, "trial", lambda name: held_out if name == "cleopatra" else original(name))
    monkeypatch.setattr(calibration, "run_trial", stop)
    with pytest.raises(InputError, match="use: calibration"):
        calibration.run("breast_metastatic_1l", write=False, evaluations=1)


def watched(monkeypatch):
    """Keep every trial that is asked for by name; all of them at once may not be asked for."""
    asked, original = [], library.trial

    def trial(name):
        asked.append(original(name))
        return asked[-1]

    monkeypatch.setattr(library, "trial", trial)
    monkeypatch.setattr(library, "trials", lambda: pytest.fail("all trials were asked for"))
    return asked


def stop(*_, **__):
    raise AboutToRunError


def halved(trial):
    """Return a trial of which half of everything was published."""
    published = trial.published
    arms = {arm: {name: value / 2 for name, value in of.items()} for arm, of in published.arms.items()}
    contrasts = [each.model_copy(update={"hr": each.hr / 2}) for each in published.contrasts]
    return trial.model_copy(update={"published": published.model_copy(update={"arms": arms, "contrasts": contrasts})})
