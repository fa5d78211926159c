"""Other members of a camp, each with a login of their own."""

import copy
import os

from tests.stack import Camp


def joins(camp: Camp, role: str, name: str) -> Camp:
    """A colleague who took an invitation: the camp as they see it."""
    other = copy.copy(camp)
    other.email = f"e2e-{os.urandom(5).hex()}@example.com"
    camp.stack.forget_rates()
    invited = camp.call(
        "POST", "/members/invitations", json={"email": other.email, "name": name, "role": role}
    )
    other.http = type(camp.http)(base_url=camp.http.base_url, timeout=60)
    token = invited["invitation_url"].split("#token=")[1]
    acceptance = {"token": token, "name": name, "password": camp.password, "token_transport": "body"}
    answer = other.call("POST", "/auth/accept-invitation", json=acceptance)
    other.http.headers["Authorization"] = f"Bearer {answer['access_token']}"
    return other
