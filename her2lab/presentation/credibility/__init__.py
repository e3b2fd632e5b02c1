"""The credibility report: one JSON document and one HTML file that holds everything and loads nothing."""

from her2lab.presentation.credibility.document import document
from her2lab.presentation.credibility.page import render

__all__ = ["document", "render"]
