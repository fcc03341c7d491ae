"""Which questions an evaluation asks, and what a right answer is."""
