"""The structure around the pixels of a file, read and bounded before a decoder sees it.

Pillow and its plug-ins bound the size of a picture, but not everything else that a hostile
file can make expensive: thousands of scans, millions of empty chunks, one gigantic tile. One
module per format checks for that, without decoding, and drops metadata that is not needed.
"""
