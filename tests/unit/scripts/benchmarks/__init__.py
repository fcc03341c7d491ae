"""Tests of the benchmarks: that they measure correctly, not how fast anything is."""
