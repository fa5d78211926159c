"""Who was told to come again after some seconds is let in then, and not a moment too early."""

import math
import time
from uuid import uuid4

import pytest

from shared.kernel.errors import RateLimited
from shared.security.rate_limits import check_different, check_rate

pytestmark = pytest.mark.usefixtures("redis")


def test_whoever_waits_as_long_as_was_said_is_let_in() -> None:
    who = str(uuid4())
    started = time.time()
    check_rate("1/3 second", who)
    time.sleep(0.6)  # 2.4 s are left: 2 would be too early
    with pytest.raises(RateLimited) as caught:
        check_rate("1/3 second", who)
    assert caught.value.retry_after == math.ceil(3 - (time.time() - started))
    time.sleep(caught.value.retry_after)
    check_rate("1/3 second", who)


def test_whoever_used_too_many_things_is_told_when_the_window_ends() -> None:
    who = str(uuid4())
    check_different(1, 2, who, "one")
    check_different(1, 2, who, "one")
    time.sleep(0.6)  # 1.4 s are left
    with pytest.raises(RateLimited) as caught:
        check_different(1, 2, who, "another")
    assert caught.value.retry_after == 2
    time.sleep(caught.value.retry_after)
    check_different(1, 2, who, "another")
