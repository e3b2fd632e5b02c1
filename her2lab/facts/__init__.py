"""The facts: drugs, regimens, trials, populations and rules, read strictly from YAML.

Every number in ``facts/`` has a value, a unit and a source or a labelled assumption. The modules of this room:

:mod:`~her2lab.facts.quantity`, :mod:`~her2lab.facts.records`
    the vocabulary: what a file may hold
:mod:`~her2lab.facts.strict_yaml`, :mod:`~her2lab.facts.reading`
    from text to records, each mistake as one line with file, line and field
:mod:`~her2lab.facts.units`, :mod:`~her2lab.facts.amounts`
    doses, times and units; concentrations and times of experiments
:mod:`~her2lab.facts.trials`, :mod:`~her2lab.facts.dosing`, :mod:`~her2lab.facts.vocabulary`
    the trial-file contract
:mod:`~her2lab.facts.cells`
    cell lines, their features, tool compounds, and published findings on them
:mod:`~her2lab.facts.library`, :mod:`~her2lab.facts.validation`
    what there is, a file for each subject, and whether it is in order
:mod:`~her2lab.presentation.facts_tables`
    for people and for machines
"""
