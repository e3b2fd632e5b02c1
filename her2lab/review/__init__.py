"""The claims of the published review: read from ``facts/claims``, checked on cells or in virtual trials.

A claim is a statement of the review, a check one comparison inside it, a verdict what came out.
"""
