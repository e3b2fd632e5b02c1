"""Simulated beside published: survival curves, figures, adverse events, exposure and findings on cells."""
