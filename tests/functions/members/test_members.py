"""Members, roles, invitations."""

from collections.abc import Callable

from falcon.testing import Result

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


def invitation(camp: Camp, email: str, role: str = "staff") -> Result:
    return camp.api.post("/members/invitations", {"email": email, "name": "박비서", "role": role})


def acceptance(camp: Camp, invited: Result) -> Result:
    token = invited.json["data"]["invitation_url"].split("#token=")[1]
    body = {"token": token, "name": "박비서", "password": PASSWORD, "token_transport": "body"}
    return camp.api.with_token(None).post("/auth/accept-invitation", body, headers=fresh_address())


def test_to_name_somebody_does_not_take_their_address(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    """Anybody may make a camp: one that invites everybody must not keep them from their own."""
    email, own = unique_email(), new_camp()
    first, second = invitation(camp, email), invitation(own, email)
    assert (first.status_code, second.status_code) == (201, 201)
    accepted = acceptance(own, second)
    assert accepted.status_code == 201
    late = acceptance(camp, first)
    assert (late.status_code, late.json["error"]["code"]) == (409, "CONFLICT")
    assert invitation(camp, email).status_code == 409, "it is in use now"
    login = {"email": email, "password": PASSWORD, "token_transport": "body"}
    entered = camp.api.with_token(None).post("/auth/login", login, headers=fresh_address())
    assert entered.json["data"]["tenant"]["id"] == str(own.tenant_id)
    statuses = {one["id"]: one["status"] for one in camp.api.get("/members").json["data"]}
    assert statuses[first.json["data"]["id"]] == "invited"


def test_an_invited_address_can_register(camp: Camp) -> None:
    email = unique_email()
    assert invitation(camp, email).status_code == 201
    body = {"email": email, "password": PASSWORD, "name": "나", "organization": "새 캠프"}
    answer = camp.api.with_token(None).post("/auth/register", body, headers=fresh_address())
    assert answer.status_code == 201


def test_who_has_not_come_is_invited_again(camp: Camp) -> None:
    email, admin = unique_email(), camp.member("admin")
    first, again = invitation(camp, email), invitation(camp, email, "admin")
    assert first.json["data"]["id"] == again.json["data"]["id"]
    assert acceptance(camp, first).status_code == 201, "the link of before works as well"
    assert acceptance(camp, again).status_code == 422, "but one of them, once"
    roles = {one["id"]: one["role"] for one in camp.api.get("/members").json["data"]}
    assert roles[first.json["data"]["id"]] == "admin"
    owner = unique_email()
    assert invitation(camp, owner, "owner").status_code == 201
    assert invitation(admin, owner).status_code == 403, "an admin does not touch owners"


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
