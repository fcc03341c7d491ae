"""The deployed functions, a folder each: a handler, and the wiring of its parts."""
