"""The options of ``her2lab patient status``: what was measured in a sample."""

from __future__ import annotations

from typing import Annotated

import typer

from her2lab.facts.guidelines import Probe, Specimen
from her2lab.lab.cli.values import finite, one_among

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
