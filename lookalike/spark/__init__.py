"""The backfill of catalogues from a hundred million pictures on, as a job of Apache Spark.

It has three steps, each of which writes one file for each part of the manifest: fingerprints as
Parquet, items for DynamoDB's import from S3, and documents in a new index. A part that has its file
is never done again.
"""
