"""The part of a Kubernetes API server and kubelet that the KubernetesPodOperator needs.

`admission` refuses what a cluster refuses, `pods` keeps what was taken, `kubelet` starts it in
`containers`, `terminal` answers exec over a websocket, `record` writes every pod down, `api` is the
HTTP door.
Runs with Airflow's interpreter (it has uvicorn with websockets): `python -m tests.lab.cluster`.
"""
