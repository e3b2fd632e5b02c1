"""The options of ``her2lab patient plan`` (a regimen, a patient) and ``status`` (what was measured in a sample)."""

from __future__ import annotations

from typing import Annotated

import typer

from her2lab.facts.guidelines import Probe, Specimen
from her2lab.facts.vocabulary import Setting as Settings
from her2lab.lab.cli.values import finite, one_among, within

PROPERTIES = (
    "age", "lvef", "creatinine_clearance", "hypertension", "diabetes", "obesity", "smoking", "prior_heart_failure",
    "prior_heart_disease", "prior_cardiotoxicity", "arrhythmia", "raised_troponin", "raised_natriuretic_peptide",
    "prior_anthracycline", "prior_platinum", "chest_radiation", "lung_disease", "asian",
)

# ------------------------------------------------------------------------------------------------ plan
Regimen = Annotated[
    str,
    typer.Option("--regimen", metavar="REGIMEN",
                 help="A regimen's id, an arm such as cleopatra/pertuzumab, or drugs such as trastuzumab+docetaxel."),
]
Age = Annotated[
    float | None, typer.Option("--age", metavar="YEARS", parser=within("--age", 18, 110, "years"), help="Age.")
]
Lvef = Annotated[
    float | None,
    typer.Option("--lvef", metavar="PERCENT", parser=within("--lvef", 10, 90, "percent"), help="Ejection fraction."),
]
Clearance = Annotated[
    float | None,
    typer.Option("--creatinine-clearance", metavar="ML_MIN", help="Creatinine clearance, mL/min.",
                 parser=within("--creatinine-clearance", 1, 300, "mL/min")),
]
Setting = Annotated[
    Settings | None,
    typer.Option("--setting", metavar="SETTING", parser=one_among("--setting", Settings),
                 help="early or metastatic.  [default: the trial's, otherwise metastatic]"),
]
Hypertension = Annotated[bool, typer.Option("--hypertension", help="High blood pressure.")]
Diabetes = Annotated[bool, typer.Option("--diabetes", help="Diabetes.")]
Obesity = Annotated[bool, typer.Option("--obesity", help="Obesity.")]
Smoking = Annotated[bool, typer.Option("--smoking", help="Smoking, now or much of it before.")]
HeartFailure = Annotated[bool, typer.Option("--prior-heart-failure", help="Heart failure or cardiomyopathy before.")]
HeartDisease = Annotated[
    bool, typer.Option("--prior-heart-disease", help="Infarction, revascularisation, angina or a severe valve disease.")
]
Cardiotoxicity = Annotated[
    bool, typer.Option("--prior-cardiotoxicity", help="The heart was harmed by earlier trastuzumab.")
]
Arrhythmia = Annotated[bool, typer.Option("--arrhythmia", help="Arrhythmia.")]
Troponin = Annotated[bool, typer.Option("--raised-troponin", help="Troponin above normal.")]
Peptide = Annotated[bool, typer.Option("--raised-natriuretic-peptide", help="BNP or NT-proBNP above normal.")]
Anthracycline = Annotated[bool, typer.Option("--prior-anthracycline", help="An anthracycline before.")]
Platinum = Annotated[bool, typer.Option("--prior-platinum", help="A platinum drug before.")]
Radiation = Annotated[bool, typer.Option("--chest-radiation", help="Radiation of the left chest or mediastinum.")]
LungDisease = Annotated[bool, typer.Option("--lung-disease", help="A disease of the lungs.")]
Asian = Annotated[bool, typer.Option("--asian", help="Asian.")]

# ------------------------------------------------------------------------------------------------ status
Disease = Annotated[str, typer.Option("--disease", metavar="DISEASE", help="breast or gastric.")]
Ihc = Annotated[str | None, typer.Option("--ihc", metavar="SCORE", help="IHC score: 0, 1+, 2+ or 3+.")]
Ratio = Annotated[
    float | None,
    typer.Option("--ratio", metavar="RATIO", parser=finite("--ratio", positive=True),
                 help="HER2/CEP17 ratio of dual-probe ISH."),
]
Copies = Annotated[
    float | None,
    typer.Option("--copies", metavar="COPIES", parser=finite("--copies", positive=True),
                 help="Mean HER2 signals per cell by ISH."),
]
ProbeKind = Annotated[
    Probe | None,
    typer.Option("--probe", metavar="PROBE", parser=one_among("--probe", Probe),
                 help="dual or single.  [default: dual if there is a ratio]"),
]
SpecimenKind = Annotated[
    Specimen | None,
    typer.Option("--specimen", metavar="SPECIMEN", parser=one_among("--specimen", Specimen),
                 help="biopsy or resection; scores of gastric cancer are defined for either."),
]
RecountRatio = Annotated[
    float | None,
    typer.Option("--recount-ratio", metavar="RATIO", parser=finite("--recount-ratio", positive=True),
                 help="Ratio of a recount by an observer who did not know the first."),
]
RecountCopies = Annotated[
    float | None,
    typer.Option("--recount-copies", metavar="COPIES", parser=finite("--recount-copies", positive=True),
                 help="HER2 signals per cell of that recount."),
]
