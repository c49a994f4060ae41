"""What a task gives, learned run by run: which keys, of which type, how often."""
