"""A fake Airflow whose users have rights of their own."""

import re
import threading
from typing import Any

from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_v1 import FakeAirflow2
from tests.airflow.serving import Answer

_DAG = re.compile(r"/api/v\d/(?:dags|dagSources)/([^/]+)(.*)")


class _WithRights(FakeAirflow):
    """Mixed into either; what a user may not read is answered as Airflow's FAB does: 403."""

    def __init__(self) -> None:
        super().__init__()
        self.users = {}
        self.rights: dict[str, frozenset[str]] = {}  # Users who may read some DAGs only.
        self.refused: dict[str, tuple[str, ...]] = {}  # Paths that end so are refused to a user.
        self._who = threading.local()
        self._names: dict[str, str] = {}  # By what they sign in with.

    def add_user(self, name: str, password: str, *dags: str, refused: tuple[str, ...] = ()) -> None:
        """With no DAG named, they may read all."""
        assert self.users is not None
        self.users[name] = password
        self.refused[name] = refused
        if dags:
            self.rights[name] = frozenset(dags)

    def remove_user(self, name: str) -> None:
        assert self.users is not None
        del self.users[name]
        self.sign_everybody_out()

    def sign_everybody_out(self) -> None:
        self.tokens.clear()

    def posted(self, path: str, body: bytes) -> Answer:
        before = self.let_in()
        answer = super().posted(path, body)
        for new in self.let_in() - before:
            self._names[new] = _named(body)
        return answer

    def let_in(self) -> set[str]:
        """What its users are known by."""
        return set(self.tokens)

    def shown(self, headers: Any) -> str:
        """What a request shows of its user."""
        return str(headers.get("Authorization", "")).removeprefix("Bearer ")

    def lets_in(self, headers: Any, path: str) -> bool:
        self._who.name = self._names.get(self.shown(headers), "")
        return super().lets_in(headers, path)

    def answer(self, path: str, query: dict[str, list[str]]) -> Answer:
        name = self._who.name
        allowed = self.rights.get(name)
        if (found := _DAG.fullmatch(path)) and name:
            is_refused = path.endswith(self.refused[name] or ("no path ends so",))
            if is_refused or (allowed is not None and found[1] not in allowed):
                return Answer(403, {"detail": "Forbidden"})
        answer = super().answer(path, query)
        if path.endswith("/dags") and allowed is not None:
            rows = [one for one in answer.body["dags"] if one["dag_id"] in allowed]
            return Answer(200, {**answer.body, "dags": rows, "total_entries": len(rows)})
        return answer


class ReadersAirflow(_WithRights):
    """An Airflow 3."""


class ReadersAirflow2(_WithRights, FakeAirflow2):
    """An Airflow 2."""

    def sign_everybody_out(self) -> None:
        self.sessions.clear()

    def let_in(self) -> set[str]:
        return set(self.sessions)

    def shown(self, headers: Any) -> str:
        return str(headers.get("Cookie", "")).removeprefix("session=")


def _named(body: bytes) -> str:
    found = re.search(rb'username(?:=|": ?")([^&"]+)', body)
    return found[1].decode() if found else ""
