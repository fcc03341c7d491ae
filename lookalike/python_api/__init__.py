"""The Python API: what `import lookalike` gives."""
