"""The review as a page: its statements as they came out, Figure 1 from the network, Table 1 from the drugs' files."""

from her2lab.presentation.review.document import document, figure_1
from her2lab.presentation.review.page import render

__all__ = ["document", "figure_1", "render"]
