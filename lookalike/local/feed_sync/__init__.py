"""Makes catalogues equal to feeds."""
