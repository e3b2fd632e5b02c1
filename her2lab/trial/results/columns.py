"""What each column of a result's tables holds: the data dictionary, said once."""

from __future__ import annotations

import re
from dataclasses import dataclass

TEXT, FLOAT, INTEGER, FLAG, YES_OR_NO = "String", "Float64", "Int64", "Int8", "Boolean"
LESIONS = "lesions"


@dataclass(frozen=True)
class Column:
    """One column, or all of one form.

    Attributes
    ----------
    name
        As in the table; ``<drug>`` and ``<event>`` stand for any drug of the trial and any adverse event.
    dtype
        Name of the polars type.
    unit
        Unit of a number, empty for text, flags and numbers without a unit.
    meaning
        What it says of the row.
    null
        When the value is null; empty if never.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    null: str = ""

    def describes(self, column: str) -> bool:
        """Return whether a column of a table is this one."""
        form = re.sub(r"<[a-z]+>", "[a-z0-9_]+", self.name)
        return re.fullmatch(form, column) is not None


_ONLY_GIVEN = "the arm has no such drug"
_CANNOT_TELL = "it cannot be told (no measurable lesion, or the integration failed)"
_NO_SURGERY = "not operated on (it counts as no response in the endpoint), or the integration failed"
_NOT_MEASURED = "not measured at this visit"
_SUBJECT = Column("USUBJID", TEXT, "", "the subject: one virtual patient in one arm")
_ARM = Column("ARM", TEXT, "", "identifier of the arm")

SUBJECT_COLUMNS = (
    Column("patient", TEXT, "", "number of the virtual patient; the same in every arm"),
    Column("arm", TEXT, "", "identifier of the arm"),
    _SUBJECT,
    Column("TWIN", TEXT, "", "joins the subjects of several arms that are one virtual patient"),
    Column("TRT01P", TEXT, "", "planned treatment in words: the title of the arm"),
    Column("status", TEXT, "", "ok, or why the integration failed; such a patient counts in no statistic"),
    Column("pfs_days", FLOAT, "day", "to progression (after surgery: relapse) or death, else to censoring"),
    Column("pfs_months", FLOAT, "month", "the same"),
    Column("pfs_cnsr", FLAG, "", "0: event, 1: censored (ADaM)"),
    Column("os_days", FLOAT, "day", "to death, else to the end of follow-up"),
    Column("os_months", FLOAT, "month", "the same"),
    Column("os_cnsr", FLAG, "", "0: dead, 1: censored (ADaM)"),
    Column("cause_of_death", TEXT, "", "cancer, lung injury (by a drug) or other", "alive when last seen"),
    Column("best_response", TEXT, "", "best RECIST response before surgery: CR, PR, SD, PD or NE", "none was assessed"),
    Column("best_change_percent", FLOAT, "%", "smallest sum of diameters, relative to the first", "no scan, or failed"),
    Column("baseline_sum_of_diameters", FLOAT, "mm", "sum of diameters before treatment, as measured"),
    Column("measurable", YES_OR_NO, "", "whether there is measurable disease"),
    Column("extinct_clones", INTEGER, "", "clones whose last cell has died"),
    Column("first_response_days", FLOAT, "day", "to the first scan that shows a response", "no response"),
    Column("orr", YES_OR_NO, "", "complete or partial response", _CANNOT_TELL),
    Column("cr", YES_OR_NO, "", "complete response", _CANNOT_TELL),
    Column("cbr", YES_OR_NO, "", "clinical benefit: response, or stable disease for long", _CANNOT_TELL),
    Column("ic_orr", YES_OR_NO, "", "response of brain metastases", "no measurable brain metastases"),
    Column("pcr", YES_OR_NO, "", "no invasive cancer in breast and nodes at surgery", _NO_SURGERY),
    Column("pcr_breast", YES_OR_NO, "", "no invasive cancer in the breast at surgery", _NO_SURGERY),
    Column("cns_pfs_days", FLOAT, "day", "to progression in the brain or death, else to censoring"),
    Column("cns_pfs_cnsr", FLAG, "", "0: event, 1: censored (ADaM)"),
    Column("delivered_mg_<drug>", FLOAT, "mg", "given in all, until death", _ONLY_GIVEN),
    Column("doses_<drug>", INTEGER, "", "doses given; of a drug by mouth, blocks of up to a week", _ONLY_GIVEN),
    Column("dose_intensity_<drug>", FLOAT, "", "given over planned until treatment ends",
           "the arm has no such drug, or none was planned"),
    Column("reductions_<drug>", INTEGER, "", "times a rule has lowered the dose", _ONLY_GIVEN),
    Column("holds_<drug>", INTEGER, "", "doses that a rule has held back", _ONLY_GIVEN),
    Column("stopped_<drug>_because", TEXT, "", "the rule that has stopped the drug for good", "no rule has"),
    Column("stopped_<drug>", YES_OR_NO, "", "whether a rule has stopped the drug for good", _ONLY_GIVEN),
    Column("grade_<event>", INTEGER, "", "worst CTCAE grade of the adverse event until progression or death; 0: none"),
    Column("onset_<event>_days", FLOAT, "day", "first day of the adverse event", "the patient did not have it"),
    Column("lvef_baseline", FLOAT, "%", "first measured LVEF", "never measured"),
    Column("lvef_lowest", FLOAT, "%", "lowest measured LVEF", "never measured"),
    Column("lvef_last", FLOAT, "%", "last measured LVEF", "never measured"),
    Column("serum_ecd_baseline", FLOAT, "ng/mL", "first measured extracellular domain of HER2 in serum",
           "never measured"),
)

PROPERTY_COLUMNS = (
    Column("year", FLOAT, "", "calendar year of entry"),
    Column("age", FLOAT, "year", "age at entry"),
    Column("height", FLOAT, "cm", "height"),
    Column("weight", FLOAT, "kg", "body weight"),
    Column("body_surface_area", FLOAT, "m^2", "body surface area"),
    Column("lean_body_weight", FLOAT, "kg", "lean body weight"),
    Column("albumin", FLOAT, "g/dL", "serum albumin"),
    Column("ast", FLOAT, "IU/L", "aspartate aminotransferase before treatment"),
    Column("alt", FLOAT, "IU/L", "alanine aminotransferase before treatment"),
    Column("creatinine_clearance", FLOAT, "mL/min", "creatinine clearance"),
    Column("female", FLOAT, "", "1: woman"),
    Column("gastric", FLOAT, "", "1: gastric cancer, 0: breast cancer"),
    Column("early", FLOAT, "", "1: early disease, 0: metastatic"),
    Column("visceral", FLOAT, "", "1: visceral metastases"),
    Column("liver_metastases", FLOAT, "", "1: liver metastases"),
    Column("asian", FLOAT, "", "1: Asian"),
    Column("hr_positive", FLOAT, "", "1: hormone-receptor-positive"),
    Column("ihc", TEXT, "", "HER2 by immunohistochemistry: 3+, 2+, 1+ or 0"),
    Column("her2_per_cell", FLOAT, "million/cell", "HER2 receptors of a cell of the dominant clone"),
    Column("pik3ca_mutated", FLOAT, "", "1: PIK3CA hotspot mutation in the dominant clone"),
    Column("pten_loss", FLOAT, "", "1: PTEN lost in the dominant clone"),
    Column("heterogeneous", FLOAT, "", "1: the tumour has a HER2-negative clone"),
    Column("variant", TEXT, "", "mechanism of resistance of the variant clone"),
    Column("lvef", FLOAT, "%", "left-ventricular ejection fraction before treatment, without error"),
    Column("prior_heart_disease", FLOAT, "", "1: heart disease before entry"),
    Column("prior_<drug>", FLOAT, "", "1: this drug or class before entry"),
    Column("hypertension", FLOAT, "", "1: hypertension"),
    Column("diabetes", FLOAT, "", "1: diabetes"),
    Column("lung_disease", FLOAT, "", "1: lung disease before entry"),
    Column("hla_drb1_0701", FLOAT, "", "1: carrier of HLA-DRB1*07:01"),
    Column("p95her2", FLOAT, "", "1: truncated HER2 in the dominant clone"),
    Column("fcgr3a", TEXT, "", "genotype of FcgammaRIIIa: FF, FV or VV"),
    Column("stromal_lymphocytes", FLOAT, "", "share of the stroma taken by lymphocytes"),
    Column("pdl1_positive", FLOAT, "", "1: PD-L1-positive"),
    Column("microsatellite_unstable", FLOAT, "", "1: microsatellite instability"),
    Column("brain_metastases", FLOAT, "", "1: brain metastases at entry"),
    Column("node_positive", FLOAT, "", "1: involved lymph nodes"),
    Column("tumour_size", FLOAT, "mm", "sum of diameters, or diameter of the primary, without error"),
    Column(LESIONS, FLOAT, "", "number of measured lesions; the model reckons with a mean that need not be whole"),
    Column("micrometastatic_share", FLOAT, "", "share of the cells of the primary that has spread"),
    Column("left_by_chemotherapy", FLOAT, "", "share of spread cells left by chemotherapy before entry"),
    Column("left_by_trastuzumab", FLOAT, "", "share of spread cells left by trastuzumab before entry"),
)

VISIT_COLUMNS = (
    Column("patient", TEXT, "", "number of the virtual patient"),
    Column("arm", TEXT, "", "identifier of the arm"),
    _SUBJECT,
    Column("day", FLOAT, "day", "day on which the visit was held; 0 is the start of treatment", "the visit was missed"),
    Column("planned_day", FLOAT, "day", "day on which a calendar of the protocol had planned it",
           "no calendar has it: before a dose, or a second look"),
    Column("sum_of_diameters", FLOAT, "mm", "sum of diameters as read from the scan", _NOT_MEASURED),
    Column("brain_diameters", FLOAT, "mm", "sum of diameters of brain metastases as read", _NOT_MEASURED),
    Column("lvef", FLOAT, "%", "left-ventricular ejection fraction", _NOT_MEASURED),
    Column("troponin", FLOAT, "ng/L", "troponin", _NOT_MEASURED),
    Column("natriuretic_peptide", FLOAT, "ng/L", "NT-proBNP", _NOT_MEASURED),
    Column("neutrophils", FLOAT, "1e9/L", "neutrophils", _NOT_MEASURED),
    Column("platelets", FLOAT, "1e9/L", "platelets", _NOT_MEASURED),
    Column("haemoglobin", FLOAT, "g/dL", "haemoglobin", _NOT_MEASURED),
    Column("alt", FLOAT, "ULN", "alanine aminotransferase, multiples of the upper limit of normal", _NOT_MEASURED),
    Column("ast", FLOAT, "ULN", "aspartate aminotransferase, the same", _NOT_MEASURED),
    Column("bilirubin", FLOAT, "ULN", "bilirubin, the same", _NOT_MEASURED),
    Column("serum_ecd", FLOAT, "ng/mL", "extracellular domain of HER2 in serum", _NOT_MEASURED),
    Column("grade_<event>", FLOAT, "", "worst CTCAE grade since the last visit that asked", "not asked at this visit"),
    Column("concentration_<drug>", FLOAT, "mg/L", "in plasma, before a dose of that day, without error of measurement",
           "the arm has no such drug"),
    Column("response", TEXT, "", "RECIST response at this scan: CR, PR, SD, PD or NE", "no scan"),
    Column("decisions", TEXT, "", "what rules decided on this day, with the rule in brackets; empty: nothing"),
)

TIME_COLUMNS = (
    Column("STUDYID", TEXT, "", "identifier of the trial"),
    _SUBJECT,
    _ARM,
    Column("PARAMCD", TEXT, "", "PFS, IDFS, DFS, EFS, OS, CNSPFS or DOR"),
    Column("PARAM", TEXT, "", "the same in words"),
    Column("AVAL", FLOAT, "month", "time to the event or to the last day without it"),
    Column("AVALU", TEXT, "", "unit of AVAL: months"),
    Column("CNSR", INTEGER, "", "0: event, 1: censored"),
    Column("EVNTDESC", TEXT, "", "what the event was, or why the time is censored"),
)

ADVERSE_EVENT_COLUMNS = (
    _SUBJECT,
    _ARM,
    Column("AEDECOD", TEXT, "", "the adverse event"),
    Column("AETOXGR", INTEGER, "", "worst CTCAE grade of this episode, as measured"),
    Column("ASTDY", INTEGER, "day", "study day of the first grade above that before treatment; 1: the first dose"),
    Column("AENDY", INTEGER, "day", "first study day without such a grade; of a fatal one, the day of death",
           "the end was not seen before progression, death or the end of follow-up"),
    Column("AEOUT", TEXT, "", "RECOVERED/RESOLVED, NOT RECOVERED/NOT RESOLVED or FATAL"),
    Column("AEACN", TEXT, "", "the gravest that rules did to a drug for it: DOSE NOT CHANGED, DRUG INTERRUPTED, DOSE "
           "REDUCED or DRUG WITHDRAWN"),
    Column("AEREL", TEXT, "", "RELATED if a drug was given before that does this in the model, else NOT RELATED"),
    Column("AERELTRT", TEXT, "", "these drugs", "there is none"),
)

EXPOSURE_COLUMNS = (
    _SUBJECT,
    _ARM,
    Column("EXTRT", TEXT, "", "the drug"),
    Column("EXDOSE", FLOAT, "mg", "given; of a drug by mouth, all of a block of up to a week"),
    Column("EXDOSU", TEXT, "", "unit of the doses: mg"),
    Column("EXSTDY", INTEGER, "day", "first study day of the dose; 1 is the day of the first dose"),
    Column("EXENDY", INTEGER, "day", "its last study day"),
    Column("EXPLDOSE", FLOAT, "mg", "planned for this time", "a drug that a rule has given"),
)

_NOT_TO_ITS_END = "the interval was not seen to its end"
PHARMACOKINETICS_COLUMNS = (
    _SUBJECT,
    _ARM,
    Column("EXTRT", TEXT, "", "the drug, one of the arm's regimen"),
    Column("CYCLE", INTEGER, "", "number of the dose in this subject, from 1; of a drug by mouth, of the block of up "
           "to a week"),
    Column("EXSTDY", INTEGER, "day", "first study day of the dose"),
    Column("TAU", FLOAT, "day", "from the dose to the next planned one", "a dose that stands alone"),
    Column("CMAX", FLOAT, "mg/L", "highest concentration in plasma in that time; of a drug by mouth without the rise "
           "and fall within a day"),
    Column("AUCTAU", FLOAT, "mg*day/L", "area under the concentration in plasma in that time", _NOT_TO_ITS_END),
    Column("CTROUGH", FLOAT, "mg/L", "concentration in plasma at the end of that time", _NOT_TO_ITS_END),
)

DISPOSITION_COLUMNS = (
    _SUBJECT,
    _ARM,
    Column("EXTRT", TEXT, "", "the drug, one of the arm's regimen"),
    Column("DSDECOD", TEXT, "", "why it was ended: ADVERSE EVENT, PROTOCOL-SPECIFIED WITHDRAWAL CRITERION MET (a dose "
           "too late), COMPLETED, PROGRESSIVE DISEASE, DEATH, INTEGRATION FAILED, or ONGOING at the end of follow-up"),
    Column("DSTERM", TEXT, "", "the rule that has stopped it", "no rule has"),
    Column("DSSTDY", INTEGER, "day", "study day of that; of a completed drug, of its last dose", "ongoing"),
)

TABLES = {  # table -> its columns; each is written as a parquet file of this name
    "patients": (*SUBJECT_COLUMNS, *PROPERTY_COLUMNS),
    "visits": VISIT_COLUMNS,
    "times": TIME_COLUMNS,
    "adverse_events": ADVERSE_EVENT_COLUMNS,
    "exposure": EXPOSURE_COLUMNS,
    "pharmacokinetics": PHARMACOKINETICS_COLUMNS,
    "disposition": DISPOSITION_COLUMNS,
}


def column(table: str, name: str) -> Column | None:
    """Return what is known of a column, None if it is not described.

    >>> column("patients", "onset_diarrhoea_days").unit
    'day'
    """
    return next((each for each in TABLES[table] if each.describes(name)), None)


def property_in_words(name: str, value: float | str) -> str:
    """Return a property of a patient for reading, without its unit; lesions are counted whole.

    >>> property_in_words("lesions", 2.83), property_in_words("weight", 65.6203)
    ('3', '65.62')
    """
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if name == LESIONS else f"{value:.4g}"
