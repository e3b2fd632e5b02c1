"""Fitting to calibration trials: misfit, optimiser, free parameters, and the spread between trials."""
