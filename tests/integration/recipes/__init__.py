"""The recipes of CONTRIBUTING.md, each followed in a scratch copy of the source."""
