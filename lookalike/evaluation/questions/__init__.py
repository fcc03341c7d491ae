"""The questions of an evaluation: which are asked, with which images, and what is right."""
