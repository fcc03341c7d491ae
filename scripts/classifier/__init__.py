"""Fitting the classifier and its calibration, on pictures that nothing is reported on."""
