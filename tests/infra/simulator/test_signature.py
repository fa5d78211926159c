"""The Authorization check of the simulator, with a clock of our own."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.simulator.ids import from_iso
from infra.simulator.signature import SignatureCheck, Unauthorized

SECRET = "TESTSECRET0123456789TESTSECRET01"
DATE = "2026-05-01T09:00:00+09:00"
SALT = "0123456789abcdef0123456789abcdef"
KNOWN = "89b359a0cf04ba607bbc8fb0038af3b9ed2d252e7af8bb1f5d7ce0e398bb4fce"
AT = from_iso(DATE) or 0
MINUTE = 60_000


def _secret_of(api_key: str) -> str | None:
    return SECRET if api_key == "KEY" else None


def _header(signature: str = KNOWN, *, salt: str = SALT, key: str = "KEY") -> str:
    return f"HMAC-SHA256 apiKey={key}, date={DATE}, salt={salt}, signature={signature}"


def _sign(algorithm: str, salt: str) -> str:
    return hmac.new(SECRET.encode(), (DATE + salt).encode(), algorithm).hexdigest()


def _check(header: str, at: int = AT) -> str:
    return SignatureCheck(now=lambda: at).check(header, _secret_of)


def test_the_documented_vector_passes() -> None:
    assert _check(_header()) == "KEY"


def test_md5_and_other_spellings_pass() -> None:
    md5 = _sign("md5", SALT)
    assert _check(f"HMAC-MD5 ApiKey=KEY, Date={DATE}, SALT={SALT}, Signature={md5}") == "KEY"
    assert _check(f"hmac-sha256 apikey=KEY,date={DATE},salt={SALT},signature={KNOWN}") == "KEY"


@pytest.mark.parametrize(
    ("header", "at", "code"),
    [
        ("", AT, "InvalidAPIKey"),
        ("Bearer token", AT, "InvalidAPIKey"),
        (_header(key="OTHER"), AT, "InvalidAPIKey"),
        (_header("0" * 64), AT, "SignatureDoesNotMatch"),
        (_header(KNOWN.upper()), AT, "SignatureDoesNotMatch"),
        (_header("서명"), AT, "SignatureDoesNotMatch"),
        (_header(_sign("sha256", "short"), salt="short"), AT, "SignatureDoesNotMatch"),
        (_header(_sign("sha256", "s" * 65), salt="s" * 65), AT, "SignatureDoesNotMatch"),
        (_header(), AT + 15 * MINUTE + 1, "RequestTimeTooSkewed"),
        (_header(), AT - 15 * MINUTE - 1, "RequestTimeTooSkewed"),
        (_header().replace(DATE, "yesterday"), AT, "RequestTimeTooSkewed"),
    ],
)
def test_refusals(header: str, at: int, code: str) -> None:
    with pytest.raises(Unauthorized) as caught:
        _check(header, at)
    assert caught.value.code == code


def test_the_edges_of_the_window_pass() -> None:
    assert _check(_header(), AT + 15 * MINUTE) == "KEY"
    assert _check(_header(), AT - 15 * MINUTE) == "KEY"


def test_a_signature_works_once_in_15_minutes() -> None:
    check = SignatureCheck(now=lambda: AT)
    check.check(_header(), _secret_of)
    with pytest.raises(Unauthorized, match="DuplicatedSignature"):
        check.check(_header(), _secret_of)


@given(st.text(max_size=120))
def test_no_header_breaks_the_check(header: str) -> None:
    with pytest.raises(Unauthorized):
        _check(header)
