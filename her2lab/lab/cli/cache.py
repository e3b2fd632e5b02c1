"""``her2lab cache``: what is kept on disk to save time, and how to clear it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from her2lab import storage
from her2lab.lab.cli.screen import AsJson, show, show_json

KINDS = {
    "assembly": "models translated to SBML",
    "kernel": "machine code of models",
    "history": "earlier lines of therapy of virtual patients",
    "trace": "answers of `her2lab trace`",
}
MEGABYTE = 2**20


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove it; what is needed is computed again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is kept on disk to save time, or clear it. Results do not depend on it.

    It lies in $HER2LAB_CACHE, or ~/.cache/her2lab. Beyond its limits, what was not used for longest is removed.

    Example: her2lab cache

    Example: her2lab cache --clear
    """
    removed = storage.clear() if clear else 0
    found, folder = storage.cached(), storage.directory()
    kinds = {kind: [each.size for each in found if each.kind == kind]
             for kind in dict.fromkeys([*KINDS, *(each.kind for each in found)])}
    limits = {"bytes": storage.MOST_BYTES, "files": storage.MOST_FILES, "days": storage.MOST_DAYS}
    used = not folder.exists() or storage.is_private(folder)
    if as_json:
        show_json({"folder": str(folder), "used": used, "removed": removed, "limits": limits,
                   "kinds": {kind: {"files": len(sizes), "bytes": sum(sizes)} for kind, sizes in kinds.items()}})
        return
    table = Table("what", "files", "MB", box=None, header_style="bold")
    for kind, sizes in kinds.items():
        table.add_row(KINDS.get(kind, kind), str(len(sizes)), f"{sum(sizes) / MEGABYTE:.1f}")
    table.add_row("all", str(len(found)), f"{sum(each.size for each in found) / MEGABYTE:.1f}", style="bold")
    show(escape(str(folder)), table, f"kept: at most {limits['bytes'] / MEGABYTE:.0f} MB, {limits['files']} files, "
         f"{limits['days']:.0f} days since their last use")
    if not used:
        show("Not used: the folder is another user's, or others can write into it.")
    if clear:
        show(f"{removed} files removed.")
