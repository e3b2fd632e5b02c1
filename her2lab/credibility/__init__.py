"""How far predictions of the trial library can be trusted.

`running` runs the trials into a `store`; `figures` puts every published figure beside its prediction; `scores` judges
them, against the forecasts of `naive`; `sensitivity` says which numbers matter. Calibration and validation stay apart
throughout.
"""
