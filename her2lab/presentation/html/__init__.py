"""HTML documents that hold everything and load nothing: templates, style, figures."""

from her2lab.presentation.html.document import Figure, fill, placed

__all__ = ["Figure", "fill", "placed"]
