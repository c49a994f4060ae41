"""A secret that a name has told of is found where nothing beside it tells."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.known import Known, is_telling
from app.ingest.masking import SecretsMasked
from app.ingest.seal import Seal
from app.model.values import Json

KEY = Seal(b"0123456789abcdef")
SECRET = "tr0ub4dor-n3xt"
MASK = KEY.hide(SECRET)

FOUND = {
    "{}": "{}",
    "  {}\n": "  {}\n",
    "--tok={}": "--tok={}",
    "run --tok {} --n 1": "run --tok {} --n 1",
    "etl:{}": "etl:{}",
    "https://etl@db/{}?x=1": "https://etl@db/{}?x=1",
    '{{"a": "{}", "n": 1}}': '{{"a": "{}", "n": 1}}',
    "['a', '{}']": "['a', '{}']",
    "a;{};b,{}": "a;{};b,{}",
    "X={}&y=2": "X={}&y=2",
}
# Those that hold what stands between others: found as a whole, in quotes, or behind the first sign.
ODD_SECRETS = ["p@ss:w0rd/=;x", "tr0ub4dor, 3 & more", "a=b=c=d=1", "x/y+z0123==", "pä55wörter-ß"]
PLAIN = [
    "password", "hunter2", "required-field", "KubernetesPodOperator", "2026-11-21T08:00:00+00:00",
    "1234567890", "3.14159265", "true", "/var/run/secrets/token1", "s3://geo/tiles/part-7.parquet",
    "{{ ti.xcom_pull('a')['b1'] }}", "***a1b2c3d4e5f6", "geo.tiles_daily", "", "x1",
]  # fmt: skip


def masking(secret: str = SECRET) -> SecretsMasked:
    """One that was told of the secret by a name."""
    made = SecretsMasked(seal=KEY)
    made.value({"password": secret})
    return made


@pytest.mark.parametrize("form", FOUND)
def test_it_is_found_wherever_it_stands(form: str) -> None:
    text = form.format(SECRET, SECRET)
    kept = FOUND[form].format(MASK, MASK)
    assert masking().fields({"arguments": [text]}) == {"arguments": [kept]}
    assert masking().log(text) == kept


@pytest.mark.parametrize("secret", ODD_SECRETS)
@pytest.mark.parametrize("form", ["{}", "--tok={}", 'run "{}" now'])
def test_one_that_holds_separators_is_found_as_a_whole(secret: str, form: str) -> None:
    if " " in secret and "=" in form:
        form = "{}"
    kept = masking(secret).value([form.format(secret)])
    assert kept == [form.format(KEY.hide(secret))]


@pytest.mark.parametrize("text", PLAIN)
def test_what_stands_in_many_places_is_not_looked_for(text: str) -> None:
    assert not is_telling(text)
    assert masking(text).value(["x", text]) == ["x", text]


def test_nothing_is_found_before_a_name_has_told_of_it() -> None:
    assert SecretsMasked(seal=KEY).value([SECRET]) == [SECRET]


def test_what_stands_before_the_name_is_found_too() -> None:
    value: Json = {"first": SECRET, "nested": [{"password": SECRET}]}
    assert SecretsMasked(seal=KEY).value(value) == {"first": MASK, "nested": [{"password": MASK}]}


def test_without_a_key_it_reads_as_airflow_writes_it() -> None:
    made = SecretsMasked()
    made.value({"token": SECRET})
    assert made.value([f"--tok={SECRET}"]) == ["--tok=***"]


def test_what_stands_behind_a_stored_mask_is_found() -> None:
    made = SecretsMasked(seal=KEY)
    made.learn_masks([MASK])
    assert made.value([f"--tok={SECRET}", "a-text-of-14-ch"]) == [
        f"--tok={MASK}",
        "a-text-of-14-ch",
    ]


def test_secrets_that_texts_tell_of_are_known_too() -> None:
    made = SecretsMasked(seal=KEY)
    made.value([f"PASSWORD={SECRET}"])
    assert made.value([SECRET]) == [MASK]


def test_a_source_keeps_its_lines() -> None:
    assert masking().source(f'x = 1\nrun("{SECRET}")\n') == f'x = 1\nrun("{MASK}")\n'


SECRETS = st.text(string.ascii_letters + string.digits + "!#$%^*+_.-", min_size=8, max_size=40)


@given(SECRETS.filter(is_telling), st.text(max_size=30), st.text(max_size=30))
def test_no_argument_keeps_one_and_masking_again_changes_nothing(
    secret: str, before: str, after: str
) -> None:
    made = masking(secret)
    kept = made.value([f"{before} --x={secret} {after}"])
    assert secret not in str(kept).replace(before, "").replace(after, "")
    assert made.value(kept) == kept
    assert made.again(kept) == kept


@given(st.text(max_size=200))
def test_the_rest_of_a_text_stays(text: str) -> None:
    known = Known(KEY)
    known.learn(SECRET)
    spots = known.spots(text)
    assert all(text[start:end] == SECRET for start, end in spots)


@pytest.mark.parametrize("text", ["a" * 200_000, "a1=" * 60_000, "'\"" * 90_000, "aB-" * 60_000])
def test_long_texts_take_time_in_proportion(text: str) -> None:
    made = masking()
    made.learn_masks([MASK])
    began = time.process_time()
    made.value([text])
    assert time.process_time() - began < 5


def test_of_very_many_the_newest_are_known() -> None:
    known = Known(KEY)
    known.learn(SECRET)
    for number in range(100_000):
        known.learn(f"t0ken-{number:06}")
    assert known.spots(SECRET) == []
