"""Measures search by looks: models, quantisations and baselines on labelled pictures."""
