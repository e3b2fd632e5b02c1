"""The conduct of one arm: dosing, assessments, grading, rules, scans and surgery. Knows no equations."""
