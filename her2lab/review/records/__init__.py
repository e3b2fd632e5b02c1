"""What a file of ``facts/claims`` may hold: the claims of the review as records."""
