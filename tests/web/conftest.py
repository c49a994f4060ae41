"""A filled store and the app over it, at a fixed time."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.store.session import Store
from app.web.app import create_app
from app.web.parts import WebParts, web_parts
from tests.store.fixture import copied
from tests.web.sample import NOW, fill


@pytest.fixture(scope="session")
def filled(migrated: Path) -> Path:
    file = migrated.with_name("filled.sqlite")
    shutil.copy(migrated, file)
    store = Store(f"sqlite:///{file}")
    fill(store)
    store.close()
    return file


@pytest.fixture
def empty_store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    with copied(migrated, tmp_path) as store:
        yield store


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Iterator[Store]:
    with copied(filled, tmp_path) as store:
        yield store


def make_parts(store: Store) -> WebParts:
    return web_parts(store, version="1.2.3", now=lambda: NOW)


def make_app(store: Store) -> FastAPI:
    return create_app(make_parts(store))


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(make_app(store), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def empty_client(empty_store: Store) -> Iterator[TestClient]:
    with TestClient(make_app(empty_store), raise_server_exceptions=False) as client:
        yield client
