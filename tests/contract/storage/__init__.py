"""Contract tests of every kind of storage."""
