"""The files of a result's tables: Parquet, CSV, and the data dictionary that stands beside them."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import polars as pl

from her2lab.trial.results.columns import column

DICTIONARY = "columns.json"


def table_files(tables: Mapping[str, pl.DataFrame], *, csv: bool = False) -> dict[str, bytes]:
    """Return name -> content of the files of some tables: ``NAME.parquet``, with `csv` ``NAME.csv``, `DICTIONARY`.

    A null is an empty field of a CSV file, numbers have as many digits as they need to be read back to the bit.
    """
    files = {f"{name}.parquet": _parquet(table) for name, table in tables.items()}
    return files | (csv_files(tables) if csv else {}) | {DICTIONARY: data_dictionary(tables)}


def csv_files(tables: Mapping[str, pl.DataFrame]) -> dict[str, bytes]:
    """Return ``NAME.csv`` -> content of some tables."""
    return {f"{name}.csv": table.write_csv().encode() for name, table in tables.items()}


def data_dictionary(tables: Mapping[str, pl.DataFrame]) -> bytes:
    """Return table -> column -> type, unit, meaning and what null means, as JSON, of the columns that are there."""
    told = {name: {each: _described(name, each, str(kind)) for each, kind in table.schema.items()}
            for name, table in tables.items()}
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()


def _described(table: str, name: str, kind: str) -> dict[str, str]:
    known = column(table, name)
    words = {"unit": "", "meaning": "a property of the population", "null": ""} if known is None else {
        "unit": known.unit, "meaning": known.meaning, "null": known.null or "never"}
    return {"type": kind, **words}


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()
