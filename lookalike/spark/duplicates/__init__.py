"""The search for all duplicates of a hundred million pictures, as a job of Apache Spark.

It reads the fingerprints that the backfill has written, and has five steps: vectors, the nearest
pictures of each, comparisons, those of pairs with a common neighbour, groups. All but the last
write files that are never written again.
"""
