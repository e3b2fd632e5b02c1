"""The room in which people meet the laboratory: command line, terminal tables and reports."""
