"""Rule E06: made-up number lists are told from people's."""

import random
import tracemalloc

import pytest

from shared.contacts.generated_lists import NumberSurvey


def verdict(phones: list[str]) -> float | None:
    survey = NumberSurvey()
    for phone in phones:
        survey.add([phone])
    found = survey.verdict()
    return found.share if found else None


def mobile(number: int) -> str:
    return f"010-{number // 10_000:04}-{number % 10_000:04}"


def peoples(count: int, seed: int = 1) -> list[str]:
    return [mobile(n) for n in random.Random(seed).sample(range(20_000_000, 100_000_000), count)]


@pytest.mark.parametrize("step", [1, 2, 5, 10, 100, 10_000])
def test_even_steps_are_told_in_any_order(step: int) -> None:
    made_up = [mobile(23_450_000 + i * step) for i in range(100)]
    random.Random(1).shuffle(made_up)
    assert verdict(made_up) == 1.0


@pytest.mark.parametrize(
    "writing", ["01023450{:03}", "+82 10-2345-0{:03}", "1023450{:03}", "(010) 2345 0{:03}"]
)
def test_every_writing_of_a_number(writing: str) -> None:
    assert verdict([writing.format(i) for i in range(100)]) == 1.0


def test_many_cells_at_once_are_as_many_as_one_by_one() -> None:
    """A cell's line breaks make no cells of it, and nothing goes on from one cell into the next."""
    cells = [f"집:\n{mobile(23_450_000 + i)}" for i in range(30)]
    broken = ["010", "2345-0001", "010\n2345\n0002", "", "010-2345", "0003"] * 100
    survey = NumberSurvey()
    survey.add([*cells, *broken])
    found = survey.verdict()
    assert found
    assert found.share == 1.0
    assert verdict(broken) is None


@pytest.mark.parametrize("step", [1, 10_000])
def test_a_run_is_whole_where_pieces_of_the_numbers_meet(step: int) -> None:
    assert verdict([mobile(24_000_000 + i * step) for i in range(-25, 25)]) == 1.0
    assert verdict([mobile(24_000_000 + i * step) for i in range(-2, 3)] * 10) is None


def test_all_endings_of_some_exchanges() -> None:
    assert verdict([mobile(e * 10_000 + i) for e in (3456, 7891) for i in range(0, 1000, 10)]) == 1.0


@pytest.mark.parametrize("count", [0, 10, 1_000, 100_000])
def test_peoples_numbers_are_let_through(count: int) -> None:
    assert verdict(peoples(count)) is None


def test_an_offices_extensions_among_people_are_let_through() -> None:
    assert verdict(peoples(500) + [mobile(23_450_000 + i) for i in range(20)]) is None


def test_a_made_up_third_is_told_with_its_share() -> None:
    assert verdict(peoples(200) + [mobile(23_450_000 + i) for i in range(100)]) == 0.333


def test_a_large_made_up_block_among_many_people_is_told() -> None:
    found = verdict(peoples(50_000) + [mobile(23_450_000 + i) for i in range(2_000)])
    assert found is not None
    assert found < 0.05


def test_the_same_number_many_times_is_no_run() -> None:
    assert verdict([mobile(23_456_789)] * 1_000) is None


def test_examples_do_not_show_whole_numbers() -> None:
    survey = NumberSurvey()
    for i in range(1_000):
        survey.add([mobile(23_450_000 + i)])
    found = survey.verdict()
    assert found
    assert found.examples_masked == ["010-2345-00**", "010-2345-01**", "010-2345-02**"]


def test_memory_is_bounded_by_the_numbers_that_can_exist() -> None:
    tracemalloc.start()
    verdict(peoples(1_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000
