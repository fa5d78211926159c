"""Errors in SENS's shapes."""

import falcon

from infra.simulator.errors import CarrierError


class Refusal(CarrierError):
    """An HTTP error of SENS itself."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def write(self, resp: falcon.Response) -> None:
        """See `CarrierError.write`. A 404 has no body."""
        resp.status = self.status
        if self.status != 404:
            resp.media = {"status": self.status, "errorMessage": self.message}


class Turned(CarrierError):
    """A call that the API gateway before SENS turned away."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message

    def write(self, resp: falcon.Response) -> None:
        """See `CarrierError.write`."""
        resp.status = self.status
        resp.media = {"error": {"errorCode": self.code, "message": self.message, "details": ""}}
