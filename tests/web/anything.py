"""What anybody may send: to every address, in every field, fitting or not."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from html.parser import HTMLParser
from itertools import product
from urllib.parse import quote

from fastapi.routing import APIRoute
from hypothesis import strategies as st

from app.model.values import Json
from app.web.app import ROUTERS
from tests.web.sample import churn_run, geo_run, orders_run

ROUTES = tuple(
    route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)
)
#: Would be an element, an attribute and a script, were it not escaped wherever it comes back.
PROBE = "\"'><probe-tag onprobe=1>--></textarea></title></script><script>x</script>{{7*7}}"
_LONG = 9_000  # Characters; several of them still make an address that a server takes.
_LAST = "9999-12-31T23:59:59-23:59"  # In UTC, it is of no year.
_ODD = (
    PROBE, "", " ", ".", "..", "\0", "\ud800", "\udc00a", "\ufeff", "\u202e", "é", "日本語",
    "\u0627", "\U0001f600", "e\u0301" * 40, "a\r\nSet-Cookie: b=c", "a\tb\x0b\x1b[0m", "%", "%2f",
    "%zz", "//", "/../", "'; DROP TABLE xcom; --", "\\", "*", "?#&=", "None", "null",
    "javascript:alert(1)", "//evil.example", "https://evil.example/", "/\\evil.example",
    "x" * _LONG, "(" * 300, "9" * 4301, "-1", "0", "1", "2147483648", "9223372036854775808",
    "1e400", "NaN", "٣", "²", "true", "1_0", "0001-01-01", "9999-12-31",
    _LAST, "0001-01-01T00:00:00+23:59", "2026-11-21T08:00:00", "[" * 9_000,
    '["a", 0]', '["\\ud800"]', "[1e400]", '{"a": 1}', "{% raw %}", "{{",
    "{{ ti.xcom_pull('a')['b'] }}", "{{ 9**9**9 }}", "{% for a in range(9) %}", "path:", "in:", '"',
    "-", "a>1", "/(a+)+$/", "dag:* OR -(",
)  # fmt: skip
#: Of those, what each address is asked for with.
WORST = (PROBE, "\0", "\ud800", "9" * 4301, "1e400", "[" * 9_000, _LAST)
FEW = (*WORST, *_ODD[::4])
ODD = st.sampled_from(_ODD) | st.text(st.characters(), max_size=30)
_DAGS = (
    ("prod-eu", geo_run(), ("plan_area", "extract_tiles", "build_overviews")),
    ("prod-eu", churn_run(), ("train_model",)),
    ("prod-us", orders_run(), ("export_orders", "notify")),
)
_FITTING = {
    "number": ("1", "2", "5"),
    "problem": ("1", "3"),
    "key": ("return_value",),
    "name": ("return_value", "env_vars"),
    "in": ("xcom", "field"),
    "map_index": ("-1", "0", "1"),
    "try": ("0", "1", "2"),
    "view": ("got", "gave", "diff", "source"),
    "tab": ("graph", "table", "dags"),
    "path": ("[]", '["tiles_uri"]', "css/base.css"),
    "field": ("env_vars.SCENES", "arguments[0]"),
    "template": ("{{ ti.xcom_pull('plan_area')['zoom'] }}", "{{ ds }}"),
    "until": ("2027-01-01", "2027-01-01T00:00:00Z"),
    "length": ("day", "week", "good", "date"),
    "back": ("/problems", "/problems?q=a", "/problems/1"),
    "onward": ("/status", "/search?q=a"),
    "status": ("open", "gone", "acknowledged", "muted"),
    "q": ("s3", "dag:geo_tiles_daily", "rows>1"),
}

_NO_JSON = (b"", b"{", b'"\xff"', b"[" * 90_000, b"9" * 4301, b"\xef\xbb\xbf{}")
_NUMBERS = st.integers() | st.floats() | st.sampled_from((10**400, -(2**63), 2**31))
_SHAPES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | _NUMBERS | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD, inner, max_size=3),
    max_leaves=5,
)


def one_odd(
    names: Collection[str], *, odd: Iterable[str] = _ODD, of: Collection[str] | None = None
) -> Iterator[dict[str, str]]:
    """A fitting value for each name, but an odd one for one `of` them: each with each in turn."""
    deployment, run, tasks = _DAGS[0]
    place = {"deployment": deployment, "dag_id": run.dag_id, "run_id": run.run_id}
    first = {name: few[0] for name, few in _FITTING.items()} | place | {"task_id": tasks[0]}
    fitting = {name: first.get(name, "1") for name in names}
    for name, value in product(names if of is None else of, odd):
        yield {**fitting, name: value}


@st.composite
def filled_in(draw: st.DrawFn, names: Iterable[str]) -> dict[str, str]:
    """A value for each name: all fitting but one, which is odd; or each one or the other."""
    deployment, run, tasks = draw(st.sampled_from(_DAGS))
    task = draw(st.sampled_from(tasks))
    place = {"deployment": (deployment,), "dag_id": (run.dag_id,), "run_id": (run.run_id,)}
    fitting = {**_FITTING, **place, "task_id": (task,), "left": (run.run_id,), "focus": (task,)}
    names = list(names)
    if not names:
        return {}
    odd = draw(st.sets(st.sampled_from(names)) | st.sampled_from([{one} for one in names]))
    return {
        name: draw(st.sampled_from(fitting[name]) if name in fitting and name not in odd else ODD)
        for name in names
    }


def takes(route: APIRoute, method: str) -> bool:
    return method in (route.methods or ())


def path_of(route: APIRoute, values: Mapping[str, str]) -> str:
    path = route.path.replace(":path}", "}")
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", encoded(value))
    return path


def query_names(route: APIRoute) -> tuple[str, ...]:
    """What the route reads of an address's query, by what it depends on too."""
    parts = (route.dependant, *route.dependant.dependencies)
    return tuple(one.alias for part in parts for one in part.query_params)


@st.composite
def written(draw: st.DrawFn, names: Iterable[str]) -> str:
    """A query or a form's body: some of the fields, some of them twice, in odd encodings too."""
    kept = draw(st.lists(st.sampled_from([*names, "odd\ud800"]), max_size=8))
    pairs = [(name, draw(filled_in([name]))[name]) for name in kept]
    text = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)
    return text + draw(
        st.sampled_from(("", "", "", "&", "&%ff=%fe", "&=&==", "&a", ";b=%ed%a0%80"))
    )


def encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


@st.composite
def documents(draw: st.DrawFn, fitting: Mapping[str, str]) -> bytes:
    """A body of JSON: with these fields, some odd; of any shape; too deep, too big, or none."""
    kept = draw(st.lists(st.sampled_from(sorted(fitting)), unique=True)) if fitting else ()
    mixed = {**fitting, **{name: draw(_SHAPES) for name in kept}}
    body = json.dumps(draw(st.sampled_from((mixed, fitting, draw(_SHAPES))))).encode()
    return draw(st.sampled_from((body, body, body, *_NO_JSON)))


class Elements(HTMLParser):
    """What elements and scripts a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.scripts: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.names.add(tag)
        self.attributes |= set(given)
        if tag == "script":
            self.scripts.append(given.get("src", ""))
        self.addresses += [given[name] for name in ("href", "src", "action") if name in given]


def assert_nothing_injected(page: str) -> None:
    found = Elements(page)
    assert "probe-tag" not in found.names
    assert [name for name in found.attributes if name.startswith("on")] == []
    assert all(address.startswith("/static/") for address in found.scripts)
    foreign = ("javascript:", "//", "/\\")
    assert [one for one in found.addresses if one.lower().strip().startswith(foreign)] == []
