"""her2lab: a laboratory of HER2-targeted therapy. Research use only."""

__version__ = "0.1.0"
