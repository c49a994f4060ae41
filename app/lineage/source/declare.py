"""A DAG's source in, its declared tasks and pulls out."""

import ast
import warnings
from functools import lru_cache

from app.lineage.source.callables import Code
from app.lineage.source.calls import Calls
from app.lineage.source.declaration import Declaration
from app.lineage.source.expressions import Expressions
from app.lineage.source.freeze import freeze
from app.lineage.source.machine import Machine, TooLong
from app.lineage.source.scope import Scope
from app.lineage.source.statements import Statements
from app.lineage.source.values import Unknown
from app.lineage.source.ways import Left, Raised, Returned
from app.lineage.source.wired import Wired
from app.lineage.template.holes import is_marked
from app.lineage.template.limits import parts_of

#: How editors of Windows begin a file; Python passes over it.
_BYTE_ORDER_MARK = "\ufeff"
#: Parts of the arguments of all tasks, at any depth.
_MOST_PARTS = 200_000
#: Longest source that is read, in characters.
_LONGEST = 2_000_000


def declare(source: str, file: str = "") -> Declaration:
    """What the source declares; what cannot be read gives a declaration with a problem.

    The source is parsed and interpreted, never executed. Any text gives an answer. `file`: its
    path, where it is known, after which some DAGs are named.
    """
    return _declared(source, file)


@lru_cache(maxsize=256)
def _declared(source: str, file: str) -> Declaration:
    if len(source) > _LONGEST or is_marked(source):
        return Declaration(problem="The DAG's source is too long to be read.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(source.removeprefix(_BYTE_ORDER_MARK))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Declaration(problem=f"The DAG's source is not Python: {error}")
    return _read(module, file)


def _read(module: ast.Module, file: str) -> Declaration:
    machine = Machine()
    expressions = Expressions(machine, Wired())
    statements = Statements(machine, expressions)
    calls = Calls(machine, expressions, statements)
    problem, scope = None, Scope()
    scope.names["__name__"] = "dag_file"
    scope.names["__file__"] = file or Unknown("__file__")
    for statement in module.body:
        problem = _run(statements, statement, scope) or problem
    code, tasks = Code(machine, calls.invoke), []
    _adopt(machine)
    left = _MOST_PARTS
    for task in list(machine.tasks):
        left -= 1 + parts_of(task.arguments, _MOST_PARTS)
        if left < 0:
            problem = "The DAG's source gives its tasks more than can be followed."
            break
        try:
            tasks.append(freeze(task, code))
        except Exception as error:  # noqa: BLE001  # likewise of a stranger's making
            problem = f"{task.task_id} could not be followed: {type(error).__name__}"
    return Declaration(tuple(tasks), problem)


def _adopt(machine: Machine) -> None:
    """Tasks that are given no DAG, as when one only stands behind `>>`, are the only DAG's."""
    if len(machine.every_dag) == 1:
        for task in machine.tasks:
            task.dag = task.dag or machine.every_dag[0]


def _run(statements: Statements, statement: ast.stmt, scope: Scope) -> str | None:
    """Follows one statement of the module; why it could not be followed to its end."""
    try:
        statements.run([statement], scope)
    except (Raised, Returned, Left):
        return None
    except TooLong:
        return "The DAG's source is too long to be followed to its end."
    except RecursionError:
        return "The DAG's source is nested too deeply to be followed."
    except Exception as error:  # noqa: BLE001  # a stranger's source may lead our reading anywhere
        name = type(error).__name__
        return f"Line {statement.lineno} of the DAG's source could not be followed: {name}"
    return None
