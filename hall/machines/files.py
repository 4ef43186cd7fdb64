"""A file beside the arguments: sent as `multipart/form-data`, bounded as it comes in, kept by the room that wants it.

Nothing is believed of Content-Length. The room's `keep` asks its rule before it keeps anything, looks at the bytes as
its page does, and gives what the action takes: a machine never names a place on our disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from rest_framework.parsers import MultiPartParser

from hall.access import Actor

FORM = "multipart/form-data"
AROUND = 64 * 1024
"""Bytes of a form that are not the file."""


@dataclass(frozen=True, slots=True)
class Sent:
    """`name`: the action's keyword. `keep(actor, ids, file, now)` raises Refused, at the field of that name.

    `into`: where the action takes what is read in the file, not the file: these keywords; `keep` gives them by name.
    """

    name: str
    keep: Callable[[Actor, Mapping[str, int], UploadedFile[Any], Any], Any]
    into: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits for a body that names it."""

    name: str


class Form(MultiPartParser):
    """The one form that is read; `media_type` is what the document says."""


class Bounded(TemporaryFileUploadHandler):
    """Streams to a temporary file; more than HALL_UPLOAD_LIMIT in all, and receiving stops."""

    received, is_over = 0, False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > settings.HALL_UPLOAD_LIMIT:
            self.is_over = True
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)


def bounded(request: HttpRequest) -> Bounded:
    """Before anything reads the form."""
    handler = Bounded(request)
    request.upload_handlers = [handler]
    return handler


def most_bytes(content_type: str) -> int:
    """How long a body may say that it is."""
    if content_type.partition(";")[0].strip().lower() == FORM:
        return settings.HALL_UPLOAD_LIMIT + AROUND
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
