"""Loading catalogues into a data folder, with worker processes on all cores."""
