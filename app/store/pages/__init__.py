"""What each page reads: one module per page, a fixed number of queries each."""
