"""The check: is this picture in the catalogue?"""
