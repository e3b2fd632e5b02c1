"""Presentation: tables, words, figures and pages of everything that people see. Knows no numerics."""
