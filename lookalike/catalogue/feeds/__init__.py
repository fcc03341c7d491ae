"""The formats that catalogues come in: each is opened as a feed of records."""
