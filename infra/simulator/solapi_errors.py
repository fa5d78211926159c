"""Errors in SOLAPI's shape."""

import falcon

from infra.simulator.errors import CarrierError


class Refusal(CarrierError):
    """An HTTP error in SOLAPI's shape: `{errorCode, errorMessage}`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message

    def write(self, resp: falcon.Response) -> None:
        """See `CarrierError.write`."""
        resp.status = self.status
        resp.media = {"errorCode": self.code, "errorMessage": self.message}
