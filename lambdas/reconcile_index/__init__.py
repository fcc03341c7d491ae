"""Reconciles table and index by schedule: compares them, repairs both ways, and sweeps."""
