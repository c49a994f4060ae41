"""One pass of the data's way."""
