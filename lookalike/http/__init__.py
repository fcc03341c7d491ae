"""The parts that all routes share: problems, bodies, validation, the contract and the pages."""
