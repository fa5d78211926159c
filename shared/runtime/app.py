"""The Falcon application: every HTTP function behind its route."""

import inspect
import re
from collections import defaultdict
from typing import Any
from uuid import UUID

import falcon
from falcon.media.multipart import MultipartParseOptions

from shared.kernel.errors import ALL_ERRORS, HanpyoError, MalformedRequest, MethodNotAllowed, NotFound
from shared.kernel.i18n import pick_language
from shared.kernel.ids import new_id
from shared.runtime.endpoint import Endpoint, answer_error
from shared.runtime.multipart import FormHandler
from shared.runtime.triggers import FunctionSet, HttpFunction


def make_app(functions: FunctionSet) -> falcon.App[falcon.Request, falcon.Response]:
    """The WSGI application for a function set."""
    app = falcon.App()
    app.req_options.strip_url_path_trailing_slash = True
    app.req_options.media_handlers[falcon.MEDIA_MULTIPART] = _form_handler()
    app.resp_options.secure_cookies_by_default = False
    for path, of_path in _by_path(functions).items():
        app.add_route(_typed_path(path, of_path[0]), _resource(of_path))
    app.add_sink(_nothing_here)
    app.add_error_handler(falcon.HTTPError, _translate)
    return app


def _form_handler() -> FormHandler:
    options = MultipartParseOptions()
    options.max_body_part_buffer_size = 1024 * 1024  # of parts read whole; the file part is streamed
    options.max_body_part_count = 8
    return FormHandler(options)


def _by_path(functions: FunctionSet) -> dict[str, list[HttpFunction]]:
    grouped: dict[str, list[HttpFunction]] = defaultdict(list)
    for function in functions.http:
        if any(other.method == function.method for other in grouped[function.path]):
            raise ValueError(f"two functions answer {function.method} {function.path}")
        grouped[function.path].append(function)
    return grouped


def _resource(of_path: list[HttpFunction]) -> Any:
    responders: dict[str, Any] = {}
    for function in of_path:
        endpoint = Endpoint(function)
        responders[f"on_{function.method.lower()}"] = _bound(endpoint)
    allowed = ", ".join(sorted(function.method for function in of_path))
    for method in ("get", "post", "put", "patch", "delete", "head"):
        responders.setdefault(f"on_{method}", _refusal(allowed))
    return type("Resource", (), responders)()


def _bound(endpoint: Endpoint) -> Any:
    def respond(_: Any, raw: falcon.Request, response: falcon.Response, **path: Any) -> None:
        endpoint(raw, response, **path)

    return respond


def _refusal(allowed: str) -> Any:
    def refuse(_: Any, raw: falcon.Request, response: falcon.Response, **__: Any) -> None:
        response.set_header("Allow", allowed)
        _answer(raw, response, MethodNotAllowed())

    return refuse


def _typed_path(path: str, function: HttpFunction) -> str:
    """`/contacts/{contact_id}` with Falcon's uuid converter where the function says UUID: malformed → 404."""
    hints = inspect.get_annotations(function.handler, eval_str=True)

    def typed(match: re.Match[str]) -> str:
        name = match.group(1)
        return f"{{{name}:uuid}}" if hints.get(name) is UUID else f"{{{name}}}"

    return re.sub(r"\{(\w+)\}", typed, path)


def _nothing_here(req: falcon.Request, resp: falcon.Response, **_: Any) -> None:
    _answer(req, resp, NotFound())


def _translate(
    raw: falcon.Request, response: falcon.Response, error: falcon.HTTPError, _: dict[str, Any]
) -> None:
    """Falcon's own errors (a route with no match, a broken query string) in our envelope."""
    _answer(raw, response, _ours(error))


def _ours(error: falcon.HTTPError) -> HanpyoError:
    status = falcon.http_status_to_code(error.status)
    for kind in ALL_ERRORS:
        if kind.status == status and kind.code not in ("CONFLICT", "QUOTA_EXCEEDED", "COMPLIANCE_BLOCKED"):
            return kind()
    return MalformedRequest()


def _answer(raw: falcon.Request, response: falcon.Response, error: HanpyoError) -> None:
    language = pick_language(raw.get_header("Accept-Language"))
    answer_error(response, error, str(new_id()), language)
