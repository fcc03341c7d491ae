"""What runs on a notebook instance: its start, and what tells when nobody uses it."""
