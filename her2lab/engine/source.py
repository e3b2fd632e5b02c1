"""Where a model comes from: a file or a text, SBML or Antimony."""

from __future__ import annotations

import os
from typing import Any

import antimony
import libsbml

from her2lab.engine.checks import UnsupportedModel
from her2lab.engine.consistency import WITHOUT_MATHEMATICS, refuse_inconsistent
from her2lab.engine.model_text import read_text
from her2lab.errors import InputError

SUFFIXES = (".xml", ".sbml", ".ant", ".txt", ".gz")
HARMLESS_PACKAGES = ("l3v2extendedmath", *WITHOUT_MATHEMATICS)
"""Packages without mathematics of their own, or whose functions the engine knows."""


def read_source(source: str | os.PathLike[str]) -> tuple[Any, str]:
    """The libsbml document of a model, and its SBML text.

    Parameters
    ----------
    source : a path ending in .xml, .sbml, .ant or .txt, or such a file packed (.gz), or the text itself; text that
        starts with ``<`` is SBML, any other text that is not a path is Antimony.

    Raises
    ------
    InputError
        The file cannot be read, or the text is not a model or breaks a rule of SBML; the message carries the reader's.
    """
    text, file = _text(source)
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        text = _from_antimony(text, file)
    document = libsbml.readSBMLFromString(text)
    if file is not None:
        document.setLocationURI(f"file:{os.path.abspath(file)}")  # submodels may stand in files beside it
    refuse_inconsistent(document, text, file)
    if document.getModel() is None:
        raise InputError("the SBML document holds no model", file=file)
    if document.getPlugin("comp") is not None:
        text = _flatten(document, file)
        document = libsbml.readSBMLFromString(text)
    _refuse_packages(document, file)
    return document, text


def _text(source: str | os.PathLike[str]) -> tuple[str, str | None]:
    name = os.fspath(source)
    is_path = isinstance(source, os.PathLike) or ("\n" not in name and name.lower().endswith(SUFFIXES))
    if not is_path:
        return name, None
    return read_text(name), name


def _from_antimony(text: str, file: str | None) -> str:
    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(text) < 0:
        raise InputError(f"not a readable Antimony model: {antimony.getLastError().strip()}", file=file)
    return str(antimony.getSBMLString(antimony.getMainModuleName()))


def _flatten(document: Any, file: str | None) -> str:
    """The model with its submodels put in place."""
    properties = libsbml.ConversionProperties()
    properties.addOption("flatten comp", True)
    if document.convert(properties) != libsbml.LIBSBML_OPERATION_SUCCESS:
        raise UnsupportedModel("the submodels cannot be put together", file=file, field="comp")
    return str(libsbml.writeSBMLToString(document))


def _refuse_packages(document: Any, file: str | None) -> None:
    for i in range(document.getNumPlugins()):
        package = document.getPlugin(i).getPackageName()
        if document.getPackageRequired(package) and package not in HARMLESS_PACKAGES:
            raise UnsupportedModel("the model needs an SBML package", file=file, field=package)
