"""Taking over a DynamoDB table that another program fills, as one more source of rows."""
