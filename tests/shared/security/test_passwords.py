"""Passwords are kept as argon2id of the true cost, which the other tests in process do not pay."""

import importlib.util
from types import ModuleType

import pytest

from shared.security import passwords

# RFC 9106, section 4, the second recommended option: 64 MiB, three passes, four lanes.
PROFILE = "$argon2id$v=19$m=65536,t=3,p=4$"


@pytest.fixture
def untouched() -> ModuleType:
    """The module as the program loads it, without the cheap hasher of the test run."""
    specification = importlib.util.spec_from_file_location("untouched_passwords", passwords.__file__)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_a_password_costs_what_the_standard_recommends(untouched: ModuleType) -> None:
    stored = untouched.hash_password("correct horse battery")
    assert stored.startswith(PROFILE)
    assert untouched.verify_password(stored, "correct horse battery")
    assert not untouched.verify_password(stored, "correct horse batterz")
    assert not untouched.needs_rehash(stored)


def test_nobodys_password_costs_as_much(untouched: ModuleType) -> None:
    assert untouched._nobodys_hash().startswith(PROFILE)
    assert not untouched.verify_password(None, "a password that no account has")


def test_a_cheaper_hash_is_to_be_made_again(untouched: ModuleType) -> None:
    cheap = passwords.hash_password("correct horse battery")
    assert not cheap.startswith(PROFILE)
    assert untouched.verify_password(cheap, "correct horse battery")
    assert untouched.needs_rehash(cheap)
