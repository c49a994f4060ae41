"""What is set about secrets, for all deployments or for one."""

import os

import pytest

from app.ingest.masking import SecretsMasked
from app.ingest.structure import StructureOnly
from app.main import masking_of
from app.model.errors import SettingsError
from app.settings import each_deployment, read_settings
from tests.settings.test_file import write

KEY = "0123456789abcdef"


def refusal(**variables: str) -> str:
    os.environ.update({f"XCOMTRACE_{name.upper()}": value for name, value in variables.items()})
    with pytest.raises(SettingsError) as caught:
        read_settings()
    return str(caught.value)


def test_without_settings_secrets_are_masked_without_a_digest() -> None:
    masking = masking_of(read_settings())
    assert isinstance(masking, SecretsMasked)
    assert masking.value({"password": "x", "card_number": "y"}) == {
        "password": "***", "card_number": "y",
    }  # fmt: skip


def test_names_and_entropy_come_from_variables() -> None:
    os.environ["XCOMTRACE_MASK_NAMES"] = "card_number, *_otp"
    os.environ["XCOMTRACE_UNMASK_NAMES"] = "proxy"
    os.environ["XCOMTRACE_MASK_ENTROPY"] = "tokens"
    masking = masking_of(read_settings())
    assert masking.value(
        {"card_number": "y", "sms_otp": "z", "proxy": "p", "note": "aZ3kQ9xT7mB2wR8pL5vN1cY4"}
    ) == {"card_number": "***", "sms_otp": "***", "proxy": "p", "note": "***"}


def test_each_deployment_has_its_own() -> None:
    os.environ["MASK_KEY"] = KEY
    write(
        """
        mask_names = ["card_number"]
        [deployments.a]
        airflow_url = "https://a.test"
        keep_values = "structure"
        mask_key = { env = "MASK_KEY" }
        [deployments.b]
        airflow_url = "https://b.test"
        mask_names = []
        """
    )
    one, other = map(masking_of, each_deployment(read_settings()))
    assert isinstance(one, StructureOnly)
    assert other.value({"card_number": "y"}) == {"card_number": "y"}


def test_structure_needs_a_key() -> None:
    assert refusal(keep_values="structure") == (
        "XCOMTRACE_KEEP_VALUES is structure, and XCOMTRACE_MASK_KEY is missing:"
        " values are kept as hashes under a key"
    )


def test_a_key_is_long_and_never_quoted() -> None:
    told = refusal(mask_key="short")
    assert told.startswith("XCOMTRACE_MASK_KEY: ")
    assert "16" in told
    assert "short" not in told


@pytest.mark.parametrize(
    ("name", "value"),
    [("mask_names", "a"), ("mask_names", "pass word"), ("unmask_names", "card_number"),
     ("mask_entropy", "yes"), ("keep_values", "none")],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    assert refusal(**{name: value}).startswith(f"XCOMTRACE_{name.upper()}: ")


def test_an_address_with_a_password_is_refused_without_it() -> None:
    told = refusal(airflow_url="https://me:s3cret@airflow.test")
    assert told == (
        "XCOMTRACE_AIRFLOW_URL: must not hold a user or a password: it is shown to readers"
    )
