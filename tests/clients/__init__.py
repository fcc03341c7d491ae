"""Clients that are generated from the contract, as users of the API generate them."""
