"""A carrier that answers what a test says, and remembers what it was asked."""

from typing import Any

import httpx


class Recorded:
    """What was asked; answers in turn, the last one again and again."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answer_to(request)
        return answer if isinstance(answer, httpx.Response) else self.response(answer)

    def answer_to(self, request: httpx.Request) -> Any:
        """The next answer: a response, or what stands in one."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def response(self, answer: Any) -> httpx.Response:
        """An answer as this carrier sends it."""
        return httpx.Response(200, json=answer)
