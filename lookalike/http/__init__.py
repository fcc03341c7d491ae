"""What the routes share: problems, bodies, validation, the contract and the pages."""
