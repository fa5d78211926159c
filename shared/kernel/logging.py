"""Structured logs: one JSON object a line, ids only, never personal data."""

import logging
import sys
import warnings
from typing import Any, TextIO

import structlog

from shared.kernel.config import settings


def configure_logging() -> None:
    """Sends our log and the libraries' through one JSON formatter to standard output."""
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _drop_exception_text,
    ]
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings().log_level)
    # They log full URLs, or every tick, at INFO; urllib3 an URL that holds a key, when headers are malformed.
    for noisy in ("httpx", "httpcore", "botocore", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    warnings.showwarning = _say_warning


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger: `log.info("import_finished", import_id=…)`. Event names are words_with_underscores."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def _say_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Says where Python warned and of what kind: the words may quote personal data, as pydantic's do."""
    place = "/".join(filename.rsplit("/", 2)[-2:]) + f":{lineno}"
    get_logger(__name__).warning("python_warning", category=category.__name__, at=place)


def _drop_exception_text(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replaces a traceback by type and places: values in an exception's text may be personal data."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["error_type"] = info[0].__name__
        event["error_at"] = _places(info[2])
    return event


def _places(traceback: Any) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-8:]
