"""What AWS and the deployment set in the environment of functions that answer requests."""

ENVIRONMENT = {
    "AWS_LAMBDA_FUNCTION_NAME": "find_similar",  # by which importing builds, as in a Lambda
    "LAMBDA_TASK_ROOT": "/var/task",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "LOOKALIKE_PRODUCTS_TABLE": "products",
    "LOOKALIKE_PICTURES_TABLE": "pictures",
    "LOOKALIKE_IMPORTS_TABLE": "imports",
    "LOOKALIKE_IMPORTS_BUCKET": "imports",
    "LOOKALIKE_IMPORTS_MACHINE": "machine",
    "LOOKALIKE_DUPLICATES_MACHINE": "machine",
    "LOOKALIKE_DECISIONS_TABLE": "decisions",
    "LOOKALIKE_EVENTS_TABLE": "events",
    "LOOKALIKE_UPLOADS_BUCKET": "uploads",
    "LOOKALIKE_OPENSEARCH_ENDPOINT": "https://nobody.invalid",
    "LOOKALIKE_OPENSEARCH_SERVICE": "es",
}
"""Starting asks none of these."""
