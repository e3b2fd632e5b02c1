"""``her2lab rules``: every rule of the library with what it watches, its threshold, what is done, and its source."""

from __future__ import annotations

import json

import her2lab as public
from her2lab.facts import library


def listed(her2lab, *options):
    ended = her2lab("rules", "list", "--json", *options)
    assert (ended.status, ended.err) == (0, "")
    return json.loads(ended.out)


def test_the_list_holds_every_rule_of_the_library_once_with_its_origin(her2lab):
    rows, monitoring = listed(her2lab), library.monitoring()
    known = [*library.rules(), *monitoring.schedules, *monitoring.starts, *monitoring.cautions]
    assert [row["id"] for row in rows] == [each.id for each in known]
    assert len({row["id"] for row in rows}) == len(rows)
    assert all((row["source"] is None) != (row["assumption"] is None) for row in rows)
    assert all(row["watches"] and row["action"] for row in rows)


def test_a_drug_by_any_of_its_names_has_its_own_rules_only(her2lab):
    rows = listed(her2lab, "--drug", "T-DM1")
    assert rows
    assert all("trastuzumab_emtansine" in row["drugs"] for row in rows)
    assert {row["kind"] for row in rows} >= {"dose_modification", "monitoring", "start"}


def test_a_rule_is_shown_with_limit_action_and_source(her2lab):
    ended = her2lab("rules", "show", "tdm1_platelets_below_25")
    assert ended.status == 0
    for words in ("platelets < 25", "hold", "trastuzumab emtansine", "Kadcyla", "metastatic disease"):
        assert words in ended.out


def test_a_misspelt_rule_is_answered_with_the_nearest_names(her2lab):
    ended = her2lab("rules", "show", "tdm1_platelet_below_25")
    assert ended.status == 2
    assert "ID" in ended.line
    assert "did you mean tdm1_platelets_below_25?" in ended.line
    assert "tdm1_early_platelets" in ended.line


def test_the_table_of_python_has_the_same_rules(her2lab):
    assert public.rules()["rule"].to_list() == [row["id"] for row in listed(her2lab)]


def test_a_drug_without_rules_is_no_error(her2lab):
    assert listed(her2lab, "--drug", "letrozole") == []
    assert "No rule names this drug" in her2lab("rules", "list", "--drug", "letrozole").out
