"""Sealing and blind indexing."""

import hmac
import io
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from shared.security.cipher import KeyedHash, TenantCipher, UnknownKey, login_hash
from shared.security.key_store import TenantKeys
from shared.security.keys import KeyUnavailable, MasterKey
from shared.security.sealed_files import FRAME_BYTES, SealedReader, SealedWriter, TruncatedFile

TENANT = UUID("0199a8e0-0000-7000-8000-000000000001")
CIPHER = TenantCipher(TENANT, b"k" * 32)


@given(st.text())
def test_what_is_sealed_opens_again(value: str) -> None:
    sealed = CIPHER.seal("name", value)
    assert CIPHER.open("name", sealed) == value
    assert sealed != CIPHER.seal("name", value)


def test_a_value_does_not_open_in_another_field_tenant_or_when_changed() -> None:
    sealed = CIPHER.seal("name", "홍길동")
    with pytest.raises(InvalidTag):
        CIPHER.open("address", sealed)
    with pytest.raises(InvalidTag):
        TenantCipher(uuid4(), b"k" * 32).open("name", sealed)
    with pytest.raises(InvalidTag):
        CIPHER.open("name", sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_hashes_are_equal_for_equal_values_of_one_tenant_only() -> None:
    other = TenantCipher(TENANT, b"j" * 32)
    phone = "+821023456789"
    assert CIPHER.point_hash("phone", phone) == CIPHER.point_hash("phone", phone)
    assert CIPHER.point_hash("phone", phone) != CIPHER.point_hash("email", phone)
    assert CIPHER.point_hash("phone", phone) != other.point_hash("phone", phone)
    assert -(2**31) <= CIPHER.token("n:홍") < 2**31


def test_the_master_key_opens_only_what_it_wrapped_for_the_tenant() -> None:
    master = MasterKey(b"m" * 32)
    wrapped = master.wrap(b"tenant 1", b"d" * 32)
    assert master.unwrap(b"tenant 1", wrapped) == b"d" * 32
    with pytest.raises(KeyUnavailable):
        master.unwrap(b"tenant 2", wrapped)
    with pytest.raises(KeyUnavailable):
        MasterKey(b"n" * 32).unwrap(b"tenant 1", wrapped)


def test_login_addresses_differ_in_case_only_by_looks(database: None) -> None:
    assert login_hash(" Kim@Example.com") == login_hash("kim@example.com")


def sealed_file(content: bytes) -> bytes:
    target = io.BytesIO()
    with SealedWriter(CIPHER, target, "f") as writer:
        for start in range(0, len(content), 300_001):
            writer.write(content[start : start + 300_001])
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES])
def test_files_of_every_size_come_back(size: int) -> None:
    content = bytes(i % 251 for i in range(size))
    stored = sealed_file(content)
    assert io.BufferedReader(SealedReader(CIPHER, io.BytesIO(stored), "f")).read() == content


def test_a_file_cut_off_or_under_another_name_is_noticed() -> None:
    stored = sealed_file(b"x" * (FRAME_BYTES + 10))
    with pytest.raises(TruncatedFile):
        io.BufferedReader(SealedReader(CIPHER, io.BytesIO(stored[:-20]), "f")).read()
    with pytest.raises(InvalidTag):
        io.BufferedReader(SealedReader(CIPHER, io.BytesIO(stored), "g")).read()


def test_a_file_does_not_end_at_a_frame_that_is_not_its_last() -> None:
    stored = sealed_file(b"x" * (FRAME_BYTES + 10))
    first_frame = stored[: len(stored) - (4 + 10 + 1 + 12 + 16)]
    with pytest.raises(TruncatedFile):
        io.BufferedReader(SealedReader(CIPHER, io.BytesIO(first_frame), "f")).read()


@given(st.binary(max_size=200), st.binary(max_size=300))
def test_the_keyed_hash_is_hmac(key: bytes, message: bytes) -> None:
    assert KeyedHash(key).digest(message) == hmac.digest(key, message, "sha256")


@given(st.text(max_size=20), st.lists(st.text(max_size=100), max_size=5))
def test_values_hashed_by_the_thousand_have_the_same_hashes(field: str, values: list[str]) -> None:
    of_field, of_point = CIPHER.field_hasher(field), CIPHER.point_hasher(field)
    assert [of_field(value) for value in values] == [CIPHER.field_hash(field, value) for value in values]
    assert [of_point(value) for value in values] == [CIPHER.point_hash(field, value) for value in values]


def test_the_newest_key_seals_and_every_key_opens() -> None:
    older = TenantCipher(TENANT, b"a" * 32).seal("name", "예전")
    both = TenantCipher(TENANT, b"b" * 32, number=2, older={1: b"a" * 32})
    assert both.open("name", older) == "예전"
    assert (older[0], both.seal("name", "지금")[0], both.key_number) == (1, 2, 2)


def test_a_key_that_nobody_has_is_named() -> None:
    with pytest.raises(UnknownKey, match="data key 7"):
        CIPHER.open("name", b"\x07" + CIPHER.seal("name", "홍길동")[1:])


def test_keys_that_came_later_are_read_when_they_are_met() -> None:
    loads = []

    def reload() -> TenantKeys:
        loads.append(1)
        return TenantKeys({1: b"a" * 32, 2: b"b" * 32}, b"i" * 32)

    cipher = TenantCipher(TENANT, b"a" * 32, reload=reload)
    index = cipher.point_hash("phone", "+821023456789")
    newer = TenantCipher(TENANT, b"b" * 32, number=2).seal("name", "새 열쇠")
    opened = cipher.opener("name")  # made before the key came
    assert [opened(newer), *(cipher.open("name", newer) for _ in range(3)), opened(newer)] == ["새 열쇠"] * 5
    assert len(loads) == 1
    assert cipher.seal("name", "x")[0] == 2
    assert cipher.point_hash("phone", "+821023456789") == index, "the index does not change"
    with pytest.raises(UnknownKey):
        cipher.open("name", b"\x03" + newer[1:])


def test_no_nonce_comes_twice_among_threads_and_forks() -> None:
    """GCM falls with a repeated nonce: a forked worker must not take its parent's."""
    CIPHER.seal("name", "so that nonces lie ready")
    with ThreadPoolExecutor(4) as threads:
        parts = list(threads.map(lambda _: [CIPHER.seal("name", "x")[1:13] for _ in range(500)], range(4)))
    with multiprocessing.get_context("fork").Pool(2) as pool:
        parts += pool.map(_nonces, range(4))
    nonces = [nonce for part in [*parts, _nonces(0)] for nonce in part]
    assert len(nonces) == len(set(nonces)) == 2_000 + 5 * 200


def _nonces(_: int) -> list[bytes]:
    return [CIPHER.seal("name", "x")[1:13] for _ in range(200)]
