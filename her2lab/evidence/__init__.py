"""Evidence: published curves and the calibration that they are used for. Knows no numerics."""
