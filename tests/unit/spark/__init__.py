"""The job of Apache Spark, without Spark."""
