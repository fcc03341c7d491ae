"""Fitting the classifier and its calibration to catalogues: samples, models, calibration."""
