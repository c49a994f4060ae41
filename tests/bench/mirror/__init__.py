"""What the mirror asks of an Airflow, what that costs both, and how soon it knows."""
