import pytest

from shared.messaging.links import is_token, links_in, new_token, short_link, with_short_links


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("보세요 https://example.kr/a?b=1 지금", ("https://example.kr/a?b=1",)),
        ("https://example.kr/a를 보세요.", ("https://example.kr/a",)),
        ("(http://example.kr/x).", ("http://example.kr/x",)),
        ("위키 https://example.kr/a_(b), 끝", ("https://example.kr/a_(b)",)),
        ("https://a.kr https://b.kr https://a.kr", ("https://a.kr", "https://b.kr")),
        ("https://a.kr/#{이름}", ()),
        ("https://a.kr?n=#{이름}", ()),
        ("ftp://a.kr 010-1234-5678 http://", ()),
        ("HTTPS://A.KR/", ("HTTPS://A.KR/",)),
    ],
)
def test_finds_addresses_in_korean_sentences(body: str, links: tuple[str, ...]) -> None:
    assert links_in(body) == links


def test_replaces_each_address_and_keeps_the_sentence() -> None:
    body = "신청: https://a.kr/form. 안내(https://b.kr)를, https://c.kr"
    short = {"https://a.kr/form": "S1", "https://b.kr": "S2"}
    assert with_short_links(body, short) == "신청: S1. 안내(S2)를, https://c.kr"


def test_leaves_an_address_with_a_variable_alone() -> None:
    body = "https://a.kr/#{이름}"
    assert with_short_links(body, {"https://a.kr/": "S"}) == body


def test_an_address_that_begins_like_another_is_not_cut() -> None:
    body = "https://a.kr/xy https://a.kr/x"
    assert with_short_links(body, {"https://a.kr/x": "S"}) == "https://a.kr/xy S"


def test_tokens_are_fixed_length_random_and_told_from_other_paths() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {11}
    assert all(is_token(token) for token in tokens)
    assert not is_token("../../etc")
    assert not is_token("a" * 12)


def test_short_link_address() -> None:
    assert short_link("https://camp.kr/", "0123456789A") == "https://camp.kr/l/0123456789A"
