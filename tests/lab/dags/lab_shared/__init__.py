"""What DAG files of the lab import: xcomtrace never sees it."""
