"""Who counts for an endpoint that is met or not."""

from __future__ import annotations

import polars as pl

from her2lab.trial.statistics import endpoints

PATIENTS = pl.DataFrame({
    "status": ["ok", "ok", "ok", "ok", "failed"], "pcr": [True, False, None, None, None],
    "orr": [True, False, None, False, None]})


def test_complete_response_at_surgery_is_one_of_all_patients_and_response_of_those_in_whom_it_can_be_told() -> None:
    assert endpoints.responders(PATIENTS, "pcr") == (1, 4)       # not operated on counts as no response
    assert endpoints.responders(PATIENTS, "orr") == (1, 3)
