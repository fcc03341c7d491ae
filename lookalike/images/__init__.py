"""Getting pictures: fetching bytes from an address, and preparing bytes for fingerprints."""
