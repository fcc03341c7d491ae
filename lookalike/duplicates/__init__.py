"""All duplicates of a catalogue: stored pictures compared, linked, and put into groups."""
