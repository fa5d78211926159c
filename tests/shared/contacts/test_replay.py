"""What changes of own fields and tags mean, alone and one after the other."""

from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.replay import CUSTOM, TAGS, Relabel, Retag

LABELS = st.dictionaries(st.sampled_from("가나다"), st.sampled_from("abc"))
TAG_LISTS = st.lists(st.sampled_from("가나다라"), unique=True).map(tuple)


@given(before=LABELS, after=LABELS)
def test_a_change_of_labels_leads_from_before_to_after(before: dict[str, str], after: dict[str, str]) -> None:
    assert CUSTOM.change(before, after)(before) == after


@given(value=LABELS, steps=st.lists(st.tuples(LABELS, LABELS), min_size=2, max_size=2))
def test_two_changes_of_labels_are_one(
    value: dict[str, str], steps: list[tuple[dict[str, str], dict[str, str]]]
) -> None:
    first, second = (CUSTOM.change(before, after) for before, after in steps)
    assert first.then(second)(value) == second(first(value))


@given(before=TAG_LISTS, after=TAG_LISTS)
def test_a_change_of_tags_leads_from_before_to_after(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert set(TAGS.change(before, after)(before)) == set(after)


@given(value=TAG_LISTS, steps=st.lists(st.tuples(TAG_LISTS, TAG_LISTS), min_size=2, max_size=2))
def test_two_changes_of_tags_are_one(
    value: tuple[str, ...], steps: list[tuple[tuple[str, ...], tuple[str, ...]]]
) -> None:
    first, second = (TAGS.change(before, after) for before, after in steps)
    assert set(first.then(second)(value)) == set(second(first(value)))


def test_a_change_is_told_apart_by_what_it_means() -> None:
    assert (
        CUSTOM.change({"가": "a"}, {"가": "b"})
        == Relabel({"가": "b"})
        != CUSTOM.change({"가": "b"}, {"가": "b"})
    )
    assert TAGS.change(("가",), ("나",)) == Retag(("나",), ("가",)) != TAGS.change(("나",), ("나",))
