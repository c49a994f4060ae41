"""A template rendered with what the run stored: every character knows where it came from."""
