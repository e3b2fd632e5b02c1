"""The class of a regimen, by which naive forecasts are made: what kinds of drugs it holds, in words.

HER2 drugs: conjugate, one or two antibodies, kinase inhibitor. Partners: chemotherapy, endocrine therapy,
immunotherapy, antibody against vessels, other. Supportive drugs do not count; an arm without any drug is under
observation.
"""

from __future__ import annotations

from collections.abc import Callable

from her2lab.facts.records import Arm, Drug, Trial

OBSERVATION = "observation"
AT_SURGERY = ("pcr", "pcr_breast")
PARTNERS = {"cytotoxic": "chemotherapy", "endocrine": "endocrine", "checkpoint": "immunotherapy",
            "antiangiogenic": "against vessels"}
ORDER = ("conjugate", "antibody", "kinase inhibitor", *PARTNERS.values(), "other")
IGNORED = ("supportive", "tool")


def regimen_class(trial: Trial, arm: Arm, endpoint: str, drug: Callable[[str], Drug]) -> str:
    """Return the class of an arm; for complete response at surgery only what was given before it counts."""
    until = trial.surgery if endpoint in AT_SURGERY and trial.surgery is not None else float("inf")
    drugs = {line.drug for line in arm.regimen if min(line.at or [line.start]) < until}
    kinds = [_kind(drug(name)) for name in sorted(drugs)]
    words = [kind for kind in ORDER if kind in kinds]
    if kinds.count("antibody") > 1:
        words[words.index("antibody")] = "two antibodies"
    return " + ".join(words) or OBSERVATION


def _kind(drug: Drug) -> str:
    against_her2 = any(target.startswith("HER2") for target in drug.targets)
    if drug.drug_class in IGNORED:
        return ""
    if against_her2 and drug.drug_class == "antibody_drug_conjugate":
        return "conjugate"
    if against_her2:
        return "antibody" if drug.drug_class == "antibody" else "kinase inhibitor"
    return PARTNERS.get(drug.drug_class, "other")
