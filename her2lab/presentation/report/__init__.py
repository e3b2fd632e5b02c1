"""The report: one HTML file that holds everything and loads nothing."""

from her2lab.presentation.report.page import render

__all__ = ["render"]
