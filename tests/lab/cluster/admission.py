"""What a cluster refuses, in the order it does: decode, namespace, validate, rules. Pure."""

import re
from collections.abc import Iterable, Iterator

from tests.lab.cluster.policies import NAMESPACES
from tests.lab.cluster.status import (
    Json,
    Refusal,
    forbidden,
    invalid,
    not_decodable,
    not_found,
)

_LABEL = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_LABEL_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',"
    "  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_NAME_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    r"for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LONGEST_LABEL = 63
_LONGEST_NAME = 253


def admit(pod: Json, namespace: str) -> None:
    """Nothing, when a cluster would take the pod.

    Raises:
        Refusal: 400, 404, 422 or 403, with Kubernetes' text.
    """
    for problem in (*_decoding(pod), *_namespace(namespace), *_validity(pod)):
        raise problem
    for problem in (*_service_account(pod, namespace), *_rules(pod, namespace)):
        raise problem


def _decoding(pod: Json) -> Iterator[Refusal]:
    for field in ("labels", "annotations"):
        texts = pod["metadata"].get(field) or {}
        yield from _not_texts(texts.values(), f"ObjectMeta.metadata.{field}")
    for container in pod["spec"]["containers"]:
        yield from _container_decoding(container)


def _container_decoding(container: Json) -> Iterator[Refusal]:
    at = "spec.containers"
    yield from _not_texts([container.get("image")], f"Container.{at}.image")
    for field in ("command", "args"):
        texts = container.get(field) or []
        if isinstance(texts, list):
            yield from _not_texts(texts, f"Container.{at}.{field}")
        else:
            yield not_decodable(_json_type(texts), f"Container.{at}.{field}", "[]string")
    for variable in container.get("env") or []:
        yield from _not_texts([variable.get("name")], f"EnvVar.{at}.env.name")
        yield from _not_texts([variable.get("value")], f"EnvVar.{at}.env.value")


def _not_texts(values: Iterable[object], field: str) -> Iterator[Refusal]:
    # A null decodes to Go's empty string, without a word.
    for value in values:
        if not isinstance(value, str | None):
            yield not_decodable(_json_type(value), field, "string")


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    names = {int: "number", float: "number", dict: "object", list: "array", str: "string"}
    return names[type(value)]


def _namespace(namespace: str) -> Iterator[Refusal]:
    if namespace not in NAMESPACES:
        yield not_found("namespaces", namespace)


def _validity(pod: Json) -> Iterator[Refusal]:
    name = pod["metadata"].get("name") or ""
    causes = [*_name_causes(name), *_label_causes(pod), *_image_causes(pod)]
    if causes:
        yield invalid(name, causes)


def _name_causes(name: str) -> Iterator[tuple[str, str]]:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        yield "metadata.name", f'Invalid value: "{name}": {_NAME_RULE}'


def _label_causes(pod: Json) -> Iterator[tuple[str, str]]:
    for value in (pod["metadata"].get("labels") or {}).values():
        text = value or ""
        if len(text) > _LONGEST_LABEL:
            yield "metadata.labels", f'Invalid value: "{text}": must be no more than 63 characters'
        elif not _LABEL.fullmatch(text):
            yield "metadata.labels", f'Invalid value: "{text}": {_LABEL_RULE}'


def _image_causes(pod: Json) -> Iterator[tuple[str, str]]:
    for index, container in enumerate(pod["spec"]["containers"]):
        if not container.get("image"):
            yield f"spec.containers[{index}].image", "Required value"


def _service_account(pod: Json, namespace: str) -> Iterator[Refusal]:
    name = pod["spec"].get("serviceAccountName") or "default"
    if name != "default":
        where = f"error looking up service account {namespace}/{name}"
        yield forbidden(pod, f'{where}: serviceaccount "{name}" not found')


def _rules(pod: Json, namespace: str) -> Iterator[Refusal]:
    for rule in NAMESPACES[namespace]:
        yield from rule(pod)
