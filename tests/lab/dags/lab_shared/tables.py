"""The tables there are, which no DAG file says."""

TABLES = ("orders", "clients")
