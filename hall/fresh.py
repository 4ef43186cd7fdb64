"""Public pages need no cookie and set none; what a page says is its ETag, and it is drawn once for many readers.

A reader (or a proxy) who has it already gets 304. It differs by language and look, which are cookies where they were
chosen. `kept` keeps the drawn page in the process: a bounded shelf, keyed by address, language and look. Whether it
still says what the facts say is asked through a version (one cheap query) once in `HALL_PAGE_CHECK_SECONDS`; what no
version covers, a telephone number or the time of day, is at most MAX_AGE seconds old, on the shelf and on its way
together. Only readers without a session and without a waiting message share a page: no token, nonce or name is in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe
from django.utils.translation import get_language

from hall.outbox import at_site

MAX_AGE = 60
"""Seconds for which a page may be shown from a cache; a changed reception is public within a minute."""
SHELF = 256
"""Pages that one process keeps: some halls, months, two languages, a few looks. The one asked for longest ago goes."""
LOOKS = {"size": ("large",), "theme": ("light", "dark"), "contrast": ("high",)}
_OWN = (settings.SESSION_COOKIE_NAME, "messages")

Make = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Drawn:
    content: bytes
    media_type: str
    etag: str
    modified: int | None
    version: Hashable
    made_at: float


LONGEST_ADDRESS = 1_000
"""No QR code holds much more than twice that, and no phone reads it."""


def address_of(request: HttpRequest) -> str:
    """The full address of this page as a phone is to open it; of an endless query only the page."""
    address = at_site(request.get_full_path())
    return address if len(address) <= LONGEST_ADDRESS else at_site(request.path)


def fresh(
    request: HttpRequest, template: str, context: dict[str, Any], changed_at: dt.datetime | None = None
) -> HttpResponseBase:
    """The page with its ETag (and Last-Modified where the page follows from dated facts), or 304."""
    context = {"page_address": address_of(request), "page_path": request.path, **context}
    return dated(request, render(request, template, context), changed_at)


def dated(
    request: HttpRequest, response: HttpResponse, changed_at: dt.datetime | None = None
) -> HttpResponseBase:
    """The same for an answer that is no template: a table, a feed."""
    return _answer(request, response, _etag(response.content), _seconds(changed_at), MAX_AGE)


def fresh_file(
    request: HttpRequest,
    content: bytes,
    content_type: str,
    *,
    made_of: bytes | None = None,
    changed_at: dt.datetime | None = None,
    filename: str = "",
) -> HttpResponseBase:
    """The same for a file; `made_of`: what it says, for a format that carries the time of its making."""
    response = HttpResponse(content, content_type=content_type)
    if filename:
        response.headers["Content-Disposition"] = content_disposition_header(True, filename)
    said = content if made_of is None else made_of
    return _answer(request, response, _etag(said), _seconds(changed_at), MAX_AGE)


def _etag(content: bytes) -> str:
    return f'"{hashlib.blake2s(content, digest_size=16).hexdigest()}"'


def _seconds(changed_at: dt.datetime | None) -> int | None:
    return int(changed_at.timestamp()) if changed_at else None


def _answer(
    request: HttpRequest, response: HttpResponse, etag: str, modified: int | None, max_age: int
) -> HttpResponseBase:
    found = get_conditional_response(request, etag=etag, last_modified=modified, response=response)
    answer = found if found is not None else response
    answer.headers["ETag"] = etag
    if modified is not None:
        answer.headers["Last-Modified"] = http_date(modified)
    if any(cookie in request.COOKIES for cookie in _OWN):
        answer.headers["Cache-Control"] = "private, no-store"  # a message for this reader alone may be in it
    else:
        patch_cache_control(answer, max_age=max_age, public=True)
    patch_vary_headers(answer, ["Cookie", "Accept-Language"])
    return answer


# -- the shelf ---------------------------------------------------------------------------------------------------


class Shelf:
    """Drawn pages of this process, the newest asked for last. Every method is safe among threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pages: OrderedDict[Hashable, Drawn] = OrderedDict()
        self._versions: dict[Hashable, tuple[Hashable, float]] = {}
        self._lock = threading.Lock()
        # Of many who miss the same page at once one draws it; sixteen locks do for all pages.
        self.drawing = tuple(threading.Lock() for _n in range(16))

    def get(self, key: Hashable) -> Drawn | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: Drawn) -> None:
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > self.size:
                self._pages.popitem(last=False)

    def version(self, name: Hashable, ask: Callable[[], Hashable]) -> Hashable:
        """What the facts are at, asked again when the last answer is HALL_PAGE_CHECK_SECONDS old."""
        known, now = self._versions.get(name), time.monotonic()
        if known is not None and now - known[1] < settings.HALL_PAGE_CHECK_SECONDS:
            return known[0]
        version = ask()
        with self._lock:
            if len(self._versions) > self.size:
                self._versions.clear()
            self._versions[name] = version, now
        return version

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._versions.clear()

    def __len__(self) -> int:
        return len(self._pages)


shelf = Shelf(SHELF)


def kept(
    request: HttpRequest,
    name: Hashable,
    make: Make,
    *,
    version: Callable[[], Hashable] | None = None,
    query: tuple[str, ...] = (),
) -> HttpResponseBase:
    """`make`'s page from the shelf, drawn when it is not there, has another version, or is MAX_AGE old.

    `name` is the page and what it is of; `query` the parameters that it reads. Others (a messenger adds its own to
    what people pass on) are dropped before the page is drawn, so that it stays the same page. `make` answers through
    `fresh` or `dated`; anything but 200 is handed on and not kept.
    """
    asked = {key: request.GET[key] for key in query if key in request.GET}
    asked |= {look: request.GET[look] for look, known in LOOKS.items() if request.GET.get(look) in known}
    if len(asked) != len(request.GET):
        kept_query = request.GET.copy()
        for extra in set(kept_query) - set(asked):
            del kept_query[extra]
        request.META["QUERY_STRING"] = kept_query.urlencode()
        request.GET = kept_query  # type: ignore[assignment]
    if not settings.HALL_PAGE_SHELF or any(cookie in request.COOKIES for cookie in _OWN):
        return make(request)
    chosen = ((known, request.GET.get(look, request.COOKIES.get(look, ""))) for look, known in LOOKS.items())
    looks = tuple(value if value in known else "" for known, value in chosen)
    at = shelf.version(name, version) if version is not None else None
    key = (name, get_language(), request.META.get("QUERY_STRING", ""), looks)
    if (page := _standing(key, at)) is None:
        with shelf.drawing[hash(key) % len(shelf.drawing)]:
            if (page := _standing(key, at)) is None:
                response, page = _drawn(request, make, at)
                if page is None:
                    return response
                shelf.put(key, page)
    left = max(1, MAX_AGE - int(time.monotonic() - page.made_at))
    return _answer(request, HttpResponse(page.content, page.media_type), page.etag, page.modified, left)


def _standing(key: Hashable, version: Hashable) -> Drawn | None:
    page = shelf.get(key)
    if page is None or page.version != version or time.monotonic() - page.made_at >= MAX_AGE:
        return None
    return page


def _drawn(request: HttpRequest, make: Make, version: Hashable) -> tuple[HttpResponseBase, Drawn | None]:
    """The whole page, though this reader may have it: the next one may not."""
    began = time.monotonic()
    conditions = {
        name: request.META.pop(name, None) for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
    }
    try:
        response = make(request)
    finally:
        request.META.update({name: value for name, value in conditions.items() if value is not None})
    personal = request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or getattr(response, "cookies", None)
    if response.status_code != 200 or not isinstance(response, HttpResponse) or personal:
        return response, None
    from_header = response.headers.get("Last-Modified", "")
    modified = parse_http_date_safe(from_header) if from_header else None
    page = Drawn(
        response.content, response.headers["Content-Type"], response.headers["ETag"], modified, version, began
    )
    return response, page


__all__ = ["MAX_AGE", "Shelf", "address_of", "dated", "fresh", "fresh_file", "kept", "shelf"]
