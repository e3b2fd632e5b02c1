"""From a number to what it moves and from an outcome to the numbers that move it, each with its source."""
