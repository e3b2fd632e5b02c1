"""What a trial needs of the assembled patient is asked for when it is assembled."""

from __future__ import annotations

import pytest

from her2lab import biology
from her2lab.biology import patient_interface as patient
from her2lab.errors import InputError


def test_the_patient_has_all_that_a_trial_reads_and_sets() -> None:
    assembled = biology.assemble("patient")
    patient.check(assembled.units, assembled.constants, assembled.inputs)


@pytest.mark.parametrize("name", [patient.TUMOUR_DIAMETERS, patient.DEATH_HAZARD, "cumulative_heart_failure_hazard",
                                  "clone_4_cells", "antibody_a_concentration", "antibody_a_infusion", "share_3"])
def test_a_patient_without_a_symbol_that_trials_use_is_refused_by_its_name(name: str) -> None:
    assembled = biology.assemble("patient")
    with pytest.raises(InputError, match=f"patient.ant, field {name}: the patient lacks"):
        patient.check(set(assembled.units) - {name}, assembled.constants, assembled.inputs)


def test_a_constant_where_a_trial_reads_what_changes_is_refused() -> None:
    assembled = biology.assemble("patient")
    with pytest.raises(InputError, match="expected var"):
        patient.check(assembled.units, {*assembled.constants, patient.TUMOUR_DIAMETERS}, assembled.inputs)
