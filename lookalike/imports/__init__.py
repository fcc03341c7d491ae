"""Loading the rows of catalogues, on one machine and on AWS: what becomes of each."""
