"""What the API says about tenants and members."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, StringConstraints

from shared.security.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH

RoleName = Literal["owner", "admin", "staff"]
Email = Annotated[EmailStr, AfterValidator(str.lower), Field(max_length=254)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
NewPassword = Annotated[str, Field(min_length=MINIMUM_LENGTH, max_length=MAXIMUM_LENGTH)]
Transport = Literal["cookie", "body"]


class Strict(BaseModel):
    """A request body: unknown fields are refused, so that a typo is not silently ignored."""

    model_config = ConfigDict(extra="forbid")


class Tenant(BaseModel):
    id: UUID
    name: str
    simulated: bool


class Member(BaseModel):
    """`sees_sensitive`: may know of sensitive fields; Owners and Admins always do."""

    id: UUID
    email: str
    name: str
    role: RoleName
    status: Literal["active", "invited", "disabled"]
    created_at: datetime
    last_login_at: datetime | None = None
    sees_sensitive: bool = False


class Me(Member):
    tenant: Tenant


class Registration(Strict):
    email: Email
    password: NewPassword
    name: Name
    organization: Name
    token_transport: Transport = "cookie"


class Login(Strict):
    email: Email
    password: str = Field(min_length=1, max_length=MAXIMUM_LENGTH)
    otp: str | None = Field(default=None, max_length=12)
    token_transport: Transport = "cookie"


class Refresh(Strict):
    refresh_token: str | None = Field(default=None, max_length=200)


class Invitation(Strict):
    email: Email
    name: Name
    role: RoleName = "staff"


class InvitationAnswer(BaseModel):
    id: UUID
    invitation_url: str


class Acceptance(Strict):
    token: str = Field(max_length=200)
    name: Name
    password: NewPassword
    token_transport: Transport = "cookie"


class Decider(BaseModel):
    """Whom to ask for what only an Admin or an Owner may do."""

    id: UUID
    name: str
    role: RoleName


class Colleague(BaseModel):
    """Another member by name: who a conversation can be given to, who asked for an approval."""

    id: UUID
    name: str
    role: RoleName


class MemberChange(Strict):
    """`sees_sensitive`: the right to know of sensitive fields, for Staff; the others have it anyway."""

    role: RoleName | None = None
    status: Literal["active", "disabled"] | None = None
    sees_sensitive: bool | None = None


class OwnChange(Strict):
    name: Name | None = None
    password: NewPassword | None = None
    current_password: str | None = Field(default=None, max_length=MAXIMUM_LENGTH)


class Tokens(BaseModel):
    """The answer of register, login and refresh. `refresh_token` only with token_transport "body"."""

    member: Member
    tenant: Tenant
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    refresh_token: str | None = None
