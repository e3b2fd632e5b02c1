"""The network as a graph: who acts on whom comes out of the equations."""

from __future__ import annotations

import pytest

from her2lab.cell_culture import Culture, CultureTreatment, Network, network


@pytest.fixture(scope="module")
def under_lapatinib() -> Network:
    return network(Culture.of("skbr3"), CultureTreatment({"lapatinib": 1000.0}), 1.0)


@pytest.mark.parametrize(("source", "target", "sign"), [
    ("her3", "pi3k", 1), ("her2", "pi3k", 1), ("pi3k", "pip3", 1), ("pip3", "akt", 1), ("akt", "gsk3", -1),
    ("akt", "mdm2", 1), ("mdm2", "p53", -1), ("akt", "mtor", 1), ("her3", "sos", 1), ("sos", "ras", 1),
    ("ras", "raf", 1), ("raf", "mek", 1), ("mek", "erk", 1), ("erk", "cyclin_d", 1), ("cyclin_d", "proliferation", 1),
    ("bim", "apoptosis", 1),
])
def test_figure_1_of_the_review_is_in_the_equations(under_lapatinib: Network, source: str, target: str,
                                                    sign: int) -> None:
    signs = {(edge.source, edge.target): edge.sign for edge in under_lapatinib.edges}
    assert signs[source, target] == sign


def test_only_what_acts_at_once_is_an_edge(under_lapatinib: Network) -> None:
    pairs = {(edge.source, edge.target) for edge in under_lapatinib.edges}
    assert not {("pi3k", "akt"), ("akt", "s6k"), ("raf", "erk"), ("akt", "p53")} & pairs


def test_the_values_are_live(under_lapatinib: Network) -> None:
    nodes = {node.id: node for node in under_lapatinib.nodes}
    assert nodes["akt"].treated < nodes["akt"].untreated
    assert nodes["foxo"].treated > nodes["foxo"].untreated
    assert nodes["her2"].treated < nodes["her2"].untreated
