"""The template fields of operators that DAG files use most, for sources read without their Airflow.

Taken from `template_fields` of the classes in Airflow 2.11.2 and 3.3.2 with their providers. In a
run Airflow's REST API tells the fields; there nothing of this is used.
"""

_POD = (
    "image name hostname cmds annotations arguments env_vars labels config_file pod_template_file"
    " pod_template_dict namespace container_resources volumes volume_mounts cluster_context"
    " env_from configmaps node_selector kubernetes_conn_id base_container_name trigger_kwargs"
    " full_pod_spec init_containers"
)
_PYTHON = "templates_dict op_args op_kwargs"
_SQL = "sql parameters conn_id database hook_params"
_MAIL = "to from_email subject html_content files cc bcc mime_subtype mime_charset"

_FIELDS = {
    "KubernetesPodOperator": _POD,
    "GKEStartPodOperator": f"{_POD} location cluster_name use_internal_ip project_id gcp_conn_id"
    " impersonation_chain deferrable",
    "GKEPodOperator": _POD,
    "EksPodOperator": f"{_POD} cluster_name in_cluster namespace pod_name aws_conn_id region",
    "KubernetesJobOperator": f"{_POD} job_template_file selector",
    "PythonOperator": _PYTHON,
    "BranchPythonOperator": _PYTHON,
    "ShortCircuitOperator": _PYTHON,
    "PythonVirtualenvOperator": f"{_PYTHON} requirements index_urls venv_cache_path",
    "ExternalPythonOperator": f"{_PYTHON} python",
    "BranchExternalPythonOperator": f"{_PYTHON} python",
    "PythonSensor": _PYTHON,
    "BashOperator": "bash_command env cwd",
    "BashSensor": "bash_command env",
    "EmailOperator": _MAIL,
    "TriggerDagRunOperator": "trigger_dag_id trigger_run_id logical_date execution_date conf"
    " wait_for_completion skip_when_already_exists",
    "ExternalTaskSensor": "external_dag_id external_task_id external_task_ids"
    " external_task_group_id",
    "SQLExecuteQueryOperator": _SQL,
    "PostgresOperator": _SQL,
    "MySqlOperator": _SQL,
    "SnowflakeOperator": _SQL,
    "HttpOperator": "endpoint data headers",
    "SimpleHttpOperator": "endpoint data headers",
    "HttpSensor": "endpoint request_params headers",
    "EmptyOperator": "",
    "DummyOperator": "",
    "LatestOnlyOperator": "",
    "DockerOperator": "image command environment env_file container_name",
    "SSHOperator": "command environment remote_host",
    "BigQueryInsertJobOperator": "configuration job_id impersonation_chain project_id",
}
#: Arguments of every operator, none of which Airflow renders.
_NEVER = frozenset(
    [
        "task_id",
        "task_display_name",
        "owner",
        "email",
        "email_on_retry",
        "email_on_failure",
        "retries",
        "retry_delay",
        "retry_exponential_backoff",
        "max_retry_delay",
        "start_date",
        "end_date",
        "depends_on_past",
        "ignore_first_depends_on_past",
        "wait_for_past_depends_before_skipping",
        "wait_for_downstream",
        "dag",
        "params",
        "default_args",
        "priority_weight",
        "weight_rule",
        "queue",
        "pool",
        "pool_slots",
        "sla",
        "execution_timeout",
        "on_execute_callback",
        "on_failure_callback",
        "on_success_callback",
        "on_retry_callback",
        "on_skipped_callback",
        "pre_execute",
        "post_execute",
        "trigger_rule",
        "resources",
        "run_as_user",
        "map_index_template",
        "max_active_tis_per_dag",
        "max_active_tis_per_dagrun",
        "executor",
        "executor_config",
        "do_xcom_push",
        "multiple_outputs",
        "inlets",
        "outlets",
        "task_group",
        "doc",
        "doc_md",
        "doc_json",
        "doc_yaml",
        "doc_rst",
        "python_callable",
        "render_template_as_native_obj",
    ]
)


def known_fields(operator: str) -> tuple[str, ...] | None:
    """The template fields of an operator by its class name or decorator; None when not known."""
    if operator.startswith("@"):
        pod = _POD if operator.startswith("@task.kubernetes") else ""
        return (*_PYTHON.split(), *pod.split(), "bash_command", "env", "cwd", "image", "command")
    found = _FIELDS.get(operator)
    return None if found is None else tuple(found.split())


def is_rendered(field: str, operator: str, own: tuple[str, ...] | None) -> bool:
    """Whether Airflow renders the operator's field; `own`: fields that the source itself names.

    Of an operator that is not known every argument may be rendered that is not every operator's.
    """
    fields = own if own is not None else known_fields(operator)
    return field in fields if fields is not None else field not in _NEVER
