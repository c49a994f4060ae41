"""Where one value came from and where it went, over tries, runs and DAGs."""
