"""One page for each setting: published and simulated outcomes of its trials, from stored results."""

from her2lab.presentation.pages.writing import write

__all__ = ["write"]
