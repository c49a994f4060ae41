"""A recorded Airflow that answers like a live one."""
