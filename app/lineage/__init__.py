"""What follows from the facts: flows and problems; pure, without I/O, clock or log."""
