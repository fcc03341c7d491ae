"""OpenSearch as it is met: a real server, and one that is busy, slow or away."""
