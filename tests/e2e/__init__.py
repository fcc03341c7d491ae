"""The whole deployment on an emulator of AWS, with a real OpenSearch beside it."""
