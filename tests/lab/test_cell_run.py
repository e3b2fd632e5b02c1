"""``her2lab cell``: the contract of its JSON, its files, and its refusals."""

from __future__ import annotations

import csv
import json

import pytest

RUN = ("cell", "run", "--line", "SKBR3")


@pytest.fixture
def run(her2lab):
    """Run an experiment and return its JSON."""

    def run(*options: object) -> dict:
        ended = her2lab("cell", "run", *options, "--json")
        assert (ended.status, ended.err) == (0, "")
        return json.loads(ended.out)

    return run


def test_a_course_as_json(run):
    found = run("--line", "skbr3", "--drug", "lapatinib=1uM", "--washout", "2h", "--time", "24h", "--points", 13,
                "--read", "pakt,perk,net_growth")
    assert found["line"] == "SKBR3"
    assert (found["times"][0], found["times"][1], found["times"][-1]) == (0, 2, 24)
    assert found["time_unit"] == "h"
    assert set(found["readouts"]) == set(found["fold_change"]) == set(found["units"]) == {"pakt", "perk", "net_growth"}
    assert all(len(values) == 13 for values in found["readouts"].values())
    assert found["treatment"] == {"drugs_nM": {"lapatinib": 1000}, "ligands_nM": {}, "knockdown": {}, "washout_h": 2}
    assert found["units"]["net_growth"] == "1/day"
    for name, values in found["readouts"].items():
        assert found["fold_change"][name] == values[-1] / found["untreated"][name][-1]
    assert found["readouts"]["pakt"][1] < 0.5 * found["readouts"]["pakt"][0]


def test_all_that_is_done_to_the_cells_is_echoed(run):
    found = run("--line", "bt-474", "--feature", "pten_loss", "--feature", "igf1r-high", "--ligand", "NRG1=10nM",
                "--knockdown", "HER3=0.8", "--drug", "PI3K-inhibitor=500nM", "--time", "30 min", "--points", 2)
    assert found["line"] == "BT474"
    assert found["features"] == ["pten_loss", "igf1r_high"]
    assert found["treatment"]["ligands_nM"] == {"nrg1": 10}
    assert found["treatment"]["knockdown"] == {"erbb3": 0.8}
    assert found["treatment"]["drugs_nM"] == {"pi3k_inhibitor": 500}
    assert set(found["readouts"]) == {"pakt", "perk", "net_growth"}


def test_untreated_cells_have_no_fold_change(run):
    found = run("--line", "MCF7", "--time", "3d", "--points", 2, "--read", "pher2,payload,viability")
    assert found["fold_change"] == {"pher2": 1, "payload": 1, "viability": 1}


def test_what_the_untreated_lack_has_no_fold_change(run):
    found = run("--line", "SKBR3", "--drug", "trastuzumab_emtansine=100nM", "--read", "payload", "--points", 2)
    assert found["readouts"]["payload"][-1] > 0
    assert found["fold_change"] == {"payload": None}


def test_cells_may_be_given_by_their_receptors(run):
    found = run("--her2", "1.5e6", "--her3", "0", "--read", "surface_her2,pher3", "--points", 2)
    assert found["receptors_per_cell"]["her2"] == 1.5e6
    assert found["receptors_per_cell"]["her3"] == 0
    assert found["readouts"]["surface_her2"] == pytest.approx([1.5, 1.5], rel=1e-3)
    assert found["readouts"]["pher3"] == pytest.approx([0, 0], abs=1e-9)


def test_a_dose_response_as_json(run):
    found = run("--line", "SKBR3", "--dose-response", "lapatinib=1nM:10uM", "--time", "1h", "--read", "pher2,payload")
    assert found["concentrations_nM"][0] == 1
    assert found["concentrations_nM"][-1] == 10000
    assert len(found["concentrations_nM"]) == len(found["fold_change"]["pher2"]) == 13
    assert sorted(found["readouts"]["pher2"], reverse=True) == found["readouts"]["pher2"]
    assert 10 < found["relative_ec50"]["pher2"]["concentration_nM"] < 3000
    assert 10 < found["absolute_ic50"]["pher2"]["concentration_nM"] < 3000
    assert found["relative_ec50"]["payload"]["concentration_nM"] is None
    assert found["relative_ec50"]["payload"]["reason"]
    assert found["gr50"] == {}
    assert (found["compound"], found["time"], found["time_unit"]) == ("lapatinib", 1, "h")


def test_a_dose_response_may_be_of_a_ligand(run):
    found = run("--line", "MCF7", "--dose-response", "nrg1=10pM:100nM", "--points", 5, "--time", "10 min",
                "--read", "pher3")
    assert len(found["concentrations_nM"]) == 5
    assert sorted(found["readouts"]["pher3"]) == found["readouts"]["pher3"]


@pytest.mark.parametrize("options", [(), ("--dose-response", "lapatinib=1nM:10uM")])
def test_files(her2lab, tmp_path, options):
    folder = tmp_path / "a" / "b"
    for _ in range(2):  # a second run takes the place of the first
        ended = her2lab(*RUN, *options, "--points", 6, "--read", "pakt,pher2", "--out", folder, "--json")
        assert (ended.status, ended.err) == (0, "")
        assert sorted(path.name for path in folder.iterdir()) == ["plot.png", "plot.svg", "result.json", "table.csv"]
    assert json.loads((folder / "result.json").read_text(encoding="utf-8")) == json.loads(ended.out)
    rows = list(csv.DictReader((folder / "table.csv").open()))
    assert [float(row["pakt"]) for row in rows] == json.loads(ended.out)["readouts"]["pakt"]
    assert (folder / "plot.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (folder / "plot.svg").read_text(encoding="utf-8")


def test_the_screen_shows_course_units_fold_change_and_research_use(her2lab):
    ended = her2lab(*RUN, "--drug", "lapatinib=1uM", "--feature", "pten_loss", "--read", "pher2,pakt")
    assert (ended.status, ended.err) == (0, "")
    for words in ("SKBR3 with pten_loss, lapatinib 1 uM", "pher2, million/cell", "fold change", "Research use only"):
        assert words in ended.out


def test_the_screen_names_the_potencies_and_says_why_one_is_missing(her2lab):
    out = her2lab(*RUN, "--dose-response", "lapatinib=1nM:10nM", "--time", "1h", "--read", "pher2,viability").out
    for words in ("relative EC50", "absolute IC50", "GR50", "half of untreated at every concentration"):
        assert words in " ".join(out.split())


@pytest.mark.parametrize(
    ("options", "option", "value", "hint"),
    [
        ("--drug lapatinb=1uM", "--drug", "lapatinb", "did you mean lapatinib?"),
        ("--drug lapatinib=1", "--drug lapatinib", "'1'", "pM, nM, uM, mM"),
        ("--drug lapatinib=-1uM", "--drug lapatinib", "-1uM", "pM, nM, uM, mM"),
        ("--drug lapatinib", "--drug", "lapatinib", "lapatinib=1uM"),
        ("--drug lapatinib=1uM --drug Lapatinib=2uM", "--drug", "given twice", "each name once"),
        ("--drug pembrolizumab=1uM", "--drug", "pembrolizumab", "expected an antibody"),
        ("--ligand ngr1=1nM", "--ligand", "ngr1", "did you mean nrg1?"),
        ("--knockdown erbb3=80", "--knockdown erbb3", "80", "from 0 to 1"),
        ("--knockdown her3=0.5 --knockdown erbb3=0.5", "--knockdown", "given twice", "each name once"),
        ("--knockdown erb3=0.5", "--knockdown", "erb3", "did you mean erbb3?"),
        ("--feature pten_los", "--feature", "pten_los", "did you mean pten_loss?"),
        ("--read pact", "--read", "pact", "did you mean pakt?"),
        ("--time 24", "--time", "24", "min, h, d"),
        ("--time 0h", "--time", "0h", "above zero"),
        ("--washout 30h", "--washout", "30h", "not after --time"),
        ("--points 1", "--points", "1", "a whole number from 2"),
        ("--her2 1e6", "--her2", "cannot stand beside --line", "receptors per cell"),
        ("--dose-response lapatinib=1nM", "--dose-response", "lapatinib=1nM", "lapatinib=1nM:10uM"),
        ("--dose-response lapatinib=1uM:1nM", "--dose-response", "1uM:1nM", "before the higher"),
        ("--dose-response lapatnib=1nM:1uM", "--dose-response", "lapatnib", "did you mean lapatinib?"),
        ("--drug lapatinib=1nM --dose-response lapatinib=1nM:1uM", "--dose-response", "already given", "no --drug"),
        ("--out /proc/her2lab", "--out", "/proc/her2lab", "a folder that can be written"),
    ],
)
def test_refusals_are_one_line_that_names_option_value_and_expected(her2lab, options, option, value, hint):
    ended = her2lab(*RUN, *options.split())
    assert ended.status == 2
    assert f"field {option}" in ended.line
    assert value in ended.line
    assert hint in ended.line
    assert ended.out == ""


@pytest.mark.parametrize(("line", "hint"), [("SKRB3", "did you mean SKBR3?"), ("HeLa", "one of A431")])
def test_unknown_lines_are_refused(her2lab, line, hint):
    ended = her2lab("cell", "run", "--line", line)
    assert ended.status == 2
    assert "field --line" in ended.line
    assert hint in ended.line


@pytest.mark.parametrize("value", ["-1", "nan", "1e9", "many"])
def test_receptors_are_numbers_within_bounds(her2lab, value):
    ended = her2lab("cell", "run", f"--her2={value}")
    assert ended.status == 2
    assert "--her2" in ended.line
    assert value in ended.line


def test_cells_must_be_named(her2lab):
    ended = her2lab("cell", "run")
    assert ended.status == 2
    assert "--line" in ended.line
    assert "SKBR3" in ended.line


def test_the_list_holds_everything_with_its_source(her2lab):
    ended = her2lab("cell", "list", "--json")
    assert (ended.status, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert list(found) == ["lines", "features", "drugs", "tools", "ligands", "genes", "readouts"]
    for entries in found.values():
        assert entries
        assert all(entry["source"] and entry["meaning"] for entry in entries)
    assert {"skbr3", "bt474", "mcf7", "nci-n87", "mda-mb-231"} <= {line["id"] for line in found["lines"]}
    assert {"pten_loss", "topo1_loss"} <= {feature["id"] for feature in found["features"]}
    units = {entry["id"]: entry["unit"] for entry in found["readouts"]}
    assert (units["pakt"], units["shed_ecd"], units["viability"]) == ("1", "ng/mL", "1")


def test_the_list_reads_well(her2lab):
    out = her2lab("cell", "list").out
    for words in ("SKBR3", "pten_loss", "mek_inhibitor", "nrg1", "erbb3", "pakt", "--knockdown"):
        assert words in out
