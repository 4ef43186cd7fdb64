"""Receiving files within limits: one that is too large, or has no room on the disk, is left out as it comes in, and
the rest of the form stays."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from hall.uploads.names import safe_name
from hall.uploads.space import disk

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
SPARE = 1 << 20
"""Bytes that must be left beside the file itself."""
INSUFFICIENT_STORAGE = 507


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that the upload handler left out while it was being received: size, count or room."""

    name: str
    reason: str
    limit: int
    most: int


def in_words(one: LeftOut) -> str:
    """Why, and the way out."""
    facts = {"name": safe_name(one.name), "mb": one.limit // (1024 * 1024), "n": one.most}
    words = {
        "size": _("“%(name)s”超过%(mb)sMB，未收下。请压缩、分段或改用光盘提交；其他内容都还在。"),
        "count": _("一次最多收%(n)s个文件，“%(name)s”未收下。"),
        "room": _(
            "存储空间已满，“%(name)s”没有收下；其他内容都还在。请联系系统管理员，腾出空间后再上传，急件请改用纸质材料。"
        ),
    }
    return words[one.reason] % facts


class Within(TemporaryFileUploadHandler):
    """Streams to a temporary file and stops keeping once `limit` bytes are passed, or after `most` files. What was left
    out stands in `left_out`, for the form to say so at its field.

    Nothing is believed of Content-Length: the bytes are counted as they come.
    """

    def __init__(self, request: Any = None, *, limit: int | None = None, most: int | None = None) -> None:
        super().__init__(request)
        self.limit = settings.HALL_UPLOAD_LIMIT if limit is None else limit
        self.most = settings.HALL_UPLOAD_COUNT if most is None else most
        self.left_out: list[LeftOut] = []
        self.received = self.together = self.count = 0

    @property
    def is_full(self) -> bool:
        return any(one.reason == "room" for one in self.left_out)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.file = None  # type: ignore[assignment]  # of this file, not of the one before
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._full(error)
        self.received = 0
        if self.count >= self.most:
            self._leave_out("count")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > self.limit:
            self._leave_out("size")
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._full(error)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        self.count += 1
        self.together += file_size
        if disk().free < self.together + SPARE:
            with suppress(SkipFile):
                self._leave_out("room")
            return None
        try:
            return super().file_complete(file_size)
        except OSError as error:
            with suppress(SkipFile):
                self._full(error)
            return None

    def _full(self, error: OSError) -> None:
        """The disk takes no more. What was begun goes when its file is closed."""
        if error.errno not in NO_ROOM:
            raise error
        self._leave_out("room")

    def _leave_out(self, reason: str) -> None:
        self.left_out.append(LeftOut(self.file_name or "", reason, self.limit, self.most))
        if self.file:
            with suppress(
                OSError
            ):  # what was not yet written has no room either; the file goes with its closing
                self.file.close()
        raise SkipFile


def left_out_of(request: Any) -> list[LeftOut]:
    """The files that were left out as they came."""
    within: Within | None = getattr(request, "within", None)
    return within.left_out if within else []


def receiving(
    *, limit: int | None = None
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """The view behind these limits; it finds what was left out with `left_out_of`. A form that is shown again because
    there was no room answers 507.
    """

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        checked = csrf_protect(view)

        @csrf_exempt  # only until the upload handler stands; `checked` asks for the token
        @wraps(view)
        def outer(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            request.within = Within(request, limit=limit)
            request.upload_handlers = [request.within]
            response = checked(request, *args, **kwargs)
            if request.within.is_full and response.status_code == 422:
                response.status_code = INSUFFICIENT_STORAGE
            return response

        return outer

    return wrap
