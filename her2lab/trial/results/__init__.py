"""The result of a trial: its tables, result.json and the folder it is written to."""
