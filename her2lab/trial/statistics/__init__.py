"""Statistics of trials: survival, endpoints, subgroups, interaction, prediction intervals. Knows no model."""
