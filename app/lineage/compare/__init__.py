"""Two runs of one DAG compared by what their tasks got and gave; pure."""
