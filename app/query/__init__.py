"""What people search for: the words they type, read into terms that the store answers; pure."""
