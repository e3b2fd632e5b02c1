"""What a name that a person types stands for."""

from __future__ import annotations

import pytest

from her2lab.errors import InputError
from her2lab.explanation.answer import TraceOptions, trace
from her2lab.explanation.names import ClaimNamed, DrugNamed, NumberNamed, TrialNamed, resolve_name


@pytest.mark.parametrize(("text", "symbol"), [
    ("trastuzumab affinity", "trastuzumab.dissociation_constant"),
    ("drugs/trastuzumab/dissociation_constant", "trastuzumab.dissociation_constant"),
    ("Pertuzumab block ligand induced", "pertuzumab.block_ligand_induced"),
    ("clone.growth_rate", "clone.growth_rate"),
    ("breast_metastatic_1l clone.growth_rate", "clone.growth_rate"),
    ("share_2", "share_2"),
    ("network half_akt", "network.half_akt"),
])
def test_a_number_is_found_by_words(text: str, symbol: str) -> None:
    named = resolve_name(text)
    assert isinstance(named, NumberNamed)
    assert named.symbol == symbol


@pytest.mark.parametrize(("text", "named"), [
    ("CLEOPATRA pfs_median", TrialNamed("cleopatra", "pfs_median")),
    ("cleopatra PFS hr", TrialNamed("cleopatra", "pfs hazard ratio")),
    ("cleopatra diarrhoea grade 3", TrialNamed("cleopatra", "diarrhoea grade3")),
    ("cleopatra", TrialNamed("cleopatra", None)),
    ("T-DM1", DrugNamed("trastuzumab_emtansine")),
    ("c09", ClaimNamed("C09")),
])
def test_drugs_trials_and_statements_are_found(text: str, named: object) -> None:
    assert resolve_name(text) == named


@pytest.mark.parametrize(("words", "near"), [
    (["affinity"], "trastuzumab.dissociation_constant"),
    (["trastuzumab", "afinity_constant"], "trastuzumab"),
    (["cleopatra", "pfz_median"], "pfs_median"),
    (["clone.grwth_rate"], "clone.growth_rate"),
])
def test_what_is_unknown_or_ambiguous_is_refused_with_the_nearest_names(her2lab, words: list[str], near: str) -> None:
    ended = her2lab("trace", *words)
    assert ended.status == 2
    assert near in ended.line


def test_options_that_do_not_fit_are_refused(her2lab) -> None:
    assert "field --trials" in her2lab("trace", "cleopatra", "--trials", "hera").line
    assert "field --arm" in her2lab("trace", "share_2", "--arm", "placebo").line
    with pytest.raises(InputError, match="does not use"):
        trace("tucatinib tumour_activity", TraceOptions(trials=["cleopatra"]))
