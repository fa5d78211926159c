"""A carrier that answers what a test says, in the place of the wire."""

from collections.abc import Callable

import httpx

from shared.messaging.gateways.exchanging import Answer, Exchange, Request


def scripted(answer: Callable[[httpx.Request], httpx.Response]) -> Exchange:
    """Sends nothing: each request is given to `answer`, which may raise as the wire does."""

    def exchange(request: Request) -> Answer:
        content = b"".join(request.pieces())
        asked = httpx.Request(request.method, request.url, headers=dict(request.headers), content=content)
        got = answer(asked)
        return Answer(got.status_code, got.headers, got.content)

    return exchange
