"""Notes on contacts: sealed, in the timeline, changed by their author only."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import Camp


def contact(camp: Camp, name: str = "홍길동") -> str:
    return str(camp.api.post("/contacts", {"name": name}).json["data"]["id"])


def note(camp: Camp, contact_id: str, text: str = "전화함") -> dict[str, Any]:
    answer = camp.api.post(f"/contacts/{contact_id}/notes", {"text": text})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json["data"]
    return found


def shown(camp: Camp, contact_id: str) -> list[str]:
    events = camp.api.get(f"/contacts/{contact_id}/timeline").json["data"]
    return [event["detail"]["text"] for event in events if event["kind"] == "note"]


def test_a_note_is_sealed_and_shows_in_the_timeline(camp: Camp) -> None:
    one = contact(camp)
    note(camp, one, "전화함")
    note(camp, one, "방문함")
    assert shown(camp, one) == ["방문함", "전화함"]
    rows = camp.rows("SELECT text_sealed FROM contact_notes")
    assert not any("전화".encode() in bytes(row["text_sealed"]) for row in rows)
    assert shown(camp, contact(camp, "김철수")) == []


def test_only_the_author_changes_a_note(camp: Camp) -> None:
    one, staff = contact(camp), camp.member("staff")
    mine, theirs = note(camp, one), note(staff, one)
    path = f"/contacts/{one}/notes/"
    assert staff.api.put(path + mine["id"], {"text": "고침"}).status_code == 403
    assert camp.api.put(path + theirs["id"], {"text": "고침"}).status_code == 403
    assert staff.api.put(path + theirs["id"], {"text": "고침"}).json["data"]["text"] == "고침"
    assert shown(camp, one) == ["고침", "전화함"]
    assert staff.api.delete(path + mine["id"]).status_code == 403
    assert camp.api.delete(path + theirs["id"]).status_code == 204, "an Admin may"
    assert shown(camp, one) == ["전화함"]


def test_notes_come_along_in_a_merge(camp: Camp) -> None:
    kept, merged = contact(camp), contact(camp, "김철수")
    one = note(camp, merged)
    answer = camp.api.post("/contacts/merges", {"keep_id": kept, "merge_ids": [merged]})
    assert answer.status_code == 201, answer.text
    assert shown(camp, kept) == ["전화함"]
    assert camp.api.put(f"/contacts/{kept}/notes/{one['id']}", {"text": "고침"}).status_code == 200


def test_notes_go_back_with_whom_a_merge_is_undone(camp: Camp) -> None:
    kept, merged = contact(camp), contact(camp, "김철수")
    one = note(camp, merged)
    merge = camp.api.post("/contacts/merges", {"keep_id": kept, "merge_ids": [merged]}).json["data"]
    assert camp.api.post(f"/contacts/merges/{merge['id']}/undo").status_code == 200
    for method in ("PUT", "DELETE"):
        answer = camp.api.call(method, f"/contacts/{kept}/notes/{one['id']}", {"text": "고침"})
        assert answer.status_code == 404, "it is another person's note again"
    assert camp.api.put(f"/contacts/{merged}/notes/{one['id']}", {"text": "고침"}).status_code == 200


def test_notes_go_with_the_person(camp: Camp) -> None:
    one = contact(camp)
    written = note(camp, one)
    camp.api.delete(f"/contacts/{one}")
    assert camp.rows("SELECT 1 FROM contact_notes") == []
    assert camp.api.put(f"/contacts/{one}/notes/{written['id']}", {"text": "고침"}).status_code == 404


@pytest.mark.parametrize("body", [{}, {"text": " "}, {"text": "가" * 5001}, {"text": "가", "more": 1}])
def test_what_makes_no_sense_is_refused(camp: Camp, body: dict[str, Any]) -> None:
    assert camp.api.post(f"/contacts/{contact(camp)}/notes", body).status_code == 422


def test_nobody_reads_another_camps_notes(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    one = contact(camp)
    written = note(camp, one)
    other = new_camp()
    assert other.api.post(f"/contacts/{one}/notes", {"text": "가"}).status_code == 404
    assert other.api.delete(f"/contacts/{one}/notes/{written['id']}").status_code == 404
    their_own = contact(other)
    assert other.api.delete(f"/contacts/{their_own}/notes/{written['id']}").status_code == 404
