"""What Airflow says, in Airflow's words: HTTP and nothing else."""
