"""The figures of the report, one small family in each file."""
