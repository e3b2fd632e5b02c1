"""Cell lines, features, tools and published findings: all in order, and what a fact names exists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from her2lab.biology import assemble
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.amounts import concentration
from her2lab.facts.cell_vocabulary import GENES, LIGANDS, MODEL_PARAMETERS, READOUTS
from her2lab.facts.cells import CellFeature, CellLine, Change
from her2lab.facts.perturbations import UNCHANGED, Perturbation
from her2lab.facts.quantity import Quantity
from her2lab.facts.units import convert, parse_time

# the contract of `her2lab cell run` (docs/design.md)
LINES = ("SKBR3", "BT474", "MCF7", "NCI-N87", "MDA-MB-231")
FEATURES = (
    "pten_loss",
    "pik3ca_mutation",
    "p95her2",
    "her2_l755s",
    "her2_t798i",
    "her2_v777l",
    "her2_exon20",
    "her3_drive",
    "igf1r_high",
    "met_high",
    "src_high",
    "stromal_cytokines",
    "notch_high",
    "apoptosis_block",
    "her2_low",
    "efflux_high",
    "topo1_loss",
)
TOOLS = (
    "pi3k_inhibitor",
    "akt_inhibitor",
    "mtor_kinase_inhibitor",
    "rapalogue",
    "mek_inhibitor",
    "src_inhibitor",
    "cdk46_inhibitor",
    "igf1r_inhibitor",
    "met_inhibitor",
    "fgfr_inhibitor",
    "stat3_inhibitor",
    "il6r_antibody",
    "gamma_secretase_inhibitor",
    "ptp1b_inhibitor",
    "upa_inhibitor",
    "efflux_inhibitor",
)

FACTS = library.perturbations()
EXPRESSIBLE = {name: fact for name, fact in FACTS.items() if fact.expressible}


def test_every_file_is_in_order() -> None:
    folder = Path(__file__).parents[2] / "facts"
    files = [
        path
        for kind in ("cell_lines", "cell_features", "tools", "perturbations")
        for path in (folder / kind).glob("*.yaml")
    ]
    assert [str(problem) for problem in library.validate_files(files)] == []


def test_the_contract_is_covered() -> None:
    assert {library.cell_line(name).name for name in LINES} == set(LINES)
    assert set(FEATURES) <= set(library.cell_features())
    assert set(TOOLS) <= set(library.tools())


@pytest.mark.parametrize("name", ["SKBR3", "skbr3", "SK-BR-3", "Skbr 3"])
def test_a_line_is_found_whatever_its_case_and_dashes(name: str) -> None:
    assert library.cell_line(name).id == "skbr3"


@pytest.mark.parametrize(
    ("look_up", "name", "nearest"),
    [
        (library.cell_line, "SKRB3", "SKBR3"),
        (library.cell_line, "MDA-MB-213", "MDA-MB-231"),
        (library.cell_feature, "pten_los", "pten_loss"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(look_up: Callable[[str], object], name: str, nearest: str) -> None:
    with pytest.raises(InputError) as caught:
        look_up(name)
    assert f"did you mean {nearest}?" in str(caught.value)
    assert name in str(caught.value)


def test_a_name_near_to_none_is_refused_with_the_list() -> None:
    with pytest.raises(InputError, match=r"one of .*SKBR3"):
        library.cell_line("HeLa")


@pytest.mark.parametrize("line", library.cell_lines().values(), ids=lambda line: line.id)
def test_a_line_has_its_receptors_and_an_origin_for_each_number(line: CellLine) -> None:
    for n in (1, 2, 3, 4):
        assert 0 <= convert(line.parameters[f"receptor.her{n}_per_cell"], "million/cell") < 5
    for name, quantity in [*line.parameters.items(), ("doubling_time", line.doubling_time)]:
        _has_origin(name, quantity, line)
    assert 12 < convert(line.doubling_time, "h") < 200


def _has_origin(name: str, quantity: Quantity, line: CellLine) -> None:
    assert quantity.assumption or quantity.source in line.sources, name
    assert quantity.source is None or quantity.seen is not None, f"{name}: was the number read in the source?"


def test_the_lines_are_ordered_as_measured() -> None:
    her2 = {name: library.cell_line(name).parameters["receptor.her2_per_cell"].value for name in LINES}
    assert her2["SKBR3"] > her2["BT474"] > her2["MCF7"] > her2["MDA-MB-231"]
    assert library.cell_line("MDA-MB-231").parameters["receptor.her3_per_cell"].value < 0.01


@pytest.mark.parametrize("feature", library.cell_features().values(), ids=lambda feature: feature.id)
def test_a_feature_changes_parameters_of_the_cell_model(feature: CellFeature) -> None:
    assert all(change.parameter in MODEL_PARAMETERS for change in feature.changes)
    assert feature.evidence.source or feature.evidence.assumption
    assert feature.mechanism_source


def test_each_parameter_is_a_constant_of_the_cell_model_in_its_unit() -> None:
    model = assemble("cell")
    units = {f"{each.module}.{each.symbol.name}": model.units[name] for name, each in model.constants.items()}
    assert {name: units.get(name) for name in MODEL_PARAMETERS} == dict(MODEL_PARAMETERS)


def test_a_change_is_one_of_three() -> None:
    assert Change(parameter="network.pten", set=0.1).of(1.0) == 0.1
    assert Change(parameter="network.met_level", times=10).of(0.5) == 5.0
    assert Change(parameter="network.met_level", plus=1).of(0.5) == 1.5
    with pytest.raises(ValueError, match="exactly one"):
        Change(parameter="network.pten", set=0.1, times=2)


def test_all_findings_are_there_each_once_and_in_order() -> None:
    ids = [fact.id for file in library.perturbation_files().values() for fact in file.facts]
    assert len(ids) == len(set(ids)) == len(FACTS) == 117
    assert not {"p008", "p010"} & set(FACTS)


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.id)
def test_a_finding_has_its_source(fact: Perturbation) -> None:
    file = next(each for each in library.perturbation_files().values() if fact in each.facts)
    assert {fact.source, *fact.further_sources} <= set(file.sources)
    assert fact.expressible == (fact.why is None)


@pytest.mark.parametrize("fact", EXPRESSIBLE.values(), ids=lambda fact: fact.id)
def test_what_a_finding_names_exists(fact: Perturbation) -> None:
    lines, features = library.cell_lines(), library.cell_features()
    assert {*fact.lines, *filter(None, [fact.against_line])} <= set(lines)
    assert set(fact.features) <= set(features)
    assert set(fact.readouts) <= set(READOUTS)
    extra = {name for name, readout in READOUTS.items() if readout.extra}
    assert fact.extra_readout == bool(set(fact.readouts) & extra)
    for treatment in fact.treatments:
        assert set(treatment.drugs) <= {*library.drugs(), *library.tools()}
        assert set(treatment.ligands) <= set(LIGANDS)
        assert set(treatment.knockdown) <= set(GENES)
        assert set(treatment.features) <= set(features)
        assert all(concentration(dose) > 0 for dose in [*treatment.drugs.values(), *treatment.ligands.values()])


@pytest.mark.parametrize("fact", EXPRESSIBLE.values(), ids=lambda fact: fact.id)
def test_a_finding_compares_two_different_things(fact: Perturbation) -> None:
    for each in fact.comparisons:
        assert each.treatment != each.reference
        assert each.treatment.model_dump(exclude_defaults=True), "nothing is done to the cell"
    if fact.early is not None:
        assert parse_time(fact.early) < parse_time(fact.at)


def test_tools_are_given_at_about_ten_times_their_half_inhibition() -> None:
    tools = library.tools()
    for fact in EXPRESSIBLE.values():
        for treatment in fact.treatments:
            for name, dose in treatment.drugs.items():
                if name in tools:
                    ratio = concentration(dose) / convert(tools[name].half_inhibition, "nM")
                    assert 5 <= ratio <= 20, f"{fact.id}: {name} at {ratio:g} times its half inhibition"


def test_bounds_agree_with_what_is_expected() -> None:
    for fact in EXPRESSIBLE.values():
        low, high = fact.fold or (None, None)
        if fact.expect == "up":
            assert low is None or low >= 1, fact.id
        if fact.expect == "down":
            assert high is None or high <= 1, fact.id
        if fact.expect == "unchanged":
            assert fact.fold is None or (low is not None and high is not None and low < 1 < high), fact.id
    assert UNCHANGED[0] < 1 < UNCHANGED[1]


SMALL = """\
title: small
facts:
  - id: p900
    statement: made up
    lines: [skbr3]
    treatment: {drugs: {lapatinib: 1 uM}}
    readouts: [pakt]
    at: 1 h
    expect: down
    grade: B
    source: somebody
    seen: false
sources:
  somebody: {cite: made up}
"""


def _problem(folder: Path, text: str) -> str:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return "; ".join(str(problem) for problem in library.validate_files([path]))


def test_the_small_file_is_in_order(tmp_path: Path) -> None:
    assert _problem(tmp_path, SMALL) == ""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[skbr3]", "[skrb3]", "did you mean skbr3?"),
        ("[pakt]", "[pact]", "did you mean pakt?"),
        ("[pakt]", "[prb]", "field facts[0].extra_readout"),
        ("1 uM", "1 mM", "mM is not a unit of concentration"),
        ("1 h", "1 hour", "the unit hour is not a unit of time"),
        ("source: somebody", "source: sombody", "did you mean somebody?"),
        ("expect: down", "expect: rebound", "a rebound needs the early time"),
        ("expect: down", "expect: donw", "did you mean down?"),
        ("    readouts: [pakt]\n", "", "a fact needs lines"),
        ("lines:", "features: [pten_los]\n    lines:", "did you mean pten_loss?"),
        ("{drugs", "{ligands: {ngr1: 1 nM}, drugs", "did you mean nrg1?"),
        ("at: 1 h", "at: 1 h\n    expressible: false", "must say why"),
    ],
)
def test_a_mistake_in_a_finding_is_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert SMALL.count(old) == 1
    problem = _problem(tmp_path, SMALL.replace(old, new))
    assert message in problem
    assert "small.yaml" in problem
    assert "\n" not in problem


def test_a_parameter_that_the_cell_model_lacks_is_refused(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "facts/cell_lines/skbr3.yaml").read_text(encoding="utf-8")
    path = tmp_path / "skbr3.yaml"
    path.write_text(text.replace("receptor.her1_per_cell", "receptor.her5_per_cell"), encoding="utf-8")
    (problem,) = library.validate_files([path])
    assert "did you mean receptor.her" in str(problem)
    path.write_text(text.replace("value: 1.1,", "value: 11,"), encoding="utf-8")
    (problem,) = library.validate_files([path])
    assert "lies outside its range" in str(problem)
