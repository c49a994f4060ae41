from app.access.reader import Visit
from app.access.sessions import Sessions
from app.store.session import Store
from tests.access.conftest import SECRET, Clock


def test_a_session_is_found_by_its_cookie(sessions: Sessions) -> None:
    cookie = sessions.begin("ann", {"groups": ["geo"]})
    found = sessions.find(cookie)
    assert found is not None
    assert (found.name, dict(found.holds)) == ("ann", {"groups": ["geo"]})


def test_a_cookie_that_somebody_changed_is_none_of_ours(sessions: Sessions) -> None:
    cookie = sessions.begin("ann", {})
    known, _, signature = cookie.rpartition(".")
    for forged in (known, f"{known}x.{signature}", f"{known}.{signature[:-1]}", "", "ä.ö"):
        assert sessions.find(forged) is None


def test_other_processes_know_the_same_sessions(
    sessions: Sessions, store: Store, clock: Clock
) -> None:
    other = Sessions(store, secret=SECRET, hours=1, is_secure=False, now=clock)
    assert other.find(sessions.begin("ann", {})) is not None


def test_with_another_secret_no_session_goes_on(
    sessions: Sessions, store: Store, clock: Clock
) -> None:
    cookie = sessions.begin("ann", {})
    other = Sessions(store, secret=SECRET[::-1], hours=1, is_secure=False, now=clock)
    assert other.find(cookie) is None


def test_behind_https_the_cookie_has_the_name_that_browsers_take_from_there_only(
    store: Store, clock: Clock
) -> None:
    secure = Sessions(store, secret=SECRET, hours=1, is_secure=True, now=clock)
    cookie = secure.begin("ann", {})
    assert secure.of(Visit(cookies={"xcomtrace": cookie})) is None
    assert secure.of(Visit(cookies={"__Host-xcomtrace": cookie})) is not None
