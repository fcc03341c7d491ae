"""The truth on AWS, in DynamoDB tables."""
