"""What there is: trials, drugs, populations, rules and statements of the review as tables, and single records."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Drug, Trial
from her2lab.facts.trial_writing import trial_file
from her2lab.resources import is_there

TEXT, LIST = pl.String(), pl.List(pl.String)
AnyTrial = Trial | str | os.PathLike[str] | Mapping[str, object]


# ------------------------------------------------------------------------------------------------ tables
def trials() -> pl.DataFrame:
    """Return the trials of the library, those of a ``facts`` folder of your own included.

    Returns
    -------
    polars.DataFrame
        One row per trial: ``trial`` (its id), ``title``, ``registry``, ``population``, ``arms`` (list of ids),
        ``patients`` (of all arms, as published), ``endpoints`` (list), ``use`` (calibration, validation or null).

    Raises
    ------
    InputError
        If a file has a mistake.

    Examples
    --------
    >>> her2lab.trials().filter(trial="cleopatra").select("trial", "arms", "patients").row(0)
    ('cleopatra', ['placebo', 'pertuzumab'], 808)
    """
    rows = [(each.id, each.title, each.registry, each.population if isinstance(each.population, str) else None,
             [arm.id for arm in each.arms], sum(arm.n for arm in each.arms), each.endpoints, each.use)
            for each in library.trials()]
    return _table(rows, {"trial": TEXT, "title": TEXT, "registry": TEXT, "population": TEXT, "arms": LIST,
                         "patients": pl.Int64(), "endpoints": LIST, "use": TEXT})


def drugs() -> pl.DataFrame:
    """Return the drugs of the library.

    Returns
    -------
    polars.DataFrame
        One row per drug: ``drug`` (its id), ``name``, ``class``, ``targets`` and ``routes`` (lists), ``numbers`` and
        how many of them are ``assumptions``, ``pharmacokinetics_tier`` (A to D or null), ``mechanism``.

    Raises
    ------
    InputError
        If a file has a mistake.

    Examples
    --------
    >>> her2lab.drugs().filter(drug="pertuzumab")["class"].item()
    'antibody'
    """
    rows = [(each.id, each.name, each.drug_class, each.targets, each.routes, len(each.parameters),
             sum(quantity.source is None for quantity in each.parameters.values()), each.pharmacokinetics_tier,
             " ".join(each.mechanism.split())) for each in library.drugs().values()]
    return _table(rows, {"drug": TEXT, "name": TEXT, "class": TEXT, "targets": LIST, "routes": LIST,
                         "numbers": pl.Int64(), "assumptions": pl.Int64(), "pharmacokinetics_tier": TEXT,
                         "mechanism": TEXT})


def populations() -> pl.DataFrame:
    """Return the populations that virtual patients are drawn from.

    Returns
    -------
    polars.DataFrame
        One row per population: ``population`` (its id), ``title``, ``properties`` (list: what differs between its
        patients), ``earlier_lines`` (list: regimens before entry), ``baseline_keys`` (list: what a trial may set).

    Raises
    ------
    InputError
        If a file has a mistake.

    Examples
    --------
    >>> "age" in her2lab.populations().filter(population="breast_metastatic_1l")["properties"].item()
    True
    """
    rows = [(each.id, each.title, list(each.covariates), [step.regimen for step in each.history],
             list(each.baseline_keys)) for each in library.populations()]
    return _table(rows, {"population": TEXT, "title": TEXT, "properties": LIST, "earlier_lines": LIST,
                         "baseline_keys": LIST})


def claims() -> pl.DataFrame:
    """Return the claims of the review; :func:`her2lab.check_claims` tries them.

    Returns
    -------
    polars.DataFrame
        One row per claim, in the order of the review's sections: ``claim`` (its id), ``section``, ``kind``
        (mechanism, safety, clinical, selection, reference or method), ``tried_in`` (cell culture, virtual trials; null
        where it is shown or cannot be tried), ``states``, ``primary`` (what primary sources say beside it, or null).

    Raises
    ------
    InputError
        If a file has a mistake.

    Examples
    --------
    >>> her2lab.claims().filter(claim="C09").select("kind", "tried_in").row(0)
    ('mechanism', 'cell culture')
    """
    from her2lab.review.library import claims as of_the_review

    rows = [(each.id, each.section, each.kind, each.tried_in, each.text, each.record.primary)
            for each in of_the_review().values()]
    return _table(rows, dict.fromkeys(("claim", "section", "kind", "tried_in", "states", "primary"), TEXT))


def rules(drug: str | None = None) -> pl.DataFrame:
    """Return the rules of the library: dose modifications, management, monitoring, conditions of a start, cautions.

    Parameters
    ----------
    drug
        Only rules that name this drug; all if None.

    Returns
    -------
    polars.DataFrame
        One row per rule: ``rule`` (its id), ``kind`` (dose_modification, management, monitoring, start or caution),
        ``drugs`` (list), ``watches``, ``threshold`` (null where there is none), ``action``, ``applies`` (with which
        drugs, in which disease; empty: always), ``source`` (null: assumed), ``assumption``, ``seen`` (whether the text
        itself was read), ``note``.

    Raises
    ------
    InputError
        If there is no such drug, or a file has a mistake.

    Examples
    --------
    >>> her2lab.rules("T-DM1").filter(rule="tdm1_platelets_below_25").select("threshold", "action").row(0)
    ('platelets < 25 x10^9/L', 'hold; goes on when platelets >= 75 x10^9/L, ...')
    """
    from her2lab.presentation.rules import listed_rules

    rows = [(each.id, each.kind, list(each.drugs), each.watches, each.threshold, each.action, each.applies, each.source,
             each.assumption, each.seen, each.note) for each in listed_rules(drug)]
    return _table(rows, {"rule": TEXT, "kind": TEXT, "drugs": LIST, "watches": TEXT, "threshold": TEXT, "action": TEXT,
                         "applies": TEXT, "source": TEXT, "assumption": TEXT, "seen": pl.Boolean(), "note": TEXT})


def _table(rows: Sequence[tuple[object, ...]], columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, dict(columns), orient="row")


# ------------------------------------------------------------------------------------------------ records
def load_trial(trial: AnyTrial) -> Trial:
    """Return a trial, an immutable record.

    Parameters
    ----------
    trial
        The id of a trial of the library or another name of it (``NCT00567190``), the path of a trial file, or a mapping
        that holds what a file may hold.

    Returns
    -------
    Trial
        ``arms``, ``assessments`` (days between), ``followup`` (days), ``endpoints``, ``published`` and the other fields
        of the trial file; ``replace(followup=…)`` and ``with_arm(arm)`` return changed copies, ``to_yaml()`` the text
        of the file.

    Raises
    ------
    InputError
        If there is no such trial or file, or it has a mistake; file, line, field and value are named.

    Examples
    --------
    >>> trial = her2lab.load_trial("cleopatra")
    >>> [(arm.id, arm.n) for arm in trial.arms]
    [('placebo', 406), ('pertuzumab', 402)]
    """
    if isinstance(trial, Trial):
        return trial
    if isinstance(trial, Mapping):
        return library.trial_from(trial)
    if isinstance(trial, str | os.PathLike):
        return library.trial(os.fspath(trial))
    raise InputError("is not a trial", field="trial", value=type(trial).__name__,
                     expected="the id of a trial, a file, a mapping, or what load_trial returned")


def load_drug(drug: str | os.PathLike[str]) -> Drug:
    """Return a drug, an immutable record.

    Parameters
    ----------
    drug
        The id of a drug of the library or another name of it (``"T-DM1"``, ``"Enhertu"``), or the path of a
        drug's file.

    Returns
    -------
    Drug
        ``parameters`` (each with value, unit and source or assumption), ``routes``, ``observed_exposure``, ``sources``
        and the other fields of the drug's file.

    Raises
    ------
    InputError
        If there is no such drug or file, or it has a mistake.

    Examples
    --------
    >>> drug = her2lab.load_drug("trastuzumab")
    >>> drug.drug_class, list(drug.routes)
    ('antibody', ['iv', 'sc'])
    """
    name = os.fspath(drug)
    path = Path(name)
    if name in library.drugs() or (not is_there(path) and not path.suffix and len(path.parts) == 1):
        return library.drug(name)
    return library.drug_at(path)


def with_parameters(trial: Trial, parameters: Mapping[str, object]) -> Trial:
    """Return a trial in which parameters of drugs, ``drug.parameter``, have other values.

    Raises
    ------
    InputError
        If a name is not of this form, no drug or parameter is called so (the nearest is named), or it cannot have
        the value.
    """
    if not parameters:
        return trial
    changed = {name: dict(values) for name, values in trial.changed_parameters.items()}
    for place, value in parameters.items():
        drug, dot, name = place.partition(".")
        if not dot:
            raise InputError("is not a parameter of a drug", field="parameters", value=place,
                             expected="drug.parameter, such as trastuzumab.clearance")
        changed.setdefault(library.drug(drug).id, {})[name] = value  # type: ignore[assignment]  # is checked next
    return library.trial_from({**trial_file(trial), "changed_parameters": changed})
