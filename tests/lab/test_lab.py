"""The real thing: every DAG once in a real Airflow, and what its pods were given."""

from typing import Any

import pytest

from tests.lab.lab import Lab, label_of

# Every task that reads wrongly; those that give are green.
FAILING_NAMES = dict.fromkeys(
    (
        *(
            "half_prefix",
            "hyphenated",
            "keep",
            "key_is_inside",
            "moved_away",
            "no_prefix",
            "no_task",
        ),
        *("other_case", "output_key", "typo", "typo_added", "typo_attribute", "typo_in_python"),
        *("typo_method", "typo_of_two", "wrong_dag", "wrong_group", "wrong_key"),
    ),
    "failed",
)
FAILING_VALUES = dict.fromkeys(
    (
        *("bare_pull", "below_null", "encoded_twice", "key_in_python", "list_for_one"),
        *("mapped_for_one", "missing_attribute", "missing_deep", "no_such_filter", "no_such_name"),
        *("no_template_field", "one_deeper", "unclosed", "unquoted", "whole_dict"),
    ),
    "failed",
)
# What is not green. A DAG that is not named here is green all over.
NOT_GREEN: dict[str, dict[str, str]] = {
    "broken_pushes": {
        "blank": "failed",
        "cut_off": "failed",
        "fails_after": "failed",
        "not_a_dict": "failed",
        "not_a_number": "failed",
        "of_null": "failed",
        "plain_text": "failed",
        "reserved": "failed",
        "two_documents": "failed",
    },
    "cross_dag": {"all_prior": "failed", "wrong_task": "failed"},
    "empty_return_json": {"read_empty": "failed", "read_nothing": "failed"},
    "failing_names": FAILING_NAMES,
    "failing_times": {
        "of_later": "failed",
        "of_skipped": "failed",
        "skipped": "skipped",
        "too_soon": "failed",
    },
    "failing_values": FAILING_VALUES,
    "geo_tiles_daily": {
        "build_overviews": "failed",
        "publish_stac": "upstream_failed",
        "quality.gaps": "skipped",
        "render_tile[5]": "skipped",
    },
    "healthy_suspects": {"left": "skipped", "optional": "skipped", "skips_late": "skipped"},
    "invalid_return_json": {"make": "failed", "read": "upstream_failed"},
    "leaking_pods": {
        "fails_to_render": "failed",
        "is_refused": "failed",
        "prints_them": "failed",
    },
    "missing_keys": {
        "near_miss": "failed",
        "unknown": "failed",
        "out_of_range": "failed",
        "not_a_mapping": "failed",
    },
    "orders_export": {
        "load_orders": "failed",
        "load_archive": "failed",
        "verify_checksum": "failed",
        "tell_shops": "failed",
        "refresh_dashboard": "upstream_failed",
    },
    "producer_failed": {"make": "failed", "read": "upstream_failed", "read_anyway": "failed"},
    "push_forgotten": {"read": "failed"},
    "quota_refused": {"score_batch": "failed", "publish_scores": "upstream_failed"},
    "refused_pods": {
        "number_argument": "failed",
        "number_variable": "failed",
        "bad_label": "failed",
        "image_tag": "failed",
    },
    "refused_pushes": {
        "evicted": "failed",
        "exec_lost": "failed",
        "image_pull": "failed",
        "never_started": "failed",
        "no_exec": "failed",
        "proxy": "failed",
        "registry": "failed",
        "sidecar_pull": "failed",
    },
    "refused_sidecars": {"limit_range": "failed", "security": "failed"},
    "two_producers_strict": {"join": "failed"},
}
GREEN = {
    "ambiguous_flows",
    "changed_values",
    "churn_training",
    "cross_source",
    "evaluated_flows",
    "group_flows",
    "imported_flows",
    "mapped_flows",
    "mapped_shapes",
    "native_flows",
    "pod_flows",
    "secret_flows",
    "silent_pulls",
    "taskflow_flows",
    "timed_flows",
    "two_producers",
    "yaml_flows",
}


def pod_of(lab: Lab, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
    """The last pod that this task asked for."""
    labels = {"task_id": label_of(task_id)}
    pods = [pod for pod in lab.pods(dag_id, run_id) if labels.items() <= pod["labels"].items()]
    return pods[-1]


def env_of(pod: dict[str, Any]) -> dict[str, Any]:
    return {variable["name"]: variable.get("value") for variable in pod["env"]}


def test_every_dag_file_is_read_without_an_error(lab: Lab) -> None:
    assert lab.import_errors() == []
    assert set(lab.dag_ids()) == GREEN | set(NOT_GREEN)


@pytest.mark.parametrize("dag_id", sorted(GREEN | set(NOT_GREEN)))
def test_each_task_ends_in_the_state_that_its_dag_is_about(
    lab: Lab, lab_run: str, dag_id: str
) -> None:
    states = lab.task_states(dag_id, lab_run)
    assert states == dict.fromkeys(states, "success") | NOT_GREEN.get(dag_id, {})


def test_a_key_reaches_pods_by_every_way(lab: Lab, lab_run: str) -> None:
    key1, key2 = f"s3://lab/alpha-{lab_run}/part-7", f"s3://lab/beta-{lab_run}/part-8"

    def pod(task_id: str) -> dict[str, Any]:
        return pod_of(lab, "pod_flows", lab_run, task_id)

    assert pod("by_arguments")["args"] == [key1, "fixed"]
    assert env_of(pod("by_env_dict")) == {"PATH_IN": key1, "FIXED": "fixed"}
    assert env_of(pod("by_env_list")) == {"PATH_IN": key1, "OTHER": key2}
    assert pod("embedded")["args"] == [f"--in={key1}/data?v=1"]
    assert pod("by_cmds")["cmds"] == ["echo", key1]
    assert pod("by_image_tag")["image"] == f"registry.local/show:1.4.7-{lab_run}"
    assert pod("by_labels")["labels"]["team"] == f"team-{lab_run}"
    assert pod("by_labels")["annotations"]["lab/path"] == key1
    assert pod("nested")["args"] == [f"row-b-{lab_run}", f"owner-of-{lab_run}"]
    assert pod("ambiguous")["args"] == ["--n=42", "42", "True"]
    assert env_of(pod("ambiguous")) == {"FLAG": "True", "NOTHING": ""}


def test_the_mistyped_task_id_gives_the_pod_the_text_none(lab: Lab, lab_run: str) -> None:
    join = pod_of(lab, "two_producers", lab_run, "join")
    assert env_of(join) == {
        "EXTRACTED": f"s3://lab/extract/{lab_run}/part-7",
        "ENRICHED": "None",
    }


def test_a_failing_template_asks_for_no_pod(lab: Lab, lab_run: str) -> None:
    tasks = [pod["labels"]["task_id"] for pod in lab.pods("two_producers_strict", lab_run)]
    assert sorted(tasks) == ["enrich", "extract"]


def test_mapped_pods_get_one_item_each(lab: Lab, lab_run: str) -> None:
    pods = lab.pods("mapped_flows", lab_run)
    args = {pod["labels"]["map_index"]: pod["args"] for pod in pods if "map_index" in pod["labels"]}
    assert args == {str(i): [f"s3://lab/part-{part}-{lab_run}"] for i, part in enumerate("abc")}


@pytest.mark.parametrize(
    ("where", "refusal"),
    [
        ("refused_pods.number_argument", (400, "cannot unmarshal number into Go struct field")),
        ("refused_pods.number_variable", (400, "EnvVar.spec.containers.env.value of type string")),
        ("refused_pods.bad_label", (422, "a valid label must be an empty string")),
        ("quota_refused.score_batch", (403, "limits.memory for: airflow-xcom-sidecar")),
    ],
)
def test_the_cluster_refuses_what_a_cluster_refuses(
    lab: Lab, lab_run: str, where: str, refusal: tuple[int, str]
) -> None:
    dag_id, _, task_id = where.partition(".")
    pod = pod_of(lab, dag_id, lab_run, task_id)
    assert not pod["accepted"]
    code, words = refusal
    assert pod["refusal"]["code"] == code
    assert words in pod["refusal"]["message"]
