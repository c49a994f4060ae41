"""A template rendered with what the run stored, so that every character knows where it came from."""
