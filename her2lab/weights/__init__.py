"""Prevalence weights: how far the plausible patients of one population would have to be re-weighted to meet its trials.

The weights are a diagnosis, and no prediction is made with them (docs/how_to/weights.md).

>>> from pathlib import Path
>>> from her2lab.evidence import prevalence
>>> found = prevalence.run("breast_metastatic_1l", Path("results/validation"))  # doctest: +SKIP
>>> found["effective_size"], found["verdict"]  # doctest: +SKIP
"""

from her2lab.weights.document import run, summaries

__all__ = ["run", "summaries"]
