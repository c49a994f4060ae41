"""A DAG's source read as a story about its tasks; parsed and interpreted, never executed."""
