"""What a user of cell experiments relies on; of the biology only signs, with generous margins."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from her2lab import cell_culture
from her2lab.biology import assemble
from her2lab.cell_culture import catalogue, medium
from her2lab.cell_culture.study import fold
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.cell_vocabulary import GENES, READOUTS
from her2lab.resources import folder

HOUR = 1 / 24
ALL = list(READOUTS)


def after(hours: float, treatment: cell_culture.CultureTreatment, readout: str, line: str = "SKBR3",
          *features: str) -> float:
    """Return the fold change of one readout after some hours."""
    culture = cell_culture.Culture.of(line, features)
    found = cell_culture.compare(culture, treatment, np.array([0.0, hours * HOUR]), [readout]).fold_change[readout]
    assert found is not None
    return found


def test_nothing_happens_to_untreated_cells() -> None:
    found = cell_culture.compare(cell_culture.Culture.of("SKBR3"), cell_culture.CultureTreatment(), np.linspace(0, 3,
                                                                                                                7), ALL)
    assert set(found.fold_change.values()) == {1.0}
    for name in ALL:
        if name not in ("shed_ecd", "cell_number"):  # it gathers in the medium; cells grow
            assert found.treated[name] == pytest.approx(found.treated[name][0], rel=1e-3), name


@pytest.mark.parametrize("line", ["SKBR3", "BT474", "MCF7", "NCI-N87", "MDA-MB-231"])
def test_untreated_lines_grow_with_their_doubling_time(line: str) -> None:
    culture = cell_culture.Culture.of(line)
    growth = cell_culture.compare(culture, cell_culture.CultureTreatment(), np.array([0.0, 1.0]),
                                  ["net_growth"]).untreated["net_growth"]
    assert growth == pytest.approx(math.log(2) / culture.doubling_time, rel=1e-3)


def test_akt_returns_after_lapatinib_is_washed_out_and_not_after_neratinib() -> None:
    culture, times = cell_culture.Culture.of("SKBR3"), np.array([0.0, 2.0, 4.0]) * HOUR
    left = {}
    for drug in ("lapatinib", "neratinib"):
        found = cell_culture.compare(culture, cell_culture.CultureTreatment({drug: 1000.0}), times, ["pakt"],
                                     washout=2 * HOUR)
        assert found.treated["pakt"][1] < 0.5 * found.untreated["pakt"][1]
        left[drug] = found.fold_change["pakt"]
    assert left["lapatinib"] > 0.7
    assert left["neratinib"] < 0.5


def test_bound_antibody_outlasts_the_washout() -> None:
    culture, times = cell_culture.Culture.of("SKBR3"), np.array([0.0, 6.0, 7.0, 8.0]) * HOUR
    conjugate = cell_culture.CultureTreatment({"trastuzumab_emtansine": 100.0})
    found = cell_culture.compare(culture, conjugate, times, ["adcc", "payload", "surface_her2"], washout=6 * HOUR)
    assert found.treated["adcc"][2] > 0.5 * found.treated["adcc"][1] > 0
    assert found.treated["payload"][3] > found.treated["payload"][1] > 0


def test_shed_her2_is_washed_out_with_the_medium() -> None:
    times = np.array([0.0, 6.0, 7.0]) * HOUR
    found = cell_culture.compare(cell_culture.Culture.of("SKBR3"), cell_culture.CultureTreatment(), times,
                                 ["shed_ecd"], washout=6 * HOUR)
    assert found.treated["shed_ecd"][2] < 0.5 * found.treated["shed_ecd"][1]
    assert found.fold_change["shed_ecd"] == 1.0


def test_ligand_comes_on_top_of_what_the_cells_have_and_leaves_it_behind() -> None:
    culture = cell_culture.Culture.of("SKBR3", ("stromal_cytokines",))
    times = np.array([0.0, 1.0, 5.0])
    added = cell_culture.compare(culture, cell_culture.CultureTreatment(ligands={"il6": 5.0}), times, ["pstat3"],
                                 washout=1.0)
    assert added.treated["pstat3"][1] > added.untreated["pstat3"][1]
    assert added.treated["pstat3"][2] == pytest.approx(added.untreated["pstat3"][2], rel=0.2)
    assert added.untreated["pstat3"][2] == pytest.approx(added.untreated["pstat3"][0], rel=1e-3)


def test_neuregulin_raises_her3_phosphorylation() -> None:
    assert after(0.25, cell_culture.CultureTreatment(ligands={"nrg1": 10.0}), "pher3", "MCF7") > 1.5


def test_egf_raises_her1_phosphorylation() -> None:
    assert after(0.1, cell_culture.CultureTreatment(ligands={"egf": 10.0}), "pegfr", "MDA-MB-231") > 1.5


@pytest.mark.parametrize(
    ("tool", "readout"), [("mek_inhibitor", "perk"), ("pi3k_inhibitor", "pakt"), ("rapalogue", "ps6k")]
)
def test_tool_compounds_take_their_targets_away(tool: str, readout: str) -> None:
    half = library.tools()[tool].half_inhibition.value
    assert after(1, cell_culture.CultureTreatment({tool: 20 * half}), readout) < 0.8


@pytest.mark.parametrize(("gene", "readout"), [("erbb2", "surface_her2"), ("her3", "surface_her3"), ("bcl2l11", "bim")])
def test_a_knock_down_takes_the_product_away(gene: str, readout: str) -> None:
    assert after(1, cell_culture.CultureTreatment(knockdown={gene: 0.8}), readout) < 0.5


def test_features_belong_to_both_treated_and_untreated() -> None:
    assert after(24, cell_culture.CultureTreatment(), "pakt", "SKBR3", "pten_loss") == 1.0
    times = np.array([0.0, 1.0])
    with_loss, without = (
        cell_culture.compare(cell_culture.Culture.of("SKBR3", features), cell_culture.CultureTreatment(), times,
                             ["pakt"]).untreated["pakt"][1]
        for features in (("pten_loss",), ())
    )
    assert with_loss > without


def test_more_her2_is_more_phosphorylated_her2() -> None:
    times = np.array([0.0, 1.0])
    low, high = (
        cell_culture.compare(cell_culture.custom_line("x", {"her2": number}), cell_culture.CultureTreatment(), times,
                             ["pher2"]).untreated["pher2"][0]
        for number in (2e4, 2e6)
    )
    assert high > 10 * low


def test_conjugates_kill_cells_with_her2_first() -> None:
    conjugate = cell_culture.CultureTreatment({"trastuzumab_deruxtecan": 10.0})
    high, low = (after(96, conjugate, "viability", line) for line in ("SKBR3", "MDA-MB-231"))
    assert high < low
    assert high < 0.8


def test_the_number_of_threads_and_the_company_do_not_matter() -> None:
    lines = ["SKBR3", "BT474", "MCF7"] * 30  # more than one chunk
    experiments = [(cell_culture.Culture.of(line), cell_culture.CultureTreatment({"lapatinib": 10.0 + n})) for n,
                   line in enumerate(lines)]
    times, readouts = [0.0, 0.5, 2.0], ["pakt", "viability", "shed_ecd"]
    one, two = (cell_culture.run(experiments, times, readouts, washout=1.0, threads=threads) for threads in (1, 2))
    alone = cell_culture.run(experiments[:1], times, readouts, washout=1.0)
    assert np.array_equal(one.values, two.values)
    assert np.array_equal(one.values[:1], alone.values)


@pytest.mark.parametrize("washout", [1e-6, 0.5, 1.0, 2.0])
def test_reading_before_at_and_after_the_washout(washout: float) -> None:
    course = cell_culture.run(
        [(cell_culture.Culture.of("SKBR3"), cell_culture.CultureTreatment({"lapatinib": 1000.0}))], [0.0, 1.0, 2.0],
        ["pakt"], washout=washout
    )
    assert course.values.shape == (1, 3, 1)


@pytest.mark.parametrize("feature", library.cell_features())
def test_every_feature_can_be_run(feature: str) -> None:
    assert math.isfinite(after(24, cell_culture.CultureTreatment({"trastuzumab": 100.0}), "net_growth", "BT474",
                               feature))


@pytest.mark.parametrize("gene", GENES)
def test_every_gene_can_be_silenced_fully(gene: str) -> None:
    assert math.isfinite(after(24, cell_culture.CultureTreatment(knockdown={gene: 1.0}), "net_growth"))


def test_every_drug_and_tool_can_be_run_and_washed_out() -> None:
    culture = cell_culture.Culture.of("SKBR3")
    treatments = [cell_culture.CultureTreatment({name: 100.0}) for name in (*medium.in_vitro_drugs(), *library.tools())]
    course = cell_culture.run([(culture, each) for each in treatments], [0.0, 1.0, 3.0], ALL, washout=2.0)
    assert np.isfinite(course.values).all()


def test_drugs_that_act_in_patients_only_are_refused() -> None:
    with pytest.raises(InputError, match="no effect on cells in culture"):
        cell_culture.CultureTreatment({"pembrolizumab": 10.0}).parameters()
    assert "pembrolizumab" not in medium.in_vitro_drugs()


def test_more_drugs_than_slots_are_refused() -> None:
    with pytest.raises(InputError, match="at most 2"):
        cell_culture.CultureTreatment(dict.fromkeys(("lapatinib", "neratinib", "tucatinib"), 10.0)).parameters()


@pytest.mark.parametrize(
    ("name", "gene"),
    [("HER2", "erbb2"), ("erbb3", "erbb3"), ("EGFR", "egfr"), ("BCL2L11", "bim"), ("uPAR", "plaur"),
     ("ptp1b", "ptpn1"), ("MDR1", "abcb1"), ("Notch1", "notch1"), ("grb2", "grb2")],
)
def test_genes_go_by_symbol_and_by_common_name(name: str, gene: str) -> None:
    assert medium.gene(name) == gene


@pytest.mark.parametrize(
    ("look_up", "name", "nearest"),
    [(medium.gene, "erbb5", "erbb"), (medium.compound, "lapatinb", "lapatinib"), (medium.ligand, "ngr1", "nrg1")],
)
def test_unknown_names_are_refused_with_the_nearest(look_up, name: str, nearest: str) -> None:
    with pytest.raises(InputError, match=f"did you mean {nearest}"):
        look_up(name)


def test_everything_that_can_be_asked_has_its_place_in_the_cell_model() -> None:
    units = assemble("cell").units
    assert [name for name, readout in READOUTS.items() if readout.symbol not in units] == []
    for entry in (*catalogue.readouts(), *catalogue.ligands(), *catalogue.genes()):
        module, symbol = re.fullmatch(r"biology/(\w+)\.ant, (\w+)", entry.source).groups()
        text = (folder("biology") / f"{module}.ant").read_text(encoding="utf-8")
        assert symbol in text or symbol.replace("_a_", "_{slot}_") in text, entry.id


@pytest.mark.parametrize(
    ("treated", "untreated", "expected"), [(2.0, 1.0, 2.0), (0.0, 0.0, 1.0), (1.0, 0.0, None), (-1.0, 2.0, -0.5)]
)
def test_fold_changes(treated: float, untreated: float, expected: float | None) -> None:
    assert fold(treated, untreated) == expected
