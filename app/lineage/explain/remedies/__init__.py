"""Settings and lines of code that mend a failed push, built from the log's own words."""
