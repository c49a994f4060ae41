"""Wires everything: settings to database, Airflow, poller and pages. Nothing else builds things."""

import gc
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from socket import socket
from typing import TypeAlias

from pydantic import SecretStr

from app import doctor
from app import prune as pruning
from app.access.discovery import Discovery
from app.airflow.auth import Anonymous, Credentials, Password, Token, TokenCommand
from app.airflow.client import Airflow
from app.airflow.connection import Way
from app.checkup import Step, check_airflow, check_database
from app.database import opened, unchecked
from app.demo import recording
from app.demo.record import Choice, record
from app.demo.replay import Login, create_replay
from app.demo.server import listening
from app.demo.stage import Stage
from app.doctor import Finding, Level
from app.graph.build import build
from app.graph.elk import Elk
from app.graph.material import material_of
from app.graph.place import place
from app.graph.placement import to_json
from app.graph.sight import Sight, seen
from app.graph.structure import structure_hash
from app.ingest.masking import Masking, SecretsMasked
from app.ingest.names import Names
from app.ingest.seal import Seal
from app.ingest.structure import StructureOnly
from app.lineage.analyze import ENGINE_VERSION, analyze
from app.lineage.before.problems import look_ahead
from app.lineage.contract.kinds import is_data
from app.lineage.likeness.digests import digits_of
from app.model.errors import SettingsError
from app.model.facts import RunFacts
from app.model.findings import Analysis, OnwardFlow, Severity
from app.model.retention import Retention
from app.notify.notifier import Notifier
from app.notify.sending import Sender
from app.notify.webhook import Style, Webhook
from app.poller import Pace, Poller
from app.readers import access_of, provider_of
from app.refresh import ChosenDags, Limits, Mirror
from app.refresh.ahead import Lookout
from app.refresh.findings import Drawing, Findings
from app.settings import (
    Settings,
    WebhookSettings,
    each_deployment,
    refuse_open_address,
    variable,
)
from app.store.lock import polling_alone, sqlite_file
from app.store.session import Store
from app.web.app import create_app
from app.web.assets import STATIC
from app.web.parts import ELK_SCRIPT, web_parts
from app.web.server import local_address, open_port, open_some_port
from app.web.server import serve as answer
from app.workers import Polled, Turn, Workers
from app.workers.queue import Queue

VERSION = version("xcomtrace")
#: Told the address once it can be opened.
Ready: TypeAlias = Callable[[str], None]
#: Gives a listening socket at a host and port.
Listen: TypeAlias = Callable[[str, int], socket]


def serve(settings: Settings, *, poll: bool, ready: Ready, listen: Listen = open_port) -> None:
    """Shows the dashboard, and mirrors Airflow meanwhile if `poll`, until a signal comes."""
    refuse_open_address(settings)
    tune_python()
    with opened(settings) as store, listen(settings.host, settings.port) as listener:
        parts = web_parts(store, version=VERSION, access=access_of(settings, store, airflow_of))
        app = create_app(parts, metrics_token=_revealed(settings.metrics_token))
        with polling(settings, store) if poll else _nothing():
            address = local_address(*listener.getsockname()[:2])
            answer(
                app,
                listener,
                when_ready=lambda: ready(address),
                before_end=parts.hub.stop,
            )


def poll(settings: Settings, *, wait: Callable[[], None]) -> None:
    """Mirrors Airflow until `wait` returns or raises."""
    tune_python()
    with opened(settings) as store, polling(settings, store):
        wait()


def tune_python() -> None:
    """Has Python look for unreachable cycles seldom, and change between threads often.

    A run that is read is hundreds of thousands of objects, none of them in a cycle: looking through
    them after each 700 took as long as reading them. And while a pass is worked out, a page waits
    for its turn at each of its statements: half a millisecond and not five (docs/benchmarks.md).
    """
    gc.set_threshold(50_000, 20, 20)
    sys.setswitchinterval(0.0005)


def demo(settings: Settings, *, file: Path, folder: Path, ready: Ready) -> None:
    """Serves a recording as a live Airflow and traces it, with its database in `folder`."""
    stage = Stage(recording.read(file), start=_now(), now=_now)
    login = Login("viewer", secrets.token_urlsafe())
    with listening(create_replay(stage, login)) as url:
        traced = settings.model_copy(
            update={
                "deployments": {},
                "airflow_url": url,
                "airflow_username": login.username,
                "airflow_password": SecretStr(login.password),
                "database_url": f"sqlite:///{folder / 'demo.sqlite'}",
                "interval_seconds": 2.0,
                "idle_interval_seconds": 2.0,
                # What is played is nothing to wake anybody for.
                "webhooks": (),
            }
        )
        chosen = "port" in settings.model_fields_set
        serve(traced, poll=True, ready=ready, listen=open_port if chosen else open_some_port)


def record_to(file: Path, settings: Settings, choice: Choice) -> recording.Recording:
    """Writes a recording of what Airflow says and returns it."""
    with airflow_of(settings) as airflow:
        made = record(airflow, choice=choice, at=_now(), masking=masking_of(settings))
    recording.write(file, made)
    return made


def prune(
    settings: Settings, *, keep: Retention, deployment: str | None, is_dry: bool
) -> Iterator[str]:
    """Deletes what is beyond `keep` (without it: beyond the settings'); a line for each thing done.

    Raises StoreError.
    """
    with opened(settings) as store:
        yield from pruning.prune(
            store,
            keep=_keeping(settings, keep),
            deployment=deployment,
            is_dry=is_dry,
            file=sqlite_file(settings.database_url),
            now=_now(),
            wait=_pause,
        )


def _keeping(settings: Settings, keep: Retention) -> Callable[[str], Retention]:
    """What of a deployment is kept: by the command line, else by the settings."""
    own = {one.deployment: one.keep for one in each_deployment(settings)}
    return lambda name: keep if keep.is_set else own.get(name, settings.keep)


def check(settings: Settings) -> Iterator[Step]:
    """What works of the database and of each Airflow, step by step."""
    several = len(settings.deployments) > 1
    with unchecked(settings) as store:
        yield from check_database(store)
        for one in each_deployment(settings):
            at = f"{one.deployment}: " if several else ""
            with airflow_of(one) as airflow:
                chosen = ChosenDags(one.dags, one.without_dags)
                for step in check_airflow(airflow, chosen):
                    yield replace(step, line=f"{at}{step.line}")


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything that a support person would ask, as it is found."""
    yield from doctor.look_at_program(VERSION)
    yield from doctor.look_at_settings(settings)
    yield from doctor.look_at_access(settings, Discovery(provider_of(settings)).keys)
    with unchecked(settings) as store:
        yield from doctor.look_at_database(store)
        yield from doctor.look_at_polling(store, url=settings.database_url, now=_now())
    for one in each_deployment(settings):
        if one.airflow_url is None:
            line = "none is named here: right for a dashboard that others poll for"
            yield Finding(Level.WARN, "Airflow", line, f"Else set {variable('airflow_url')}.")
            continue
        with airflow_of(one) as airflow:
            chosen = ChosenDags(one.dags, one.without_dags)
            yield from doctor.look_at_airflow(airflow, chosen, name=one.deployment, now=_now)


@contextmanager
def airflow_of(settings: Settings, user: Credentials | None = None) -> Iterator[Airflow]:
    """The Airflow of one deployment's settings, asked by ourselves if not by another user.

    Raises SettingsError when they name none.
    """
    if settings.airflow_url is None:
        raise SettingsError(
            f"{variable('airflow_url')} is not set: it is Airflow's address;"
            " `xcomtrace demo` needs none"
        )
    airflow = Airflow(
        settings.airflow_url,
        user or credentials_of(settings),
        way=way_of(settings),
        value_limit=settings.value_limit_bytes,
    )
    try:
        yield airflow
    finally:
        airflow.close()


def way_of(settings: Settings) -> Way:
    return Way(
        ca_file=_text(settings.airflow_ca_file),
        client_certificate=_text(settings.airflow_client_certificate),
        client_key=_text(settings.airflow_client_key),
        headers={name: one.get_secret_value() for name, one in settings.airflow_headers.items()},
        at_once=settings.requests_at_once,
        a_minute=settings.requests_per_minute,
    )


def credentials_of(settings: Settings) -> Credentials:
    """How to sign in; settings.py has seen to it that there is one way only."""
    if settings.airflow_username is not None and settings.airflow_password is not None:
        return Password(settings.airflow_username, settings.airflow_password.get_secret_value())
    if settings.airflow_token is not None:
        return Token(settings.airflow_token.get_secret_value())
    return TokenCommand(settings.token_argv) if settings.token_argv else Anonymous()


@contextmanager
def polling(settings: Settings, store: Store) -> Iterator[None]:
    """Passes over each Airflow while the block runs.

    On SQLite this process does all of them, each Airflow's in a thread of its own; on PostgreSQL
    any number of processes share them.
    """
    with ExitStack() as ending:
        airflows = [
            (one, ending.enter_context(airflow_of(one))) for one in each_deployment(settings)
        ]
        elk = Elk(STATIC / ELK_SCRIPT)
        notifier = notifier_of(settings, store)
        if store.engine.dialect.name == "postgresql":
            polled = {one.deployment: _polled(one, on, store, elk) for one, on in airflows}
            queue, at_once = Queue(settings.database_url), settings.passes_at_once
            _run(ending, Workers(store, queue, polled, notifier=notifier, at_once=at_once))
        else:
            ending.enter_context(polling_alone(settings.database_url))
            for one, airflow in airflows:
                mirror = mirror_of(one, airflow, store, elk=elk)
                _run(ending, poller_of(one, mirror, named=len(airflows) > 1))
            _run(ending, notifier)
        yield


def _run(ending: ExitStack, thread: Workers | Poller | Notifier) -> None:
    ending.callback(thread.stop)
    thread.start()


def _polled(settings: Settings, airflow: Airflow, store: Store, elk: Elk) -> Polled:
    turn = Turn(store)
    mirror = mirror_of(settings, airflow, turn.store, elk=elk)
    turn.of(mirror.deployment_pk)
    return Polled(poller_of(settings, mirror, named=True), turn)


def poller_of(settings: Settings, mirror: Mirror, *, named: bool) -> Poller:
    pace = Pace(busy=settings.interval_seconds, idle=settings.idle_interval_seconds)
    return Poller(mirror, pace=pace, name=settings.deployment if named else "")


def notifier_of(settings: Settings, store: Store) -> Notifier:
    """What tells the webhooks that the settings name; it runs without any too."""
    webhooks = [_webhook(one) for one in settings.webhooks]
    return Notifier(store, webhooks, Sender(VERSION), public_url=settings.public_url)


def _webhook(one: WebhookSettings) -> Webhook:
    url = one.url.get_secret_value()
    # Its messages find it again after a restart by a name that does not tell where it is.
    known = f"{url} {one.style} {one.deployment} {one.dags} {one.severity}"
    return Webhook(
        name=one.name or f"webhook-{sha256(known.encode()).hexdigest()[:8]}",
        url=url,
        style=Style(one.style),
        deployment=one.deployment,
        dags=one.dags,
        severity=Severity(one.severity),
        secret=one.secret.get_secret_value() if one.secret else None,
    )


def mirror_of(
    settings: Settings, airflow: Airflow, store: Store, *, elk: Elk | None = None
) -> Mirror:
    """The mirror with lineage's analysis and graph's placement; `elk`: an engine to share."""
    draw = partial(_draw, elk or Elk(STATIC / ELK_SCRIPT))
    return Mirror(
        airflow,
        store,
        findings=Findings(analyze, ENGINE_VERSION, draw),
        lookout=Lookout(look_ahead),
        deployment=settings.deployment,
        limits=Limits(
            backfill_days=settings.backfill_days,
            backfill_runs=settings.backfill_runs,
            keep=settings.keep,
            chosen=ChosenDags(settings.dags, settings.without_dags),
        ),
        masking=masking_of(settings),
    )


def masking_of(settings: Settings) -> Masking:
    """What of a deployment is kept, and what is masked in it."""
    key = settings.mask_key.get_secret_value() if settings.mask_key else ""
    seal = Seal(key.encode())
    if settings.keep_values == "structure":
        return StructureOnly(seal, digits=digits_of, is_data=is_data)
    names = Names(settings.mask_names, without=settings.unmask_names)
    return SecretsMasked(names, seal=seal, entropy=settings.mask_entropy)


def _draw(
    elk: Elk, facts: RunFacts, analysis: Analysis, onward: tuple[OnwardFlow, ...] = ()
) -> Drawing:
    # As its page opens; what else is asked for is placed then.
    graph = seen(build(material_of(facts, analysis, onward)), Sight()).graph
    return Drawing(structure_hash(graph), lambda: to_json(place(graph, elk)))


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _text(file: Path | None) -> str | None:
    return None if file is None else str(file)


def _pause(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _nothing() -> Iterator[None]:
    yield
