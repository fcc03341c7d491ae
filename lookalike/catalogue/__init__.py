"""Catalogue files and the registration of products and their pictures."""
