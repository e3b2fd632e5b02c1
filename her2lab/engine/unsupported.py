"""The refusal of a model that the engine cannot integrate."""

from __future__ import annotations

from her2lab.errors import InputError


class UnsupportedModel(InputError):  # noqa: N818 - the name says what is wrong
    """The model is valid or not, but uses something the engine does not integrate; the message names it."""
