"""What Airflow says, in its own words: HTTP and nothing else."""
