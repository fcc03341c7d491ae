"""Public data sets of products, written as catalogues that ``lookalike import`` reads."""
