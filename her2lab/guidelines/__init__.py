"""What guidelines and labels ask for: HER2 status of a sample, and what is monitored under a regimen."""
