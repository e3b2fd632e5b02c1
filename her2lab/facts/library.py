"""What there is in ``facts/``: every drug, trial, population, regimen, rule and model parameter, read once.

Files are looked for in the user's own ``facts`` folder first (see :func:`her2lab.science.search_path`), then in the
built-in one; a file of the user's own with the same name takes the place of the built-in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from her2lab.errors import InputError
from her2lab.facts.bases import with_base
from her2lab.facts.calibrations import Calibration
from her2lab.facts.cell_checks import check_cell_line, check_features, check_perturbations, check_tools
from her2lab.facts.cells import (
    CellFeature,
    CellLine,
    FeatureFile,
    Perturbation,
    PerturbationFile,
    Tool,
    ToolFile,
    line_named,
)
from her2lab.facts.claims import Claim, ClaimFile
from her2lab.facts.management import Rule, RuleFile
from her2lab.facts.names import did_you_mean, one_of
from her2lab.facts.reading import read_record, to_record
from her2lab.facts.records import (
    Drug,
    GradeFile,
    Grading,
    ModuleFacts,
    Population,
    Regimen,
    Trial,
)
from her2lab.facts.rule_checks import check_across, read_rules
from her2lab.facts.safety import Posed, SafetyClaimFile
from her2lab.facts.safety_checks import Protocol, Shelves, check_safety, protocols
from her2lab.facts.shelf import Shelf
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.toxicity import ToxicityCalibration
from her2lab.facts.trials import read_regimen, read_trial
from her2lab.facts.validation import check_drug, check_file, check_grades, check_name, check_sources
from her2lab.science import search_path

KINDS = (
    "drugs",
    "regimens",
    "populations",
    "parameters",
    "rules",
    "monitoring",
    "trials",
    "calibrations",
    "toxicity",
    "cell_lines",
    "cell_features",
    "tools",
    "perturbations",
    "claims",
)
Folders = tuple[Path, ...]
Item = TypeVar("Item")
Model = TypeVar("Model", bound=BaseModel)


def drugs() -> Mapping[str, Drug]:
    """Return every drug by id, in alphabetical order; a file is read when its drug is asked for."""
    return _drugs(_folders("drugs"))


def drug(identifier: str) -> Drug:
    """Return one drug.

    Raises
    ------
    InputError
        If there is none of this id; the nearest one is named.
    """
    return _named("drug", identifier, drugs())


def trials() -> list[Trial]:
    """Return every trial, in alphabetical order."""
    return [trial(name) for name in _files(_folders("trials"))]


def trial(identifier: str | Path) -> Trial:
    """Return one trial: by id from the trials folder, otherwise from a file.

    Raises
    ------
    InputError
        If there is no such trial or file, or the file has a mistake.
    """
    known = _files(_folders("trials"))
    if str(identifier) in known:
        path = known[str(identifier)]
        return _trial(path, _folders("drugs"), _folders("populations"), _folders("regimens"))
    path = Path(identifier)
    if not path.exists() and not path.suffix and len(path.parts) == 1:
        hint = did_you_mean(identifier, known)
        raise InputError(
            f"unknown trial{hint}",
            field="trial",
            value=str(identifier),
            expected=f"{one_of(known)}, or a file" if known else "a file",
        )
    return _read_trial(path)


def populations() -> list[Population]:
    """Return every population, in alphabetical order."""
    return list(_populations(_folders("populations")).values())


def population(identifier: str) -> Population:
    """Return one population of ``facts/populations``.

    Raises
    ------
    InputError
        If there is none of this id; the nearest one is named.
    """
    return _named("population", identifier, _populations(_folders("populations")))


def population_of(trial: Trial) -> Population:
    """Return the population that a trial names or holds."""
    if isinstance(trial.population, str):
        return population(trial.population)
    return Population.model_validate(trial.population, strict=False)


def calibrations() -> dict[str, Calibration]:
    """Return every calibration of ``facts/calibrations`` by id."""
    return dict(_calibrations(_folders("calibrations")))


def calibration(identifier: str) -> Calibration:
    """Return one calibration.

    Raises
    ------
    InputError
        If there is none of this id; the nearest one is named.
    """
    return _named("calibration", identifier, calibrations())


def toxicity_calibration(identifier: str) -> ToxicityCalibration:
    """Return one calibration of adverse effects, from ``facts/toxicity``.

    Raises
    ------
    InputError
        If there is none of this id; the nearest one is named.
    """
    return _named("calibration", identifier, _toxicity(_folders("toxicity")))


def regimens() -> dict[str, Regimen]:
    """Return every named regimen by id."""
    return dict(_regimens(_folders("regimens"), _folders("drugs")))


def module_facts() -> dict[str, ModuleFacts]:
    """Return the parameters of each biology module, by module name."""
    return dict(_module_facts(_folders("parameters")))


def rules() -> list[Rule]:
    """Return the management rules of every file of ``facts/rules`` that holds any."""
    return [rule for file in _rule_files(_folders("rules"), _folders("drugs")) for rule in file.rules]


def rules_in_force(trial: Trial) -> list[Rule]:
    """Return the rules that hold in a trial: those for its drugs and its setting, as its file switches them on or off.

    Raises
    ------
    InputError
        If the trial switches a rule that does not exist.
    """
    known = rules()
    for name in trial.rules:
        if name not in {rule.id for rule in known}:
            hint = did_you_mean(name, [rule.id for rule in known])
            raise InputError(f"unknown rule{hint}", field=f"rules.{name}", expected=one_of(rule.id for rule in known))
    given = {line.drug for arm in trial.arms for line in arm.regimen}
    return rules_for(given, "early" if _is_early(population_of(trial)) else "metastatic", trial.rules)


def rules_for(drugs: Iterable[str], setting: str, switches: Mapping[str, bool]) -> list[Rule]:
    """Return the rules that hold where `drugs` are given in a setting, with some of them switched on or off."""
    given = set(drugs)
    return [
        rule
        for rule in rules()
        if switches.get(rule.id, given >= set(rule.only_with) and not given & set(rule.unless_with)
                        and rule.only_in in (None, setting))
        and given & set(rule.drugs)
    ]


def _is_early(people: Population) -> bool:
    """Return whether everybody in a population has early disease."""
    return "early" in people.covariates and people.covariates["early"].value == 1


def grades() -> list[Grading]:
    """Return the CTCAE cut-offs of ``facts/rules/ctcae.yaml``."""
    files = _files(_folders("rules"))
    return list(_grades(files["ctcae"]).grades) if "ctcae" in files else []


def files(kind: str) -> dict[str, Path]:
    """Return the files of one kind (a folder of ``facts/``) by name without suffix."""
    return _files(_folders(kind))


def cell_lines() -> dict[str, CellLine]:
    """Return every cell line by id."""
    return dict(_cell_lines(_folders("cell_lines"), _folders("cell_features")))


def cell_line(name: str) -> CellLine:
    """Return one cell line by id, name or alias, whatever its case and dashes.

    Raises
    ------
    InputError
        If there is none of this name; the nearest one is named.
    """
    return line_named(name, cell_lines())


def cell_features() -> dict[str, CellFeature]:
    """Return every feature that a cell may carry, by id."""
    return {each.id: each for file in _feature_files(_folders("cell_features")) for each in file.features}


def cell_feature(identifier: str, known: dict[str, CellFeature] | None = None) -> CellFeature:
    """Return one feature of a cell, from `known` if they have been read already.

    Raises
    ------
    InputError
        If there is none of this id; the nearest one is named.
    """
    return _named("feature", identifier, cell_features() if known is None else known)


def tools() -> dict[str, Tool]:
    """Return every tool compound by id."""
    return {name: tool for file in _tool_files(_folders("tools")) for name, tool in file.tools.items()}


def perturbations() -> dict[str, Perturbation]:
    """Return every published finding on cells under treatment, by id and in order of it."""
    facts = {fact.id: fact for file in perturbation_files().values() for fact in file.facts}
    return dict(sorted(facts.items()))


def perturbation_files() -> dict[str, PerturbationFile]:
    """Return the same findings by file, with the sources of each."""
    return dict(_perturbation_files(_folders("perturbations"), _folders("cell_lines"), _folders("cell_features")))


def claims() -> dict[str, Claim]:
    """Return every statement of the review that is an experiment in the dish, by id."""
    files = _claim_files(_folders("claims")).values()
    return {claim.id: claim for file in files if isinstance(file, ClaimFile) for claim in file.claims}


def safety_claims() -> dict[str, Posed]:
    """Return every statement of the review that is a virtual trial, by id."""
    files = _claim_files(_folders("claims")).values()
    return {posed.claim.id: posed for file in files if not isinstance(file, ClaimFile) for posed in file}


def claims_in(path: Path) -> ClaimFile | list[Posed]:
    """Return the statements of one file: for the dish, or for virtual trials.

    Raises
    ------
    InputError
        If its form is wrong; whether the statements name what there is shows when they are run.
    """
    document = read_document(path)
    if "trials" not in document.data:
        return to_record(document, ClaimFile, document.data)
    file = to_record(document, SafetyClaimFile, document.data)
    return [Posed(claim, file, document) for claim in file.claims]


def safety_trials(posed: Posed) -> dict[str, Protocol]:
    """Return the trials that a statement reads, by their names in its file.

    Raises
    ------
    InputError
        If the statement names what there is not, or a trial cannot be read.
    """
    check_safety(posed.document, posed.file, _shelves(), [posed.claim.id])
    names = [side.trial for check in posed.claim.checks for side in (check, check.against())]
    return protocols(posed.document, posed.file, names, _shelves())


def validate_all() -> list[InputError]:
    """Check every file of ``facts/``, and what they say of each other; return the problems, one for each file."""
    problems = validate_files(path for kind in KINDS for path in _files(_folders(kind)).values())
    if not problems:
        try:
            rules()  # that no two of them contradict one another
        except InputError as problem:
            return [problem]
    return problems


def validate_files(files: Iterable[str | Path]) -> list[InputError]:
    """Check files of any kind; return the problems, each once, though a faulty drug fails all trials that use it."""
    problems = [problem for path in files if (problem := _problem(Path(path))) is not None]
    return list({str(problem): problem for problem in problems}.values())


# ------------------------------------------------------------------------------------------------ looking up
def _folders(kind: str) -> Folders:
    return tuple((folder / kind).resolve() for folder in search_path("facts"))


def _files(folders: Folders) -> dict[str, Path]:
    """Return the YAML files by name without suffix, those of the first folder winning."""
    found: dict[str, Path] = {}
    for folder in reversed(folders):
        found.update({path.stem: path for path in folder.glob("*.yaml")})
    return dict(sorted(found.items()))


def _named(kind: str, identifier: str, known: Mapping[str, Item]) -> Item:
    if identifier not in known:
        hint = did_you_mean(identifier, known)
        raise InputError(
            f"unknown {kind}{hint}", field=kind, value=identifier, expected=None if hint else one_of(known)
        )
    return known[identifier]


def _problem(path: Path) -> InputError | None:
    try:
        populations = _files(_folders("populations"))
        document = with_base(read_document(path), populations)
        check_file(document, drugs, _read_trial, lambda each: read_regimen(each, drugs()), _check_cells)
    except InputError as problem:
        return problem
    return None


# ------------------------------------------------------------------------------------------------ reading, once
def _each(folders: Folders, read: Callable[[Path], Item]) -> dict[str, Item]:
    return {name: read(path) for name, path in _files(folders).items()}


@cache
def _drugs(folders: Folders) -> Mapping[str, Drug]:
    return Shelf(_files(folders), _drug)


def _drug(path: Path) -> Drug:
    document = read_document(path)
    record = to_record(document, Drug, document.data)
    check_name(document, record.id)
    check_sources(document, record.sources)
    check_drug(document, record)
    return record


@cache
def _populations(folders: Folders) -> dict[str, Population]:
    files = _files(folders)

    def read(path: Path) -> Population:
        document = with_base(read_document(path), files)
        return to_record(document, Population, document.data)

    return {name: read(path) for name, path in files.items()}


@cache
def _calibrations(folders: Folders) -> dict[str, Calibration]:
    return _each(folders, lambda path: read_record(path, Calibration))


@cache
def _toxicity(folders: Folders) -> dict[str, ToxicityCalibration]:
    return _each(folders, lambda path: read_record(path, ToxicityCalibration))


@cache
def _regimens(folders: Folders, drug_folders: Folders) -> dict[str, Regimen]:
    return _each(folders, lambda path: read_regimen(path, _drugs(drug_folders)))


@cache
def _module_facts(folders: Folders) -> dict[str, ModuleFacts]:
    return _each(folders, lambda path: read_record(path, ModuleFacts))


@cache
def _cell_lines(folders: Folders, feature_folders: Folders) -> dict[str, CellLine]:
    features = [each.id for file in _feature_files(feature_folders) for each in file.features]

    def read(path: Path) -> CellLine:
        document = read_document(path)
        record = to_record(document, CellLine, document.data)
        check_name(document, record.id)
        check_sources(document, record.sources)
        check_cell_line(document, record, features)
        return record

    return _each(folders, read)


@cache
def _feature_files(folders: Folders) -> list[FeatureFile]:
    return [_checked(path, FeatureFile, check_features) for path in _files(folders).values()]


@cache
def _tool_files(folders: Folders) -> list[ToolFile]:
    return [_checked(path, ToolFile, check_tools) for path in _files(folders).values()]


@cache
def _perturbation_files(folders: Folders, *cell_folders: Folders) -> dict[str, PerturbationFile]:
    return _each(folders, lambda path: _checked(path, PerturbationFile, _check_perturbations))


@cache
def _claim_files(folders: Folders) -> dict[str, ClaimFile | list[Posed]]:
    return _each(folders, claims_in)


def _shelves() -> Shelves:
    return Shelves(list(_files(_folders("trials"))), trial, _trial_in, population_of, rules)


def _checked(path: Path, model: type[Model], check: Callable[[Document, Model], None]) -> Model:
    document = read_document(path)
    record = to_record(document, model, document.data)
    check_sources(document, document.data["sources"])
    check(document, record)
    return record


def _check_perturbations(document: Document, file: PerturbationFile) -> None:
    check_perturbations(document, file, _files(_folders("cell_lines")), cell_features())


def _check_cells(document: Document, record: BaseModel) -> None:
    """Check what a record says of cells beyond its form; other records are left alone."""
    if isinstance(record, CellLine):
        check_cell_line(document, record, cell_features())
    elif isinstance(record, FeatureFile):
        check_features(document, record)
    elif isinstance(record, ToolFile):
        check_tools(document, record)
    elif isinstance(record, PerturbationFile):
        _check_perturbations(document, record)
    elif isinstance(record, SafetyClaimFile):
        check_safety(document, record, _shelves())


@cache
def _rule_files(folders: Folders, drug_folders: Folders) -> list[RuleFile]:
    documents = [read_document(path) for path in _files(folders).values()]
    read = [(each, read_rules(each, _drugs(drug_folders))) for each in documents if "rules" in each.data]
    check_across(read)
    return [file for _, file in read]


@cache
def _grades(path: Path) -> GradeFile:
    document = read_document(path)
    file = to_record(document, GradeFile, document.data)
    check_grades(document, file)
    return file


@cache
def _trial(path: Path, *_folders_read: Folders) -> Trial:
    return _read_trial(path)


def _read_trial(path: Path) -> Trial:
    """Read a trial and check that the population and the regimens it names exist."""
    return _trial_in(read_document(path))


def _trial_in(document: Document) -> Trial:
    record = read_trial(document, drugs())
    known = _files(_folders("populations"))
    if isinstance(record.population, str) and record.population not in known:
        hint = did_you_mean(record.population, known)
        raise document.error(
            ("population",),
            f"unknown population{hint}",
            value=record.population,
            expected=None if hint else one_of(known) or "a population",
        )
    for n, each in enumerate(record.prior or []):
        if isinstance(each, str) and each not in _files(_folders("regimens")):
            hint = did_you_mean(each, _files(_folders("regimens")))
            raise document.error(
                ("prior", n),
                f"unknown regimen{hint}",
                value=each,
                expected=None if hint else "a regimen of facts/regimens",
            )
    return record
