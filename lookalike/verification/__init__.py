"""Looking at a query and a candidate picture: where they agree, how exactly, and what differs."""
