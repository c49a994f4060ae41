"""Leaves to look through."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from app.model.ids import TaskInstanceKey
from app.model.leaves import Leaf, LeafAddress, Place
from app.model.values import Path
from tests.query.words import NOW, texts


def leaf(  # noqa: PLR0913 # all that a search asks of one
    text: str = "x",
    *,
    name: str = "return_value",
    path: Path = (),
    place: Place = Place.XCOM,
    time: datetime = datetime(2026, 11, 20, tzinfo=UTC),
    state: str | None = "success",
) -> Leaf:
    """A leaf whose value is its text."""
    instance = TaskInstanceKey("geo_daily", "manual__2026-11-20", "extract.load", -1)
    at = LeafAddress("production", place, instance, 1, name, path, time)
    return Leaf(1, at, text, text, state)


steps = st.sampled_from(["a", "rows", "a b", "a.b", "ж", "3"]) | st.integers(0, 4)
leaves = st.builds(
    leaf,
    texts | st.integers(-2000, 2000).map(str),
    name=st.sampled_from(["return_value", "rows", "arguments", "env_vars", "env"]),
    path=st.lists(steps, max_size=3).map(tuple),
    place=st.sampled_from(Place),
    time=st.integers(-400, 0).map(lambda ago: NOW + timedelta(days=ago)),
    state=st.sampled_from([None, "success", "failed"]),
)
