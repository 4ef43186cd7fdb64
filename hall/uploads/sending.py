"""How a file that somebody brought is given out: shown only where a browser runs nothing of it, else saved."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from hall.headers import of_handed_in
from hall.uploads.names import safe_name

SHOWN_INLINE = {"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"}
"""What a browser shows without running anything; all else is only saved."""


def guarded(response: HttpResponseBase, *, cache: str = "private, no-store") -> HttpResponseBase:
    """Whatever is in it: it is what we say it is, and a page that it might yet be has no rights at all."""
    response.headers["Cache-Control"] = cache
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = of_handed_in(response.headers.get("Content-Type", ""))
    return response


def sent_file(path: Path, name: str, media_type: str) -> FileResponse:
    """Under its own name, made safe once more: rows of former years were named by former rules."""
    inline = media_type in SHOWN_INLINE
    response = FileResponse(
        path.open("rb"), content_type=media_type if inline else "application/octet-stream"
    )
    response["Content-Disposition"] = content_disposition_header(not inline, safe_name(name)) or "attachment"
    guarded(response)
    return response
