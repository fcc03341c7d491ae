"""From a query to matches: retrieval, verification, calibration, verdict, products."""
