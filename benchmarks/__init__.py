"""Benchmarks and conformance: the engine beside its peers. Nothing here is part of the installed package."""
