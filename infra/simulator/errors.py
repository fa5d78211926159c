"""Errors as carriers answer them."""

import logging
from typing import Any

import falcon

from infra.simulator.gate import Busy

log = logging.getLogger(__name__)


class CarrierError(Exception):
    """A refusal that a carrier's module words in its own shape."""

    def write(self, resp: falcon.Response) -> None:
        """Put status and body into the answer."""
        raise NotImplementedError


def answer(req: falcon.Request, resp: falcon.Response, error: Exception, params: dict[str, Any]) -> None:
    """Turn any exception into an answer; what no carrier worded is the front door's own."""
    if isinstance(error, CarrierError):
        error.write(resp)
        return
    if isinstance(error, falcon.HTTPError):
        error = Busy(error.status_code, "ResourceNotFound", error.title or "")
    if not isinstance(error, Busy):
        log.error("unexpected failure", exc_info=error)
        error = Busy(500, "InternalError", "일시적인 오류입니다.")
    resp.status = error.status
    resp.media = {"errorCode": error.code, "errorMessage": error.message}
    if error.retry_after:
        resp.set_header("Retry-After", str(error.retry_after))
