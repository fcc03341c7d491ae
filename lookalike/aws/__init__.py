"""The parts that functions on AWS share: entry point, settings, stores, sync, API."""
