"""The functions of a deployment, one folder each; ``infra/function_specs.py`` lists them."""
