"""Receiving files within the limits: one that is too large is left out as it comes in, the rest of the form stays."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from cases.forms.materials import TooLarge

SHOWN_INLINE = {"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"}
"""What a browser shows without running anything; all else is only saved."""


class Within(TemporaryFileUploadHandler):
    """Streams to a temporary file and stops keeping once HALL_UPLOAD_LIMIT is passed, or after HALL_UPLOAD_COUNT
    files. What was left out stands in `left_out`, for the form to say so at its field.

    Nothing is believed of Content-Length: the bytes are counted as they come.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.left_out: list[TooLarge] = []
        self.received = 0
        self.count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0
        if self.count >= settings.HALL_UPLOAD_COUNT:
            self._leave_out("count")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > settings.HALL_UPLOAD_LIMIT:
            self._leave_out("size")
        return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        self.count += 1
        return super().file_complete(file_size)

    def _leave_out(self, reason: str) -> None:
        self.left_out.append(TooLarge(self.file_name or "", reason))
        raise SkipFile


def receiving(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view behind these limits; it finds what was left out with `left_out_of`."""
    checked = csrf_protect(view)

    @csrf_exempt  # only until the upload handler stands; `checked` asks for the token
    @wraps(view)
    def outer(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        request.within = Within(request)
        request.upload_handlers = [request.within]
        return checked(request, *args, **kwargs)

    return outer


def left_out_of(request: Any) -> list[TooLarge]:
    """The files that were too large, or too many."""
    within: Within | None = getattr(request, "within", None)
    return within.left_out if within else []
