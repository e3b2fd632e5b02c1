"""The two ways in which a command can fail, and the one line that each shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from her2lab.printable import escaped, shortened


class Her2labError(Exception):
    """Base of all errors that her2lab raises on purpose."""

    exit_status = 1


class WorkError(Her2labError):
    """The request was sound but the work failed (exit status 1)."""


class InputError(Her2labError):
    """What the user gave cannot be used (exit status 2).

    Parameters
    ----------
    message
        What is wrong, in words.
    file, line
        Where it was read.
    field
        The name of the field, option or parameter, dotted from the top of the file.
    value
        The value found.
    expected
        What would have been accepted.
    """

    exit_status = 2

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        field: str | None = None,
        value: Any = None,
        expected: str | None = None,
    ) -> None:
        self.message, self.file, self.line = message, file, line
        self.field, self.value, self.expected = field, value, expected
        super().__init__(self.__str__())

    def within(self, file: str | Path) -> InputError:
        """Return the same error, naming the file that led to it if it names none yet."""
        if self.file is not None:
            return self
        return InputError(
            self.message, file=file, line=self.line, field=self.field, value=self.value, expected=self.expected
        )

    def __str__(self) -> str:
        place = "" if self.file is None else str(self.file) + (f":{self.line}" if self.line else "")
        field = "" if self.field is None else f"field {self.field}"
        value = "" if self.value is None else f"value {shortened(self.value)}"
        where = ", ".join(part for part in (place, field, value) if part)
        expected = "" if self.expected is None else f"; expected {self.expected}"
        text = f"{where}: {self.message}{expected}" if where else f"{self.message}{expected}"
        return escaped(" ".join(text.split()))


class ArgumentError(InputError):
    """An argument of a function cannot be used: `field` is its name, and no file is at fault."""

    def within(self, file: str | Path) -> InputError:
        """Return the error as it is."""
        return self
