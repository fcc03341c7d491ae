"""Pictures: fetching their bytes, and preparing these for fingerprints."""
