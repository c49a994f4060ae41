"""Kubernetes' own words for "no": its Status object."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(eq=False)
class Refusal(Exception):
    """An answer that is not the thing asked for: an HTTP code and a Status.

    `details` goes into the Status as it is: the kind, the name, the causes.
    """

    code: int
    reason: str
    message: str
    details: Json | None = None

    def status(self) -> Json:
        """https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/"""
        body: Json = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
        }
        if self.details is not None:
            body["details"] = self.details
        return body | {"code": self.code}


def not_found(resource: str, name: str) -> Refusal:
    return Refusal(
        404, "NotFound", f'{resource} "{name}" not found', {"name": name, "kind": resource}
    )


def already_exists(name: str) -> Refusal:
    return Refusal(
        409, "AlreadyExists", f'pods "{name}" already exists', {"name": name, "kind": "pods"}
    )


def not_decodable(got: str, field: str, wanted: str) -> Refusal:
    """What the decoder says about a value of the wrong JSON type."""
    problem = f"json: cannot unmarshal {got} into Go struct field {field} of type {wanted}"
    return Refusal(400, "BadRequest", f'Pod in version "v1" cannot be handled as a Pod: {problem}')


def invalid(name: str, causes: Sequence[tuple[str, str]]) -> Refusal:
    """What validation says; `causes` are (field, message)."""
    texts = [f"{field}: {message}" for field, message in causes]
    whole = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    details = {
        "name": name,
        "kind": "Pod",
        "causes": [
            {"reason": "FieldValueInvalid", "message": message, "field": field}
            for field, message in causes
        ],
    }
    return Refusal(422, "Invalid", f'Pod "{name}" is invalid: {whole}', details)


def over_quota(name: str, quota: str, missing: Sequence[str]) -> Refusal:
    """What the quota admission says; `missing` are like `limits.cpu for: base`."""
    return Refusal(
        403,
        "Forbidden",
        f'pods "{name}" is forbidden: failed quota: {quota}: must specify {"; ".join(missing)}',
        {"name": name, "kind": "pods"},
    )


def forbidden(pod: Json, words: str) -> Refusal:
    """What an admission plugin says of a pod that it refuses."""
    name = pod["metadata"]["name"]
    details = {"name": name, "kind": "pods"}
    return Refusal(403, "Forbidden", f'pods "{name}" is forbidden: {words}', details)
