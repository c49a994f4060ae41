"""A real Airflow and a stand-in for its Kubernetes cluster, on loopback, to trace.

`environment` builds Airflow's own virtual environment, `metadata` its database, `supervisor` runs
its processes, `configuration` is what we tell it, `cluster/` is the Kubernetes API that the
unmodified KubernetesPodOperator talks to, `dags/` is what runs, `lab` is the door for tests.
"""
