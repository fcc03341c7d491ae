"""Getting the bytes of a picture from a web address or from a file below a folder."""
