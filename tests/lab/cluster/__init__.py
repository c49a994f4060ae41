"""The part of a Kubernetes API server and kubelet that the KubernetesPodOperator needs.

`admission` refuses what a cluster refuses, by the rules of its namespaces in `policies`; `faults`
says which namespaces fare badly; `pods` keeps what was taken, `kubelet` starts it in
`containers`, `terminal` answers exec over a websocket, `record` writes every pod down, `api` is the
HTTP door.
Runs with Airflow's interpreter (it has uvicorn with websockets): `python -m tests.lab.cluster`.
"""
