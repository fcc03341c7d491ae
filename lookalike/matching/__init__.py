"""From a query to matches: candidates, verification, percentage, verdict, products."""
