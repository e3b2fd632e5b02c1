"""Subgroups on paper: every one in the report, those with published figures on the terminal."""

from __future__ import annotations

from her2lab.presentation.report import render
from her2lab.presentation.subgroups import groups, published
from her2lab.presentation.trial_terminal import outcome
from tests.presentation import standin


def subgroup(level, hr, source=None):
    ratio = {"value": 0.7, "low": 0.5, "high": 0.9, "published": hr, "published_low": None, "published_high": None}
    return {
        "property": "pik3ca_mutated", "level": level,
        "arms": [{"id": arm, "n": 30, "endpoints": {}} for arm in standin.DRUGS],
        "contrasts": [{"endpoint": "pfs", "arm": "pertuzumab", "reference": "placebo", "hazard_ratio": ratio}],
        "published": source and {"source": source, "seen": False},
    }


def result():
    made_up = standin.result(standin.trial())
    made_up.summary["subgroups"] = [subgroup("yes", 0.6, "Someone <2014>"), subgroup("no", None)]
    made_up.summary["definitions"]["subgroups"] = "by a property at baseline"
    return made_up


def test_published_ones_come_to_the_terminal():
    found = groups(result().summary)
    assert [each.who for each in found] == ["PIK3CA: mutated", "PIK3CA: wild type"]
    assert [group.who for group, _ in published(found)] == ["PIK3CA: mutated"]
    assert any("PIK3CA: mutated  (placebo 30, pertuzumab 30)" in str(part)
               for part in outcome(standin.trial(), result().summary, []))


def test_the_report_shows_all_of_them_and_believes_no_text():
    page = render(result(), [], "command")
    part = page[page.index('<section id="subgroups"'):page.index('<section id="design"')]
    assert "PIK3CA: wild type" in part
    assert "Someone &lt;2014&gt; (recalled, not read)" in part
    assert "0.70 (0.50 to 0.90)" in part
