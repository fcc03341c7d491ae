"""The small index on AWS: no search service, but packed hashes in the memory of each function.

A snapshot of all entries is an object in S3. What has changed since is a log in a table, which
every change is appended to, and which readers follow. A compaction puts both together into the next
snapshot.
"""
