"""The command line ``her2lab``: one file for each group of commands."""

from her2lab.lab.cli.app import main

__all__ = ["main"]
