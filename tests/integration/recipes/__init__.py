"""Tests that follow the recipes of CONTRIBUTING.md, most of them in a scratch copy of the source.

``test_hash.py`` adds a hash, ``test_verdict.py`` a verdict, ``test_route.py`` a route to an
existing function (in the process of the test, so that it needs no copy), ``test_function.py`` a
function and an attribute of a DynamoDB index, and ``test_stored_field.py`` a field of a stored
class. The recipe for a vector database is proven elsewhere: ``tests/toy_index.py`` follows it, and
``tests/contract/storage/synced_index`` tests the result.
"""
