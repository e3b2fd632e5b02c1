"""Facts on the screen: tables and pages for people, plain data for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from her2lab.facts import library
from her2lab.facts.prior_lines import Line
from her2lab.facts.published import Published, PublishedContrast
from her2lab.facts.records import Drug, Trial
from her2lab.presentation import facts_words
from her2lab.presentation.arms import arm_sentences
from her2lab.presentation.regimen import origin
from her2lab.presentation.regimen import regimen as regimen_words
from her2lab.presentation.rules_and_facts import change_sentences, own_rule_sentences, rule_sentences
from her2lab.provenance.fitted import is_fitted


def to_json(record: BaseModel) -> Any:
    """Return a record as plain data for ``--json``, its sources included."""
    return record.model_dump(mode="json", exclude_none=True)


def drug_table(drugs: Iterable[Drug] | Mapping[str, Drug]) -> Table:
    """Return the list of drugs, one row each."""
    table = _table("drug", "class", "targets", "routes", "numbers", "assumptions")
    for drug in drugs.values() if isinstance(drugs, Mapping) else drugs:
        assumed = sum(quantity.source is None for quantity in drug.parameters.values())
        table.add_row(
            drug.id,
            drug.drug_class.replace("_", " "),
            ", ".join(drug.targets),
            ", ".join(drug.routes),
            str(len(drug.parameters)),
            str(assumed),
        )
    return table


def drug_page(drug: Drug) -> RenderableType:
    """Return what is known of one drug: parameters with sources, exposure, regimens, approvals, side effects."""
    facts = [
        f"[bold]{escape(drug.id)}[/bold]  {drug.drug_class.replace('_', ' ')}",
        escape(" ".join(drug.mechanism.split())),
        f"molar mass {facts_words.amount(drug.molar_mass)}; doses in {', '.join(drug.dose_units)}; "
        f"given {', '.join(drug.routes)}",
    ]
    if drug.pharmacokinetics_tier is not None:
        facts.append(f"pharmacokinetics: {facts_words.TIERS[drug.pharmacokinetics_tier]}")
    parts: list[RenderableType] = [
        Text.from_markup("\n".join(facts)),
        _title("parameters"),
        _parameters(drug),
    ]
    if drug.alternatives:
        parts += [_title("sources that differ"), _alternatives(drug)]
    if drug.observed_exposure:
        parts += [_title("observed exposure"), _exposure(drug)]
    if drug.interactions:
        parts += [_title("what changes the exposure"), _interactions(drug)]
    if drug.regimens:
        parts += [_title("regimens"), Text(", ".join(drug.regimens))]
    parts += [_title("approvals"), _approvals(drug), _title("side effects on the label"), _side_effects(drug)]
    parts += [_title("sources"), _sources(drug)]
    return Group(*parts)


def trial_table(trials: Iterable[Trial]) -> Table:
    """Return the list of trials, one row each."""
    table = _table("trial", "title", "arms", "patients", "population", "use")
    for trial in trials:
        population = trial.population if isinstance(trial.population, str) else "its own"
        table.add_row(
            trial.id,
            trial.title,
            ", ".join(arm.id for arm in trial.arms),
            str(sum(arm.n for arm in trial.arms)),
            population,
            trial.use or "",
        )
    return table


def trial_page(trial: Trial, earlier: Iterable[Line] = (), rules: Mapping[str, Sequence[str]] | None = None,
               ) -> RenderableType:
    """Return one trial: patients, earlier lines, arms with doses in words, assessments, rules, what was published."""
    population = trial.population if isinstance(trial.population, str) else "defined in the trial's file"
    head = [
        f"[bold]{escape(trial.id)}[/bold]  {escape(trial.title)}",
        f"registry {trial.registry or 'none'}; population {population}",
    ]
    if trial.baseline:
        head.append("baseline " + ", ".join(f"{key} {facts_words.number(value)}" for key,
                                            value in trial.baseline.items()))
    looks = ", ".join(f"{kind} every {facts_words.number(days)} days" for kind, days in trial.assessments.items())
    if trial.visits is not None:
        looks += (f" (up to {facts_words.number(trial.visits.jitter)} days off, "
                  f"{facts_words.number(100 * trial.visits.missed)} % missed)")
    head.append(
        f"{looks}; follow-up {facts_words.number(round(trial.followup))} days; endpoints {', '.join(trial.endpoints)}"
    )
    parts: list[RenderableType] = [Text.from_markup("\n".join(head))]
    lines = [line.words() for line in earlier]
    if lines:
        parts += [_title("earlier lines, simulated before entry until progression"), Text("\n".join(lines))]
    parts += [_title("arms"), _arms(trial), *map(Text, arm_sentences(trial))]
    if rules is not None:
        said = [*rule_sentences(rules), *own_rule_sentences(library.own_rules(trial)),
                *change_sentences(library.changes_of(trial))]
        parts += [_title("management rules"), Text("\n".join(said))]
    if trial.published is not None:
        parts += _published(trial.published)
    return Group(*parts)


def _parameters(drug: Drug) -> Table:
    table = _table("parameter", "value", "between patients, range", "source or assumption")
    for name, quantity in drug.parameters.items():
        fitted = " (calibrated)" if is_fitted("drugs", drug.id, name, quantity) else ""
        note = f": {quantity.note}" if quantity.note else ""
        table.add_row(
            name, facts_words.amount(quantity), facts_words.spread(quantity),
            Text(facts_words.origin(quantity) + fitted + note)
        )
    for each in drug.correlations:
        table.add_row(
            " with ".join(each.between),
            "",
            f"log covariance {facts_words.number(each.covariance_log)}",
            each.source,
        )
    return table


def _alternatives(drug: Drug) -> Table:
    table = _table("parameter", "value", "source", "not used because")
    for each in drug.alternatives:
        table.add_row(each.parameter, f"{facts_words.number(each.value)} {each.unit}", each.source, each.why_not)
    return table


def _exposure(drug: Drug) -> Table:
    table = _table("regimen", "population", "measure", "value", "5 to 95 %", "remark")
    for each in drug.observed_exposure:
        band = (
            f"{facts_words.number(each.p5)} to {facts_words.number(each.p95)}"
            if each.p5 is not None and each.p95 is not None
            else ""
        )
        informs = "informs the parameters" if each.informs_parameters else None
        remark = "; ".join(part for part in (informs, each.note, each.value.note) if part)
        table.add_row(each.regimen, each.population, facts_words.measure(each), facts_words.amount(each.value), band,
                      Text(remark))
    return table


def _interactions(drug: Drug) -> Table:
    table = _table("with", "parameter", "times", "note")
    for each in drug.interactions:
        table.add_row(Text(each.condition), each.parameter, facts_words.number(each.factor), Text(each.note or ""))
    return table


def _approvals(drug: Drug) -> Table:
    table = _table("region", "status", "date", "indication")
    for each in drug.approvals:
        table.add_row(each.region, each.status.replace("_", " "), each.date or "", each.indication)
    return table


def _side_effects(drug: Drug) -> Table:
    table = _table("side effect", "note")
    for each in drug.side_effects:
        table.add_row(each.name.replace("_", " "), each.note or "")
    return table


def _sources(drug: Drug) -> Table:
    table = _table("key", "citation")
    for key, source in drug.sources.items():
        table.add_row(key, facts_words.citation(source))
    return table


def _arms(trial: Trial) -> Table:
    table = _table("arm", "patients", "regimen")
    for arm in trial.arms:
        table.add_row(arm.id, str(arm.n), Text("\n".join([*regimen_words(arm.regimen), *origin(arm)])))
    return table


def _published(published: Published) -> list[RenderableType]:
    endpoints = list(dict.fromkeys(name for values in published.arms.values() for name in values))
    table = _table("published", *published.arms)
    for name in endpoints:
        table.add_row(name, *(_or_nothing(values.get(name)) for values in published.arms.values()))
    events = list(dict.fromkeys(name for arm in published.adverse_events.values() for name in arm))
    for name in events:
        rates = [published.adverse_events.get(arm, {}).get(name, {}) for arm in published.arms]
        table.add_row(
            f"{name} any / grade 3, %",
            *(f"{_or_nothing(each.get('any'))} / {_or_nothing(each.get('grade3'))}" for each in rates),
        )
    subgroups: list[RenderableType] = (
        [_title("published of subgroups"), _subgroups(published)] if published.subgroups else []
    )
    return [
        _title("published (read by the report and the calibration only)"),
        table,
        Text("\n".join(_contrast(each) for each in published.contrasts)),
        *subgroups,
        Text(f"source: {' '.join(published.source.split())}"),
    ]


def _contrast(each: PublishedContrast) -> str:
    return (
        f"{each.endpoint} {each.arm} against {each.reference}: {'odds' if each.hr is None else 'hazard'} ratio "
        f"{_or_nothing(each.hr or each.odds_ratio)} ({_or_nothing(each.low)} to {_or_nothing(each.high)})"
    )


def _subgroups(published: Published) -> Table:
    table = _table("property", "level", "outcomes", "source")
    for each in published.subgroups:
        values = [
            f"{arm}: {', '.join(f'{name} {facts_words.number(value)}' for name, value in of.items())}"
            for arm, of in each.arms.items()
        ]
        recalled = "" if each.seen else " (recalled)"
        outcomes = "\n".join([*values, *map(_contrast, each.contrasts)])
        table.add_row(each.property, each.level, Text(outcomes), Text(each.source + recalled))
    return table


def _or_nothing(value: float | None) -> str:
    return "-" if value is None else facts_words.number(value)


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
