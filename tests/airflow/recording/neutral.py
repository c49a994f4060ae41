"""An exchange as it may be kept: without tokens and sessions, machines and folders."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.airflow.recording.exchanges import Exchange

#: What stands for who was signed in.
TOKEN = "token-of-the-recording"
SIGN_IN = ("/auth/token", "/login/")
_CSRF = re.compile(r'<input[^>]*name="csrf_token"[^>]*>')
_FORM = f"""<form><input id="csrf_token" name="csrf_token" type="hidden" value="{TOKEN}">
<input name="username"><input name="password" type="password"></form>"""
# Of the description of API v1: what app.airflow.v1.features reads.
_DESCRIBED = (
    "/dags/{dag_id}/dagRuns",
    "/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances",
    "/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/tries",
    "/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/{xcom_key}",
)


def neutral(exchange: Exchange, replaced: Mapping[str, str]) -> Exchange:
    """The exchange; `replaced` are texts of this machine and what stands in their place."""
    path = exchange.path.partition("?")[0]
    if path in SIGN_IN:
        return _signed_in(exchange)
    body = exchange.body
    if path == "/api/v1/openapi.json":
        body = json.dumps(_told(json.loads(body)))
    for text, other in replaced.items():
        # Whole words: a machine's name may be as short as two letters.
        body = re.sub(rf"(?<![\w-]){re.escape(text)}(?![\w-])", other, body)
    if "html" in exchange.headers.get("Content-Type", ""):
        body = ""
    headers = {name: each for name, each in exchange.headers.items() if name != "Set-Cookie"}
    return replace(exchange, body=body, headers=headers)


def _signed_in(exchange: Exchange) -> Exchange:
    headers = dict(exchange.headers)
    if "Set-Cookie" in headers:
        headers["Set-Cookie"] = f"session={TOKEN}; HttpOnly; Path=/; SameSite=Lax"
    body = exchange.body
    if "json" in headers.get("Content-Type", ""):
        body = json.dumps({"access_token": TOKEN})
    elif "html" in headers.get("Content-Type", ""):
        body = _FORM if _CSRF.search(body) else ""
    return replace(exchange, sent="", headers=headers, body=body)


def _told(openapi: Any) -> dict[str, Any]:
    parts = openapi["components"]
    return {
        "paths": {
            path: _parameters_of(openapi["paths"][path])
            for path in _DESCRIBED
            if path in openapi["paths"]
        },
        "components": {
            "parameters": {
                name: {"name": one["name"]} for name, one in parts["parameters"].items()
            },
            "schemas": {
                "ListTaskInstanceForm": {
                    "properties": {
                        name: {} for name in parts["schemas"]["ListTaskInstanceForm"]["properties"]
                    }
                }
            },
        },
    }


def _parameters_of(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "parameters": [_named(one) for one in item.get("parameters", ())],
        "get": {"parameters": [_named(one) for one in item["get"].get("parameters", ())]},
    }


def _named(parameter: Mapping[str, Any]) -> dict[str, Any]:
    return {name: parameter[name] for name in ("$ref", "name") if name in parameter}
