"""Names of secrets: Airflow's, more of a deployment's own, and less."""

import pytest

from app.ingest.masking import SecretsMasked
from app.ingest.names import SENSITIVE, Names


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "x-api-key", "Authorization", "accessToken", "dsn"]
)
def test_names_are_compared_as_airflow_compares_them(name: str) -> None:
    assert Names().is_sensitive(name)


def test_a_word_stands_anywhere_in_a_name() -> None:
    names = Names(["card_number", "PIN"])
    assert names.is_sensitive("customer-card-number")
    assert names.is_sensitive("pin")
    assert not Names().is_sensitive("card_number")


def test_a_pattern_is_all_of_a_name() -> None:
    masking = SecretsMasked(Names(["*_otp", "key?"]))
    assert masking.value({"sms_otp": "1", "sms_otp_sent": "2", "key1": "3", "key": "4"}) == {
        "sms_otp": "***", "sms_otp_sent": "2", "key1": "***", "key": "4",
    }  # fmt: skip
    assert masking.text("SMS_OTP=123 otp=4 --sms-otp 55 my_key1=5") == (
        "SMS_OTP=*** otp=4 --sms-otp *** my_key1=5"
    )


def test_more_names_are_found_in_texts_beside_the_standard_ones() -> None:
    masking = SecretsMasked(Names(["card_number"]))
    assert masking.text("card-number: 4111 password=x n=1") == "card-number: *** password=*** n=1"


def test_names_can_be_left_readable() -> None:
    masking = SecretsMasked(Names(without=["proxy", "dsn"]))
    assert masking.value({"proxy": "p:8", "dsn": "h/x", "proxy_password": "x"}) == {
        "proxy": "p:8", "dsn": "h/x", "proxy_password": "***",
    }  # fmt: skip
    assert masking.text("dsn=h/x proxy=p:8 password=x") == "dsn=h/x proxy=p:8 password=***"


def test_no_name_at_all_is_no_error() -> None:
    assert SecretsMasked(Names(without=SENSITIVE)).text("password=x") == "password=x"
