"""The contract of the hashes of the registry."""
