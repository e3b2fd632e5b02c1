"""One virtual patient as one model file that other simulators run."""

from her2lab.exchange.patient_model import PatientModel, patient_model

__all__ = ["PatientModel", "patient_model"]
