"""What a virtual trial has yielded: tables, plots, the report, and the folder that holds all of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import plotly.graph_objects as go
from rich.console import Group

from her2lab import resources, storage
from her2lab import trial as room
from her2lab.api.arguments import argument
from her2lab.api.kept_facts import forget, own_facts
from her2lab.api.result_tables import ResultTables
from her2lab.errors import InputError
from her2lab.facts.records import Trial
from her2lab.presentation import parameters
from her2lab.presentation.figures import FigureData, available, figure
from her2lab.presentation.report import render
from her2lab.presentation.result_html import result_html
from her2lab.presentation.trial_terminal import outcome
from her2lab.provenance.used_parameters import UsedParameter
from her2lab.trial import TrialResult
from her2lab.trial.results.table_files import DICTIONARY, csv_files
from her2lab.trial.results.trial_result import TABLES

REPORT, SUMMARY = "report.html", "result.json"


class Result(ResultTables):
    """The result of a virtual trial, from :func:`her2lab.run_trial` or :func:`her2lab.read_result`.

    Tables are polars data frames, each time a copy. A notebook shows simulated beside published values.

    Attributes
    ----------
    trial : Trial
        The trial as it was run.
    reproduce : str
        The command line that gives this result again, run in the folder of the result.

    Examples
    --------
    >>> result = her2lab.run_trial("cleopatra", patients=20)  # doctest: +SKIP
    >>> result
    <Result of cleopatra: 40 virtual patients, seed 1>
    """

    def __init__(self, found: TrialResult, reproduce: str, *, folder: Path | None = None,
                 kept: Mapping[str, bytes] | None = None) -> None:
        super().__init__(found)
        self.reproduce, self._folder, self._kept = reproduce, folder, kept or {}

    @property
    def own_facts(self) -> list[str]:
        """The files of your own ``facts`` and ``biology`` folders that the run has read; :meth:`write` keeps them.

        Examples
        --------
        >>> result.own_facts
        []
        """
        return own_facts(self._found.summary)

    @property
    def warnings(self) -> list[str]:
        """What to look at again before you believe the result: doses far above known ones.

        Examples
        --------
        >>> result.warnings
        []
        """
        return list(self._found.summary.get("warnings", ()))

    # -- pictures and files ----------------------------------------------------------------------------------
    @property
    def plots(self) -> list[str]:
        """The names that :meth:`plot` takes.

        Examples
        --------
        >>> result.plots
        ['pfs', 'os', 'waterfall', 'forest', 'tumour', 'concentration_trastuzumab', 'concentration_docetaxel',
         'concentration_pertuzumab', 'concentration', 'lvef', 'neutrophils']
        """
        return list(available(FigureData.of(self._found)))

    def plot(self, name: str) -> go.Figure:
        """Return one of the figures of the report.

        Parameters
        ----------
        name
            ``pfs``, ``os`` or what the trial calls its times, ``waterfall``; ``tumour``, ``lvef``, ``neutrophils``,
            ``concentration`` and ``concentration_<drug>`` for a result that was just run: see :attr:`plots`.

        Returns
        -------
        plotly.graph_objects.Figure

        Raises
        ------
        InputError
            If there is no such figure.

        Examples
        --------
        >>> len(result.plot("waterfall").data) > 0
        True
        """
        with argument("name"):
            return figure(name, FigureData.of(self._found))

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Write the report: one HTML file that holds everything and loads nothing.

        Parameters
        ----------
        path
            The file; its folder must be there.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        InputError
            If it cannot be written, or the folder from which the result was read has none.

        Examples
        --------
        >>> result.report(folder / "cleopatra.html").name
        'cleopatra.html'
        """
        place, content = Path(path), self._report()
        try:
            storage.write(place, content)
        except OSError as error:
            raise InputError((error.strerror or str(error)).lower(), field="path", value=str(place),
                             expected="a file that can be written") from None
        return place

    def write(self, folder: str | os.PathLike[str], *, csv: bool = False) -> Path:
        """Write the result: ``result.json``, the tables, their columns in words, the report, the trial, own facts.

        Parameters
        ----------
        folder
            Made if it is not there; other files in it are left alone.
        csv
            Write each table as CSV as well.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        InputError
            If it cannot be written.

        Examples
        --------
        >>> sorted(path.name for path in result.write(folder / "cleopatra").glob("*.parquet"))
        ['adverse_events.parquet', 'disposition.parquet', 'exposure.parquet', 'patients.parquet',
         'pharmacokinetics.parquet', 'times.parquet', 'visits.parquet']
        """
        place = Path(folder)
        forget(place, self.own_facts)
        if self._folder is not None:
            names = [*(f"{name}.parquet" for name in TABLES), DICTIONARY, REPORT, trial_file(self.trial),
                     *self.own_facts, SUMMARY]
            found = {name: self._folder / name for name in names}
            files = {name: path.read_bytes() for name, path in found.items() if path.is_file()}
            files |= csv_files(self._found.tables()) if csv else {}
            storage.write_folder(place, files, "folder")
            return place
        beside = {REPORT: self._report(), trial_file(self.trial): self.trial.to_yaml().encode(), **self._kept}
        return room.write(self._found, place, beside, csv=csv)

    def _report(self) -> bytes:
        if self._folder is None:
            return render(self._found, self._parameters, self.reproduce).encode()
        try:
            return (self._folder / REPORT).read_bytes()
        except OSError:
            raise InputError("holds no report", file=self._folder, expected=REPORT) from None

    @cached_property
    def _parameters(self) -> list[UsedParameter]:
        if self._folder is None:
            return parameters.used_in(self.trial)
        with resources.home(self._folder):
            return parameters.used_in(self.trial)

    # -- as people see it ------------------------------------------------------------------------------------
    def __repr__(self) -> str:
        patients = self._found.summary["patients"]
        return f"<Result of {self.trial.id}: {patients} virtual patients, seed {self.seed}>"

    def _repr_html_(self) -> str:
        return result_html(self._found)

    def __rich__(self) -> Group:
        return Group(*outcome(self.trial, self._found.summary, self._parameters))


def trial_file(trial: Trial) -> str:
    """Return the name of the file that holds a trial as it was run, beside its result."""
    return f"{trial.id}.yaml"
