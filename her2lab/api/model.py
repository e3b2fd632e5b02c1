"""Any SBML or Antimony model, compiled and simulated by the engine that runs the patients."""

from __future__ import annotations

import os

from her2lab import engine
from her2lab.engine import Model


def compile_model(source: str | os.PathLike[str]) -> Model:
    """Read an SBML or Antimony model and compile it, or load its machine code from the cache.

    Parameters
    ----------
    source
        The path of a .xml, .sbml, .ant or .txt file, or the text of a model.

    Returns
    -------
    her2lab.engine.Model
        ``simulate(until, points=…, parameters={name: value or one for each patient})`` integrates from time 0 and
        returns the variables, shape (patients, times) each, in the units of the model; ``to_polars()`` of that is a
        tidy table. ``states``, ``parameters`` and ``observables`` are the names there are.

    Raises
    ------
    InputError
        If the source is not a model, or uses what the engine does not integrate.

    Examples
    --------
    >>> model = her2lab.compile_model("model decay; x = 1; k = 0.5; x' = -k*x; end")
    >>> found = model.simulate(2.0, points=3, parameters={"k": [0.5, 1.0]}, rtol=1e-8)
    >>> found["x"].round(3).tolist()
    [[1.0, 0.607, 0.368], [1.0, 0.368, 0.135]]
    """
    return engine.compile_model(source)
