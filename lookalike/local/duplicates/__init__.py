"""Finding all duplicates of a catalogue, with worker processes on all cores."""
