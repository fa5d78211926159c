"""Members, roles, invitations."""

from collections.abc import Callable

from tests.factories import PASSWORD, Camp, fresh_address, unique_email


def test_an_invitation_becomes_a_member_once(camp: Camp) -> None:
    invited = camp.api.post(
        "/members/invitations", {"email": unique_email(), "name": "박비서", "role": "staff"}
    ).json["data"]
    token = invited["invitation_url"].split("#token=")[1]
    acceptance = {"token": token, "name": "박비서", "password": PASSWORD}
    anybody = camp.api.with_token(None)
    assert anybody.post("/auth/accept-invitation", acceptance, headers=fresh_address()).status_code == 201
    assert anybody.post("/auth/accept-invitation", acceptance, headers=fresh_address()).status_code == 422
    statuses = {member["id"]: member["status"] for member in camp.api.get("/members").json["data"]}
    assert statuses[invited["id"]] == "active"


def test_staff_may_not_see_or_change_members(camp: Camp) -> None:
    staff = camp.member("staff")
    assert staff.api.get("/members").json["error"]["code"] == "FORBIDDEN"
    assert staff.api.put(f"/members/{camp.member_id}", {"role": "staff"}).status_code == 403


def test_an_admin_does_not_make_or_touch_owners(camp: Camp) -> None:
    admin = camp.member("admin")
    wanted = {"email": unique_email(), "name": "새 소유자", "role": "owner"}
    assert admin.api.post("/members/invitations", wanted).status_code == 403
    assert admin.api.put(f"/members/{camp.member_id}", {"status": "disabled"}).status_code == 403
    assert admin.api.put(f"/members/{admin.member_id}", {"role": "owner"}).status_code == 403


def test_a_role_change_acts_at_once(camp: Camp) -> None:
    staff = camp.member("staff")
    assert camp.api.put(f"/members/{staff.member_id}", {"role": "admin"}).status_code == 200
    assert staff.api.get("/members").status_code == 200


def test_disabling_a_member_ends_the_sessions(camp: Camp) -> None:
    staff = camp.member("staff")
    assert camp.api.put(f"/members/{staff.member_id}", {"status": "disabled"}).status_code == 200
    assert staff.api.get("/members/me").status_code == 401


def test_the_last_owner_stays(camp: Camp) -> None:
    assert camp.api.put(f"/members/{camp.member_id}", {"role": "staff"}).status_code == 409
    assert camp.api.delete("/members/me").status_code == 409


def test_a_member_of_another_camp_is_not_found(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    assert camp.api.put(f"/members/{new_camp().member_id}", {"role": "staff"}).status_code == 404


def test_leaving_frees_the_address(camp: Camp) -> None:
    staff = camp.member("staff")
    assert staff.api.delete("/members/me").status_code == 204
    body = {"email": staff.email, "password": PASSWORD, "name": "새로", "organization": "새 캠프"}
    answer = camp.api.with_token(None).post("/auth/register", body, headers=fresh_address())
    assert answer.status_code == 201


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(camp: Camp) -> None:
    other = camp.api.with_token(None).post(
        "/auth/login",
        {"email": camp.email, "password": PASSWORD, "token_transport": "body"},
        headers=fresh_address(),
    )
    other_api = camp.api.with_token(other.json["data"]["access_token"])
    wanted = {"password": "another fine password"}
    assert camp.api.put("/members/me", wanted).status_code == 422
    assert camp.api.put("/members/me", {**wanted, "current_password": PASSWORD}).status_code == 200
    assert camp.api.get("/members/me").status_code == 200
    assert other_api.get("/members/me").status_code == 401


def test_staff_know_their_colleagues_by_name(camp: Camp) -> None:
    staff, gone = camp.member("staff"), camp.member("staff")
    camp.api.put(f"/members/{gone.member_id}", {"status": "disabled"})
    told = staff.api.get("/members/colleagues").json["data"]
    roles = {one["id"]: one["role"] for one in told}
    assert roles == {str(camp.member_id): "owner", str(staff.member_id): "staff"}
    assert all(set(one) == {"id", "name", "role"} for one in told), "no addresses"
