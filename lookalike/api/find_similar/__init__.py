"""Which products show this picture?"""
