"""Makes the recordings in `recorded/`: a real Airflow, the real mirror, a proxy between them.

`python -m tests.airflow.recording 3.1.8` makes one anew; it takes some minutes.
"""
