"""By how much trials differ from a prediction beyond chance: one standard deviation for each kind of endpoint."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from her2lab.facts.frozen import MappingOf
from her2lab.facts.quantity import Quantity, Record, Source
from her2lab.facts.strict_yaml import Document
from her2lab.facts.vocabulary import LANDMARK_MONTHS

Scale = Literal["logit", "complementary log-log", "log"]
Disease = Literal["metastatic", "early", "gastric"]

PROPORTIONS = {"orr": "orr", "cr": "cr", "cbr": "cbr", "ic_orr": "ic_orr", "pcr": "pcr", "pcr_breast": "pcr"}
MEDIANS = {"dor_median": "pfs_median", "pfs_median": "pfs_median", "cns_pfs_median": "pfs_median",
           "os_median": "os_median"}
FAMILIES = {"pfs": "pfs", "os": "os", "idfs": "idfs", "dfs": "idfs", "efs": "idfs"}  # relapse in all its definitions
KINDS: dict[str, Scale] = {
    **dict.fromkeys(PROPORTIONS.values(), "logit"),
    **dict.fromkeys(MEDIANS.values(), "log"),
    **dict.fromkeys((f"{family}_landmark" for family in FAMILIES.values()), "complementary log-log"),
    **dict.fromkeys((f"{family}_hazard_ratio" for family in FAMILIES.values()), "log"),
    "odds_ratio": "log",
}

UNDATED = ("os_median", "os_landmark", "idfs_landmark")  # what the calendar year moves: later lines, early disease
EXTRAPOLATION = ("outside", "calendar_year")

CURVES = {f"{family}_{reading}": family for family in ("pfs", "os") for reading in ("median", "landmark")}


class BetweenTrials(Record):
    """``facts/between_trials.yaml``: standard deviations on the scale of each kind of endpoint (:data:`KINDS`).

    A key is a kind, or ``setting.kind`` for a setting that has its own. `extrapolation` holds the factors by which they
    grow for an arm that lies outside what was fitted or seen.
    """

    title: str
    spreads: MappingOf[str, Quantity] = Field(min_length=1)
    extrapolation: MappingOf[str, Quantity]
    sources: MappingOf[str, Source]

    def of(self, kind: str, setting: Disease) -> float:
        """Return the spread of a kind of endpoint in a setting: its own if there is one, else that of all."""
        return self.spreads.get(f"{setting}.{kind}", self.spreads[kind]).value

    def wider(self, *, outside: bool, undated: bool) -> BetweenTrials:
        """Return the spreads of an arm that lies `outside` what was fitted or seen, or whose year is not given.

        Spreads of an arm that is neither stay as they are, to the bit.
        """
        if not outside and not undated:
            return self

        def times(key: str) -> float:
            each = self.extrapolation["outside"].value if outside else 1.0
            return each * (self.extrapolation["calendar_year"].value if undated and _kind(key) in UNDATED else 1.0)

        return self.model_copy(update={"spreads": {
            key: quantity.model_copy(update={"value": quantity.value * times(key)})
            for key, quantity in self.spreads.items()}})


def _kind(key: str) -> str:
    return key.rpartition(".")[2]


def kind_of(endpoint: str) -> str:
    """Return the kind of an endpoint of one arm: ``dor_median`` is of the kind pfs_median."""
    if at := LANDMARK_MONTHS.fullmatch(endpoint):
        return f"{FAMILIES[at[1]]}_landmark"
    return (PROPORTIONS | MEDIANS)[endpoint]


def kind_of_contrast(endpoint: str) -> str:
    """Return the kind of the ratio of two arms."""
    return f"{FAMILIES[endpoint]}_hazard_ratio" if endpoint in FAMILIES else "odds_ratio"


def same_spread(kind: str, other: str) -> bool:
    """Return whether two kinds have one spread: they are the same, or median and landmark of the same curve.

    A hazard that differs by a factor moves the logarithm of a median and the complementary log-log of a share alike.
    """
    return CURVES.get(kind, kind) == CURVES.get(other, other)


def check_spreads(document: Document, file: BetweenTrials) -> None:
    """Require a spread for every kind of endpoint, and for nothing else; each positive and without unit.

    Raises
    ------
    InputError
        For the first mistake.
    """
    for kind in KINDS:
        if kind not in file.spreads:
            raise document.error(("spreads",), f"there is no spread of {kind}",
                                 expected="one for each kind of endpoint")
    for name in EXTRAPOLATION:
        if name not in file.extrapolation or file.extrapolation[name].value < 1:
            raise document.error(("extrapolation", name), "is missing or makes intervals narrower",
                                 expected="a factor of 1 or more")
    for key, quantity in file.spreads.items():
        setting, _, kind = key.rpartition(".")
        if kind not in KINDS:
            raise document.unknown(("spreads", key), "kind of endpoint", kind, KINDS)
        if setting and setting not in get_args(Disease):
            raise document.unknown(("spreads", key), "setting", setting, get_args(Disease))
        if quantity.unit != "1":
            raise document.error(("spreads", key, "unit"), "has a unit", value=quantity.unit, expected='"1"')
        low, high = quantity.range or (0.0, quantity.value)
        if not 0 <= low <= quantity.value <= high:
            raise document.error(("spreads", key), "is negative or lies outside its range", value=quantity.value,
                                 expected="zero or more, within its range")
