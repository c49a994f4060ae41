"""The pulls that Airflow itself sees in DAG files, one line of JSON per file.

Runs in Airflow's environment: `dump.py [--no-call] FILE...`. Each file is imported in a process of
its own, so that a broken one loses nothing but itself.
"""

import importlib
import io
import json
import logging
import os
import re
import select
import sys
import time
import traceback
import types
import warnings
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import missing
import python_code
from airflows import (
    CONNECTIONS,
    VARIABLES,
    BaseOperator,
    MappedOperator,
    dags_of,
    start_registering,
)
from tasks import Task, TookTooLong, at_most
from unknown import Unknown, ways

SECONDS_TO_IMPORT = 60
# By the clock: for what waits.
SECONDS_PER_FILE = 600
MOST_MISSING_NAMES = 20
_FORBIDDEN = {
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"),
    *("socket.connect", "socket.bind", "shutil.rmtree", "os.remove", "os.rename", "os.rmdir"),
    *("os.truncate", "os.chmod", "os.chown", "os.kill", "os.killpg"),
}


# What nearly every file imports: loaded once, before the children part.
_COMMON = (
    "airflow.decorators",
    "airflow.operators.python",
    "airflow.operators.bash",
    "airflow.providers.cncf.kubernetes.operators.pod",
    "airflow.providers.standard.operators.bash",
    "airflow.providers.standard.operators.empty",
    "airflow.providers.standard.operators.python",
    "airflow.providers.standard.operators.trigger_dagrun",
)


def main(arguments):
    call = "--no-call" not in arguments
    _load_common()
    for name in arguments:
        if not name.startswith("--"):
            print(_apart(Path(name), call=call), flush=True)  # noqa: T201 # the answer


def _load_common():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in _COMMON:
            # The other Airflow has it elsewhere.
            with suppress(ImportError):
                importlib.import_module(name)


def _apart(path, *, call):
    """The file's line, made by a child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _become_the_child(path, writing, call=call)
    os.close(writing)
    deadline = time.monotonic() + SECONDS_PER_FILE
    line = _read_until(reading, deadline)
    _end(child, deadline)
    return line or json.dumps(_answer(path) | {"errors": ["ended without an answer"]})


def _read_until(reading, deadline):
    parts = []
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            break
        part = os.read(reading, 1 << 16)
        if not part:
            break
        parts.append(part)
    os.close(reading)
    return b"".join(parts).decode()


def _end(child, deadline):
    if time.monotonic() >= deadline:
        os.kill(child, 9)
    os.waitpid(child, 0)


def _become_the_child(path, writing, *, call):
    quiet = io.StringIO()
    with redirect_stdout(quiet), redirect_stderr(quiet):
        try:
            answer = _read(path, call=call)
        except BaseException:  # noqa: BLE001 # it is the answer
            answer = _answer(path) | {"errors": [traceback.format_exc(limit=-3)]}
    text = json.dumps(answer, default=str).encode()
    while text:
        text = text[os.write(writing, text) :]
    os._exit(0)


def _answer(path):
    return {"file": str(path), "errors": [], "dags": [], "records": [], "notes": [], "missing": []}


def _read(path, *, call):
    answer = _answer(path)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    time.sleep = lambda *_: None
    finder = missing.Finder(path.parent, BaseOperator)
    sys.meta_path.append(finder)
    sys.path.insert(0, str(path.parent))
    missing.answer_for_the_environment(path.parent)
    for variable in VARIABLES:
        missing.answer_for_variables(variable, *CONNECTIONS)
    sys.addaudithook(_forbid)
    module, error = _imported(path)
    if error:
        answer["errors"].append(error)
    answer["missing"] = finder.made
    for dag in dags_of(module):
        _of_dag(dag, module, answer, call=call)
    return answer


def _forbid(event, args):
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
    if event in _FORBIDDEN or (writes and ways.exploring):
        raise PermissionError(event)


def _imported(path):
    """The module as far as it came, and what stopped it."""
    source = path.read_text()
    code = python_code.compiled(source, str(path))
    for _ in range(MOST_MISSING_NAMES):
        name = f"xt_{path.stem}"
        module = types.ModuleType(name)
        module.__file__ = str(path)
        sys.modules[name] = module
        vars(module).update(python_code.HOOKS)
        start_registering(name)
        try:
            with at_most(SECONDS_TO_IMPORT):
                exec(code, vars(module))  # noqa: S102 # that is what importing is
        except ImportError as error:
            if not _supply(error):
                return module, _said()
        except (Exception, SystemExit, TookTooLong):  # noqa: BLE001 # likewise
            return module, _said()
        else:
            return module, None
    return module, "too many names are missing"


def _said():
    return traceback.format_exc(limit=-2)[-1500:]


def _supply(error):
    """Puts the name that a module does not have into it; whether there was one."""
    wanted = re.search(r"cannot import name '(\w+)'", str(error))
    module = sys.modules.get(error.name or "")
    if wanted is None or module is None:
        return False
    name = wanted[1]
    made = Unknown(name)
    if name.endswith(("Operator", "Sensor")):
        made = missing.unknown_operator(name, BaseOperator)
    setattr(module, name, made)
    return True


def _of_dag(dag, module, answer, *, call):
    tasks = []
    for operator in dag.tasks:
        task = Task(dag, operator, module)
        try:
            task.read(call=call)
        except Exception:  # noqa: BLE001 # one task's trouble loses no other
            said = traceback.format_exc(limit=-3)
            task.notes.append({"task": operator.task_id, "field": "", "note": said})
        answer["records"] += task.records
        answer["notes"] += [{"dag": dag.dag_id} | note for note in task.notes]
        tasks.append(
            {
                "task_id": operator.task_id,
                "template_fields": list(operator.template_fields),
                "upstream": sorted(operator.upstream_task_ids),
                "mapped": isinstance(operator, MappedOperator),
            }
        )
    answer["dags"].append({"dag_id": dag.dag_id, "tasks": tasks})


if __name__ == "__main__":
    main(sys.argv[1:])
