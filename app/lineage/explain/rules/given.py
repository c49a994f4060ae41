"""Pods and branches that failed over what they were given: a pull brought no text, or nothing."""

import re

from app.lineage.explain.rules.rule import LogRule
from app.model.findings import ProblemKind

_EACH = "template each value: env_vars={'NAME': \"{{ … }}\"}"

GIVEN = (
    LogRule(
        ProblemKind.NON_STRING_VALUE,
        re.compile(
            r"cannot unmarshal (?:number|bool|object|array|string) into Go struct field"
            r" EnvVar[\w.]{1,100} of type [\w.\[\]]{1,60}"
        ),
        "hands its pod a variable that is no text",
        "every variable of a pod must be a string: make it one with | string or | tojson",
        "P13 moj/analytical-platform#6929",
        "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of"
        " type string",
        field="env_vars",
    ),
    LogRule(
        ProblemKind.NON_STRING_VALUE,
        re.compile(
            r"cannot unmarshal string into Go struct field Container[\w.]{1,100}\.args of type"
            r" [\w.\[\]]{1,60}"
        ),
        "hands its pod one text where a list of arguments belongs",
        'put the template into a list: arguments=["{{ … }}"]',
        "P13 airflow-facts 1.2",
        "json: cannot unmarshal string into Go struct field Container.spec.containers.args of type"
        " []string",
        field="arguments",
    ),
    LogRule(
        ProblemKind.NON_STRING_VALUE,
        re.compile(
            r"cannot unmarshal (?:number|bool|object|array) into Go struct field"
            r" Container[\w.]{1,100}\.args of type [\w.\[\]]{1,60}"
        ),
        "hands its pod an argument that is no text",
        "every argument of a pod must be a string: make it one with | string or | tojson",
        "P13 moj/analytical-platform#6929",
        "json: cannot unmarshal number into Go struct field Container.spec.containers.args of type"
        " string",
        field="arguments",
    ),
    LogRule(
        ProblemKind.NON_STRING_VALUE,
        re.compile(
            r"cannot unmarshal \w{1,20} into Go struct field Container[\w.]{1,100}\.command of type"
            r" [\w.\[\]]{1,60}"
        ),
        "hands its pod a command that is no list of texts",
        "every part of a pod's command must be a string, and all of them a list",
        "P13",
        "json: cannot unmarshal string into Go struct field Container.spec.containers.command of"
        " type []string",
        field="cmds",
    ),
    LogRule(
        ProblemKind.NON_STRING_VALUE,
        re.compile(r"Expected dict or list(?: of V1EnvVar)?, got <class '[\w.]{1,100}'>"),
        "gives its variables as one text, where a mapping belongs",
        _EACH,
        "P14 #25827 #51296 #39139",
        "AirflowException: Expected dict or list, got <class 'str'>",
        field="env_vars",
    ),
    LogRule(
        ProblemKind.NULL_VALUE,
        re.compile(
            r"'branch_task_ids' expected all task IDs are strings\. Invalid tasks found:"
            r" [^\n]{1,300}"
        ),
        "decides for no task: what it returns is None, or no text",
        "name the task that it pulls from: since Airflow 3, ti.xcom_pull(key='…') alone reads the"
        " task's own XComs",
        "P16 #53984 #46513 #65406",
        "AirflowException: 'branch_task_ids' expected all task IDs are strings. Invalid tasks"
        " found: {(None, 'NoneType')}.",
        field="python_callable",
    ),
)
