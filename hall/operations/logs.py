"""What the house writes down about itself: a line for each request and each fault, and not a word about people.

A request has an id, taken from `X-Request-ID` when it is one, else made; it is on every line written meanwhile, on the
answer and on the page that says a step failed. The words of errors are combed: what looks like a number of an identity
card, a telephone, an address of mail, a secret, a query string or the values of a row does not reach the log.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from pythonjsonlogger.json import JsonFormatter

from hall.operations import figures

HEADER = "X-Request-ID"
_FITTING = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_current: ContextVar[str] = ContextVar("request_id", default="")
log = logging.getLogger("hall.requests")

_COMBED: tuple[tuple[re.Pattern[str], str], ...] = (
    # PostgreSQL tells the values of the row that it refuses.
    (re.compile(r"(DETAIL|CONTEXT|LINE \d+|PARAMETERS?|详细信息):[^\n]*", re.IGNORECASE), r"\1: …"),
    (re.compile(r"(?<![A-Za-z])(Bearer|Basic)\s+[^\s'\"]+", re.IGNORECASE), r"\1 …"),
    (re.compile(r"\bhall_[A-Za-z0-9_-]{16,}"), "hall_…"),
    (re.compile(r"://[^/\s:@]+:[^@\s/]+@"), "://…@"),
    (re.compile(r"(?<=[\w/])\?[^\s'\"<>]+"), "?…"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "…@…"),
    (re.compile(r"(?<!\d)\d{6}[\s-]?(?:18|19|20)\d{2}[\s-]?\d{4}[\s-]?\d{3}[\dXx](?!\d)"), "[id]"),
    (re.compile(r"(?<!\d)\d{15}(?!\d)"), "[id]"),
    (re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"), "[phone]"),
    (re.compile(r"(?<!\d)0\d{2,3}[\s-]\d{7,8}(?!\d)"), "[phone]"),
)


def combed(text: str) -> str:
    """Without what may be about a person. Names can't be told from words: our own lines never carry them."""
    for pattern, instead in _COMBED:
        text = pattern.sub(instead, text)
    return text


def _all_combed(value: Any) -> Any:
    if isinstance(value, str):
        return combed(value)
    if isinstance(value, dict):
        return {key: _all_combed(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_all_combed(one) for one in value]
    return value if isinstance(value, int | float | bool | None) else combed(str(value))


class Whose(logging.Filter):
    """Puts the request's id on the line; instead of an address, which may carry a code, the pattern that it matched."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = getattr(record, "request_id", "") or _current.get()
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            match = request.resolver_match
            shown = f"/{match.route}" if match else "(no such address)"
            record.args = tuple(shown if arg == request.path else arg for arg in record.args)
            record.view = match.view_name if match else ""
            del record.__dict__["request"]
        return True


class Line(logging.Formatter):
    """For a terminal: a line, and what led to it."""

    def format(self, record: logging.LogRecord) -> str:
        return combed(super().format(record))


class Json(JsonFormatter):
    """For a collector: an object a line, with what was said in `extra`."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {key: _all_combed(value) for key, value in super().process_log_record(log_data).items()}


def logging_of(kind: str, level: str) -> dict[str, Any]:
    """Django's LOGGING for `HALL_LOG`: `line` or `json`."""
    here = "hall.operations.logs"
    fields = "{asctime}{levelname}{name}{message}{request_id}"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"whose": {"()": f"{here}.Whose"}},
        "formatters": {
            "line": {"()": f"{here}.Line", "format": "{asctime} {levelname} {name}: {message}", "style": "{"},
            "json": {
                "()": f"{here}.Json", "format": fields, "style": "{", "json_ensure_ascii": False,
                "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": kind, "filters": ["whose"]}},
        "loggers": {
            "hall.requests": {"level": "INFO" if kind == "json" else "WARNING"},
            # Its own handlers would write past ours.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
        "root": {"handlers": ["console"], "level": level},
    }  # fmt: skip


def request_id_of(request: HttpRequest) -> str:
    given = request.headers.get(HEADER, "")
    return given if _FITTING.fullmatch(given) and combed(given) == given else uuid.uuid4().hex


class Requests:
    """Middleware, outermost: the id, the line, the figures of each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        request.id = request_id_of(request)  # type: ignore[attr-defined]
        token = _current.set(request.id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            response.headers[HEADER] = request.id  # type: ignore[attr-defined]
            self._note(request, response, time.perf_counter() - began)
        finally:
            _current.reset(token)
        return response

    def _note(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        match = request.resolver_match
        view = match.view_name if match else ""
        figures.observe(view, str(request.method), response.status_code, seconds)
        if not log.isEnabledFor(logging.INFO):
            return
        # Whoever never asked who it is costs no query for this line.
        known = getattr(request, "_cached_user", None)
        facts = {
            "method": request.method, "view": view, "status": response.status_code,
            "ms": round(seconds * 1000, 1), "user": getattr(known, "pk", None),
        }  # fmt: skip
        log.info("request", extra=facts)
