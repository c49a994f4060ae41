"""What people write in templates instead of the names and filters that Airflow gives them."""

#: Names that Airflow 3 no longer has, and what gives the same there.
GONE = {
    "execution_date": "logical_date",
    "next_execution_date": "data_interval_end",
    "prev_execution_date": "prev_data_interval_start_success",
    "prev_execution_date_success": "prev_data_interval_start_success",
    "next_ds": "data_interval_end | ds",
    "next_ds_nodash": "data_interval_end | ds_nodash",
    "prev_ds": "prev_data_interval_start_success | ds",
    "prev_ds_nodash": "prev_data_interval_start_success | ds_nodash",
    "tomorrow_ds": "macros.ds_add(ds, 1)",
    "tomorrow_ds_nodash": "macros.ds_format(macros.ds_add(ds, 1), '%Y-%m-%d', '%Y%m%d')",
    "yesterday_ds": "macros.ds_add(ds, -1)",
    "yesterday_ds_nodash": "macros.ds_format(macros.ds_add(ds, -1), '%Y-%m-%d', '%Y%m%d')",
    "triggering_dataset_events": "triggering_asset_events",
}
#: Attributes of the task instance that templates use.
TASK_INSTANCE = frozenset(
    [
        "dag_id",
        "duration",
        "end_date",
        "hostname",
        "log_url",
        "map_index",
        "max_tries",
        "operator",
        "priority_weight",
        "queue",
        "run_id",
        "start_date",
        "state",
        "task",
        "task_id",
        "try_number",
        "xcom_pull",
        "xcom_push",
    ]
)
#: Filters of other tools, and what does the same in Jinja.
OTHER_FILTERS = {
    "dumps": "tojson",
    "json": "tojson",
    "jsonify": "tojson",
    "to_json": "tojson",
    "to_nice_json": "tojson",
    "len": "length",
    "size": "length",
    "str": "string",
    "text": "string",
    "integer": "int",
    "strip": "trim",
    "lowercase": "lower",
    "uppercase": "upper",
}
#: Filters of other tools that read JSON; Jinja has none.
READ_JSON = frozenset(["from_json", "fromjson", "json_loads", "loads", "parse_json"])
