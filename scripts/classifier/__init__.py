"""Fitting what weighs the evidence, on pictures that nothing is reported on."""
