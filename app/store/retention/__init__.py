"""Old runs given up: which they are, how their rows go in small steps, how room is given back."""
