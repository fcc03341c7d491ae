"""Exports of a catalogue: files that hold all of it, and can be imported again."""
