"""The claims of the published review as experiments: what is tried, in cells or virtual trials, and what came out."""
