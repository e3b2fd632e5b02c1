"""The review's claims as tables, Markdown and plain data."""
