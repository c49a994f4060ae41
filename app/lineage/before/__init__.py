"""What is wrong with a DAG by its source and graph alone, before it runs."""
