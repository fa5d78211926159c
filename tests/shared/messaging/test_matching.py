"""Which attempts a list without our reference holds: found, not there, or not to be told apart."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from shared.messaging.gateways import DeliveryEvent
from shared.messaging.gateways.listed import ListedMessage, ListedRequest
from shared.messaging.gateways.request_ids import RequestId
from shared.messaging.matching import Attempt, Hashes, Matched, match

NOW = datetime(2026, 5, 1, 3, tzinfo=UTC)
HASHES = Hashes(
    number=lambda number: hashlib.sha256(number.encode()).digest(),
    text=lambda text: hashlib.sha256(text.encode()).digest(),
)


def attempt(
    reference: str,
    number: str,
    text: str = "안녕",
    *,
    at: int = 0,
    wanted: bool = True,
    known: str | None = None,
    gone: bool = False,
) -> Attempt:
    moment = NOW + timedelta(seconds=at)
    return Attempt(reference, HASHES.number(number), HASHES.text(text), "sms", moment, wanted, known, gone)


def own_id(request: str, number: str, size: int = 1) -> str:
    return RequestId("text", request, size).of(number, "key")


def request(
    name: str,
    *numbers: str,
    texts: tuple[str, ...] | None = None,
    text: str | None = "안녕",
    at: int = 1,
    outcome: str = "pending",
) -> ListedRequest:
    """A request as listed: `texts` per message where the carrier shows them, else `text` for one of all."""
    messages = tuple(
        ListedMessage(
            number,
            DeliveryEvent(None, own_id(name, number, len(numbers)), "1", outcome, None, None),  # type: ignore[arg-type]
            texts[index] if texts else None,
        )
        for index, number in enumerate(numbers)
    )
    return ListedRequest(name, "sms", NOW + timedelta(seconds=at), messages, text)


def found(matched: Matched) -> dict[str | None, str]:
    return {event.reference: event.carrier_message_id.split("/")[1] for event in matched.events}


def test_a_message_is_found_by_number_and_text() -> None:
    matched = match(
        [attempt("a", "1"), attempt("b", "2", "잘 가")], [request("R", "1", texts=("안녕",))], HASHES
    )
    assert found(matched) == {"a": "R"}
    assert matched.undecided == frozenset()


def test_an_empty_list_says_that_nothing_was_taken() -> None:
    assert match([attempt("a", "1")], [], HASHES) == Matched((), frozenset())


def test_a_message_known_by_its_id_explains_its_row_whatever_the_request_was_thought_to_hold() -> None:
    known = attempt("a", "1", wanted=False, known=own_id("R", "1", size=500))
    matched = match([known, attempt("b", "1", at=2)], [request("R", "1", texts=("안녕",))], HASHES)
    assert matched == Matched((), frozenset()), "the row is the other's, and b was not taken"


def test_of_two_attempts_with_one_text_as_many_are_found_as_were_taken() -> None:
    attempts = [attempt("a", "1"), attempt("b", "1", at=30)]
    one = match(attempts, [request("R", "1", texts=("안녕",))], HASHES)
    assert found(one) == {"a": "R"}
    two = [request("R", "1", texts=("안녕",)), request("S", "1", texts=("안녕",), at=31)]
    assert found(match(attempts, two, HASHES)) == {"a": "R", "b": "S"}


@pytest.mark.parametrize("texts", [("안녕",), None])
def test_an_attempt_that_was_turned_away_explains_no_row(texts: tuple[str, ...] | None) -> None:
    refused = attempt("a", "1", wanted=False, gone=True)
    matched = match([refused, attempt("b", "1", at=5)], [request("R", "1", texts=texts, at=6)], HASHES)
    assert found(matched) == {"b": "R"}
    assert matched.undecided == frozenset()


def test_a_text_that_was_thought_lost_is_still_told_from_another() -> None:
    """The list knew it too late: its row is no changed text of the next attempt."""
    lost = attempt("a", "1", "잘 가", wanted=False, gone=True)
    matched = match([lost, attempt("b", "1", at=5)], [request("R", "1", texts=("잘 가",))], HASHES)
    assert matched == Matched((), frozenset())


def test_a_request_of_those_thought_lost_leaves_the_next_attempts_undecided() -> None:
    lost = [attempt(name, number, wanted=False, gone=True) for name, number in (("a", "1"), ("b", "2"))]
    matched = match([*lost, attempt("c", "1", at=5)], [request("R", "1", "2")], HASHES)
    assert matched == Matched((), frozenset({"c"})), "who has R must not get another"


def test_of_a_doubled_entry_the_one_that_got_further_counts() -> None:
    rows = [
        request("R", "1", texts=("안녕",), outcome="failed"),
        request("S", "1", texts=("안녕",), outcome="delivered"),
    ]
    assert found(match([attempt("a", "1")], rows, HASHES)) == {"a": "S"}


@pytest.mark.parametrize("text", ["안녕?", "안"])
def test_another_text_to_the_same_number_leaves_it_undecided(text: str) -> None:
    """The carrier may have cut it or put question marks in; or somebody else wrote."""
    matched = match([attempt("a", "1"), attempt("b", "2")], [request("R", "1", texts=(text,))], HASHES)
    assert matched == Matched((), frozenset({"a"}))


def test_another_text_that_was_ours_explains_itself() -> None:
    other = attempt("b", "1", "잘 가", wanted=False)
    assert match([attempt("a", "1"), other], [request("R", "1", texts=("잘 가",))], HASHES).undecided == set()


@pytest.mark.parametrize("at", [-301, 601])
def test_what_was_taken_at_another_time_is_not_it(at: int) -> None:
    assert match([attempt("a", "1")], [request("R", "1", texts=("안녕",), at=at)], HASHES) == Matched(
        (), frozenset()
    )


@pytest.mark.parametrize("at", [-299, 599])
def test_clocks_may_differ_by_minutes(at: int) -> None:
    assert found(match([attempt("a", "1")], [request("R", "1", texts=("안녕",), at=at)], HASHES)) == {
        "a": "R"
    }


def test_another_kind_is_another_message() -> None:
    row = ListedRequest("R", "lms", NOW, request("R", "1", texts=("안녕",)).messages, None)
    assert match([attempt("a", "1")], [row], HASHES).undecided == {"a"}


# -- requests of which the list shows one text only ----------------------------------------------------


def batch(*pairs: tuple[str, str, str], at: int = 0, wanted: bool = True) -> list[Attempt]:
    return [attempt(*pair, at=at, wanted=wanted) for pair in pairs]


def test_a_request_of_many_texts_is_found_whole() -> None:
    ours = batch(("a", "1", "가"), ("b", "2", "나"), ("c", "3", "다"))
    assert found(match(ours, [request("R", "1", "2", "3", text="나")], HASHES)) == {
        "a": "R",
        "b": "R",
        "c": "R",
    }


def test_a_request_that_took_only_some_of_a_batch_leaves_the_others_not_taken() -> None:
    ours = batch(("a", "1", "가"), ("b", "2", "나"), ("c", "3", "다"))
    matched = match(ours, [request("R", "1", "2", text="가")], HASHES)
    assert found(matched) == {"a": "R", "b": "R"}
    assert matched.undecided == frozenset()


def test_a_batch_is_recognised_though_only_some_of_it_is_looked_for() -> None:
    ours = [*batch(("a", "1", "가")), *batch(("b", "2", "나"), wanted=False)]
    assert found(match(ours, [request("R", "1", "2", text="나")], HASHES)) == {"a": "R"}


def test_a_stranger_among_the_numbers_or_a_strange_text_decides_nothing() -> None:
    ours = batch(("a", "1", "가"), ("b", "2", "나"))
    for listed in (request("R", "1", "9", text="가"), request("R", "1", "2", text="라")):
        matched = match(ours, [listed], HASHES)
        assert matched.events == ()
        assert "a" in matched.undecided


def test_two_campaigns_with_other_texts_to_the_same_people_are_told_apart() -> None:
    first = batch(("a", "1", "가"), ("b", "2", "나"))
    second = batch(("c", "1", "다"), ("d", "2", "라"), at=1)
    matched = match([*first, *second], [request("R", "1", "2", text="다")], HASHES)
    assert found(matched) == {"c": "R", "d": "R"}
    assert matched.undecided == frozenset(), "and the first was not taken"


def test_two_batches_that_look_alike_are_counted() -> None:
    first = batch(("a", "1", "가"), ("b", "2", "나"))
    second = batch(("c", "1", "가"), ("d", "2", "라"), at=1)
    both = [request("R", "1", "2", text="가"), request("S", "1", "2", text="가", at=2)]
    assert found(match([*first, *second], both, HASHES)) == {"a": "R", "b": "R", "c": "S", "d": "S"}
    one = match([*first, *second], both[:1], HASHES)
    assert one.events == ()
    assert one.undecided == {"a", "b", "c", "d"}, "one of the two was taken, and nothing says which"


def test_two_texts_to_one_number_of_a_batch_are_not_guessed() -> None:
    ours = batch(("a", "1", "가"), ("b", "1", "나"), ("c", "2", "다"))
    matched = match(ours, [request("R", "1", "2", text="다")], HASHES)
    assert found(matched) == {"c": "R"}
    assert matched.undecided == {"a", "b"}


def test_a_request_of_one_message_shows_its_text_with_the_request() -> None:
    matched = match(
        [attempt("a", "1"), attempt("b", "1", "잘 가", at=1)], [request("R", "1", text="잘 가")], HASHES
    )
    assert found(matched) == {"b": "R"}
