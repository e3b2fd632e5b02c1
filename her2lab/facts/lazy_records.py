"""Records by the name of their file, each file read when its record is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

Item = TypeVar("Item")
Place = TypeVar("Place")


class LazyRecords(Mapping[str, Item], Generic[Place, Item]):
    """Records by name; a trial of three drugs reads three files of the many that there are.

    Parameters
    ----------
    files
        Name -> file, or whatever else `read` takes.
    read
        How a file is read; what it raises is raised when the record is first asked for.
    """

    def __init__(self, files: Mapping[str, Place], read: Callable[[Place], Item]) -> None:
        self._files, self._read = dict(files), read
        self._kept: dict[str, Item] = {}

    def __getitem__(self, name: str) -> Item:
        if name not in self._kept:
            self._kept[name] = self._read(self._files[name])
        return self._kept[name]

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
