"""What Lookalike costs: ``python -m scripts.benchmarks`` measures it and writes the report."""
