"""How large a trial file may be: beyond these a number is a slip, and a run of it would never end.

What a run within these limits needs is estimated before it starts (:mod:`her2lab.trial.workload`).
"""

from __future__ import annotations

DAYS_PER_YEAR = 365.25
LONGEST = 50 * DAYS_PER_YEAR   # days; no trial has followed its patients for longer
SHORTEST_FOLLOWUP = 1.0        # days
SHORTEST_ASSESSMENT = 1.0      # days; a calendar of visits is one of days
SHORTEST_INTERVAL = 1 / 24     # days between doses; what is given more often is an infusion
MOST_PER_DAY = 24              # doses, for the same reason
MOST_CYCLES = 10_000           # daily doses for a quarter of a century
MOST_ARMS = 20
MOST_PATIENTS = 10_000_000     # of an arm; what memory holds is less
MOST_LINES = 100               # of a regimen
MOST_DAYS = 1_000              # listed in one line of a regimen, or within one cycle
MOST_STEPS = 50                # of a stepped starting dose
MOST_ENDPOINTS = 100
MOST_PRIOR_LINES = 10
