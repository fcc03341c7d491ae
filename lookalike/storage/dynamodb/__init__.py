"""Storage on AWS, in DynamoDB tables."""
