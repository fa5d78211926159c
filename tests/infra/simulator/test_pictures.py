"""The pictures that the network keeps for a carrier's account."""

from itertools import count
from pathlib import Path

import pytest

from infra.simulator import network
from infra.simulator.accounts import Account
from infra.simulator.store import Store

ACCOUNT = Account("key")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """One whose clock moves on at each look: 1,000 ms, 1,001 ms and so on."""
    monkeypatch.setattr(network, "now_ms", count(1000).__next__)
    return Store(tmp_path / "simulator.db")


def test_a_picture_without_an_end_is_kept_whenever_one_looks(store: Store) -> None:
    network.keep_image(store, ACCOUNT, "text", "a.jpg", b"jpeg", None)
    network.keep_image(store, ACCOUNT, "bubble", "a.jpg", b"jpeg", None, "WIDE")
    assert network.has_image(store.read(), "key", "text")
    assert network.has_bubble_image(store.read(), "key", "bubble", "WIDE")


def test_a_picture_is_kept_until_its_end(store: Store) -> None:
    network.keep_image(store, ACCOUNT, "text", "a.jpg", b"jpeg", expires_at=1002)
    looks = [network.has_image(store.read(), "key", "text") for _ in range(3)]
    assert looks == [True, True, False], "at 1,001, at 1,002, and after it"


def test_a_picture_is_its_accounts(store: Store) -> None:
    network.keep_image(store, ACCOUNT, "text", "a.jpg", b"jpeg", None)
    assert not network.has_image(store.read(), "another", "text")
