"""Public pages need no cookie and set none.

Each carries an ETag of what it says, so that a reader (or a proxy) who has it already gets 304; it differs by language
and look, which are cookies where they were chosen.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import content_disposition_header, http_date

MAX_AGE = 60
"""Seconds for which a page may be shown from a cache; a changed reception is public within a minute."""


def fresh(
    request: HttpRequest, template: str, context: dict[str, Any], changed_at: dt.datetime | None = None
) -> HttpResponseBase:
    """The page with its ETag (and Last-Modified where the page follows from dated facts), or 304."""
    response = render(request, template, context)
    etag = f'"{hashlib.blake2s(response.content, digest_size=16).hexdigest()}"'
    modified = int(changed_at.timestamp()) if changed_at else None
    found = get_conditional_response(request, etag=etag, last_modified=modified, response=response)
    answer = found if found is not None else response
    answer.headers["ETag"] = etag
    if modified is not None:
        answer.headers["Last-Modified"] = http_date(modified)
    shared = settings.SESSION_COOKIE_NAME not in request.COOKIES
    patch_cache_control(answer, max_age=MAX_AGE, **{"public" if shared else "private": True})
    patch_vary_headers(answer, ["Cookie", "Accept-Language"])
    return answer


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
    etag = f'"{hashlib.blake2s(said, digest_size=16).hexdigest()}"'
    modified = int(changed_at.timestamp()) if changed_at else None
    found = get_conditional_response(request, etag=etag, last_modified=modified, response=response)
    answer = found if found is not None else response
    answer.headers["ETag"] = etag
    if modified is not None:
        answer.headers["Last-Modified"] = http_date(modified)
    patch_cache_control(answer, max_age=MAX_AGE, public=True)
    patch_vary_headers(answer, ["Cookie", "Accept-Language"])
    return answer
