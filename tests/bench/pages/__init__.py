"""What a reader of the run page waits for, downloads and costs."""
