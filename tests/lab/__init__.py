"""A real Airflow and a stand-in for its Kubernetes cluster, on loopback, to trace.

`environment` builds Airflow's own virtual environment, `metadata` its database, `configuration` is
what we tell it, `processes` starts it all, `supervisor` keeps and ends what was started. `cluster/`
is the Kubernetes API that the unmodified KubernetesPodOperator talks to, `images/` what its pods
run, `dags/` the DAGs, `inside/` what runs with Airflow's interpreter. `lab` is the door for tests.
"""
