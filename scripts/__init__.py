"""What only developers run: benchmarks, model building, fitting, a server for tests."""
