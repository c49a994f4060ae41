"""Pods that did not start, or did not last until their value was fetched."""

from app.lineage.explain.entries.entry import Entry, Example
from app.model.findings import ProblemKind

ENTRIES = (
    Entry(
        kind=ProblemKind.IMAGE_PULL,
        name="Image cannot be pulled",
        brief="The node could not get the image of the base container or of the sidecar.",
        means=(
            "The image's name or tag is wrong, the pull secret is missing, the registry cannot be"
            " reached or limits its downloads. A tag that came from an XCom may be the text"
            " `None`."
        ),
        known_by=("The log says `ErrImagePull` or `ImagePullBackOff`, with the image's name.",),
        mend=(
            "Does it name your image? Check name, tag and `image_pull_secrets`.",
            (
                "Does it name alpine? It is the sidecar: set `xcom_sidecar_container_image` in the"
                " Kubernetes connection's extra."
            ),
            "Is the tag `None`? Then a pull brought nothing: that problem is listed too.",
        ),
        example=Example(
            'image="registry.example.com/load:latset"', 'image="registry.example.com/load:latest"'
        ),
        airflow_says=("Image cannot be pulled, unable to start: ErrImagePull",),
    ),
    Entry(
        kind=ProblemKind.SIDECAR_NOT_STARTED,
        name="Sidecar not started",
        brief="The container that fetches return.json did not start in time, or is not there.",
        means=(
            "Airflow waits for `airflow-xcom-sidecar`. Its image could not be pulled, or the pod"
            " was built without it, as some operators with pods of their own do."
        ),
        known_by=("The log says that it still waits, or has waited long enough, for the sidecar.",),
        mend=(
            "Look for `ErrImagePull` of alpine; set `xcom_sidecar_container_image`.",
            "Set `do_xcom_push=False` where the pod has no sidecar.",
        ),
        example=Example(
            "{}", '{"xcom_sidecar_container_image": "registry.example.com/alpine:3.22"}'
        ),
        airflow_says=("Xcom sidecar container did not start within 15 minutes.",),
    ),
    Entry(
        kind=ProblemKind.POD_EVICTED,
        name="Pod gone before its value was read",
        brief="The pod was evicted, drained or killed, and return.json went with it.",
        means=(
            "return.json lies in a volume of the pod. When the node drains, memory runs out or the"
            " pod is deleted before Airflow has read it, the value is lost."
        ),
        known_by=("The log says that the sidecar is terminated or not running.",),
        mend=(
            "Run the task again: the value cannot be recovered.",
            "Give the pod memory requests and a priority, so that others are evicted first.",
            (
                "On nodes that scale down: annotate the pod with"
                " `cluster-autoscaler.kubernetes.io/safe-to-evict: 'false'`."
            ),
        ),
        example=Example(
            "KubernetesPodOperator(task_id='extract', do_xcom_push=True)",
            "KubernetesPodOperator(\n"
            "    task_id='extract',\n"
            "    do_xcom_push=True,\n"
            "    annotations={'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false'},\n"
            ")",
        ),
        airflow_says=(
            (
                "airflow-xcom-sidecar container is not running! Not possible to read xcom from pod:"
                " extract-x1"
            ),
            "Xcom sidecar container is already terminated!",
        ),
    ),
    Entry(
        kind=ProblemKind.POD_FAILED,
        name="Pod failed",
        brief="The container failed, or Kubernetes refused the pod for another reason.",
        means=(
            "The program ended with an error, was stopped, ran out of memory, or the pod never"
            " ran. Newer providers push a return.json that was written before the failure; older"
            " ones do not."
        ),
        known_by=(
            (
                "The log says `Pod … returned a failure`, with the container's reason and exit"
                " code, or holds the API server's refusal."
            ),
        ),
        mend=(
            "Read the last lines of the container, quoted under “Airflow said”.",
            (
                "Is the reason `OOMKilled`, or the exit code 137? Raise the memory limit in"
                " `container_resources`."
            ),
            "Is a label refused? It takes letters, digits, `-`, `_` and `.`, at most 63 of them.",
        ),
        example=Example(
            "labels={'path': \"{{ ti.xcom_pull(task_ids='extract')['uri'] }}\"}",
            "annotations={'path': \"{{ ti.xcom_pull(task_ids='extract')['uri'] }}\"}",
        ),
        airflow_says=(
            "Pod extract-x1 returned a failure.",
            "(422) Reason: Unprocessable Entity",
        ),
    ),
    Entry(
        kind=ProblemKind.POD_EVENTS_FORBIDDEN,
        name="Events forbidden",
        brief="Airflow may not read the events of its pod, which newer providers do.",
        means=(
            "Providers since 10.10 follow the pod's events while it starts. A Role that was written"
            " before does not allow that, and some versions fail the task over it."
        ),
        known_by=("Kubernetes names the user and the resource `events` in its answer.",),
        mend=("Grant `list` and `watch` on `events` to the worker's service account.",),
        goes_into="a Role of the pods' namespace, bound to the worker's service account",
        example=Example(
            'rules:\n- apiGroups: [""]\n  resources: ["pods"]\n  verbs: ["create", "get"]',
            'rules:\n- apiGroups: [""]\n  resources: ["pods"]\n  verbs: ["create", "get"]\n'
            '- apiGroups: [""]\n  resources: ["events"]\n  verbs: ["list", "watch"]',
        ),
        airflow_says=('events is forbidden: User "…" cannot list resource "events" in API group',),
    ),
)
