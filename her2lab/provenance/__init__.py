"""Provenance: from which program, facts and sources a result comes."""
