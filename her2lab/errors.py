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

    Attributes
    ----------
    others
        Further mistakes of the same file, where it was read to its end.
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
        self.others: tuple[InputError, ...] = ()
        super().__init__(self.__str__())

    @property
    def all(self) -> list[InputError]:
        """The mistake, and the others of the file."""
        return [self, *self.others]

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


class Problems:
    """The mistakes that independent checks find, so that a file is told all of them at once.

    ``with problems:`` goes on after an InputError; :meth:`end` raises the first with the others. Of two mistakes of
    which one stands inside the other only the first found is kept: it is likely to be the cause.
    """

    def __init__(self) -> None:
        self.found: list[InputError] = []

    def __enter__(self) -> Problems:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, InputError):
            return False
        for each in error.all:
            if not any(_one_inside_the_other(each, before) for before in self.found):
                self.found.append(each)
        return True

    def end(self) -> None:
        """Raise what was found, if anything was.

        Raises
        ------
        InputError
            The first mistake, with the others.
        """
        if self.found:
            first, *others = self.found
            first.others = tuple(others)
            raise first


def _one_inside_the_other(one: InputError, other: InputError) -> bool:
    if one.field is None or other.field is None or one.file != other.file:
        return str(one) == str(other)
    short, long = sorted((one.field, other.field), key=len)
    return long.startswith(short) and long[len(short):len(short) + 1] in ("", ".", "[")
