"""What in a PDF would run, open or bring along something else.

Looked for in everything but the contents of pages: the objects as they stand, and those within object streams, which
are unpacked up to a limit. Names are compared with their #xx escapes undone. Where a password hides the objects the
file is refused, as nobody could say what is in it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext_lazy as lazy

from hall.access import Text
from hall.uploads.kinds import Feared

MOST_UNPACKED = 64 * 1024 * 1024
"""Of all object streams; they hold a few numbers and words for each page."""
MOST_BEHIND = 1024

SCRIPTS = lazy("“%(name)s”里有会自动运行的脚本或者命令，未收下。请打印为新的PDF，或者拍照后再上传。")
CARRIES = lazy(
    "“%(name)s”里附着别的文件，未收下。请把附件取出单独上传，正文打印为新的PDF（或者拍照）后再上传。"
)
FORMS = lazy("“%(name)s”是可以填写的动态表单，未收下。请填好后打印为PDF，或者拍照后再上传。")
LOCKED = lazy("“%(name)s”加了密，看不了里面的内容，未收下。请去掉密码，或者打印为新的PDF、拍照后再上传。")
TOO_LARGE = lazy("“%(name)s”展开后太大，不是正常的PDF，未收下。请打印为新的PDF，或者拍照后再上传。")
DAMAGED = lazy("“%(name)s”已损坏，读不下去，未收下。请重新保存或者打印为PDF后再上传。")
ODD = lazy("“%(name)s”的写法不常见，看不了里面的内容，未收下。请打印为新的PDF，或者拍照后再上传。")
BEHIND = lazy("“%(name)s”的结尾之后还附着别的内容，未收下。请打印为新的PDF，或者拍照后再上传。")

_END = rb"(?=[\s/<>\[\]()%]|$)"
_LONG = (
    (re.compile(rb"/(JavaScript|Launch|RichMedia|Rendition|ImportData)" + _END), SCRIPTS),
    (re.compile(rb"/EmbeddedFiles?" + _END), CARRIES),
)
"""Looked for everywhere: so many letters stand nowhere by chance, and no trick with strings or streams hides them."""
_SHORT = (
    (re.compile(rb"/(JS|GoToE)" + _END), SCRIPTS),
    (re.compile(rb"/EF\s*<<"), CARRIES),
    (re.compile(rb"/XFA" + _END), FORMS),
)
"""Looked for among the objects alone: compressed pages may hold them by chance."""
_STREAM = re.compile(rb">>\s*stream\r?\n")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STRING = re.compile(rb"\((?:[^()\\]|\\.){0,2000}\)", re.DOTALL)
_PACKED = re.compile(rb"/Type\s*/ObjStm" + _END)
_FILTER = re.compile(rb"/Filter\s*(?:\[\s*/(?:FlateDecode|Fl)\s*\]|/(?:FlateDecode|Fl)" + _END + rb")")


def check(file: IO[bytes]) -> None:
    """Raises Feared."""
    file.seek(0)
    data = file.read()
    end = data.rfind(b"%%EOF")
    if end >= 0 and len(data[end + 5 :].strip(b"\x00\r\n\t \x1a")) > MOST_BEHIND:
        raise Feared(BEHIND)
    _find(_plain(data), _LONG)
    left, is_packed, is_locked = MOST_UNPACKED, False, False
    for objects, stream in _parts(data):
        _objects(objects)
        is_locked = is_locked or re.search(rb"/Encrypt" + _END, objects) is not None
        said = _plain(objects[objects.rfind(b" obj") :] if b" obj" in objects else objects)
        if _PACKED.search(said):
            is_packed = True
            if not is_locked:
                unpacked = _unpacked(stream, said, left)
                left -= len(unpacked)
                _objects(unpacked)
        elif re.search(rb"/Type\s*/XRef" + _END, said) and b"/Encrypt" in said:
            is_locked = True
    if is_packed and is_locked:
        raise Feared(LOCKED)


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The objects up to a stream, and what the stream holds; last what stands behind all of them."""
    at = 0
    while found := _STREAM.search(data, at):
        end = data.find(b"endstream", found.end())
        if end < 0:
            break
        yield data[at : found.start() + 2], data[found.end() : end]
        at = end + len(b"endstream")
    yield data[at:], b""


def _plain(objects: bytes) -> bytes:
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), objects)


def _find(said: bytes, feared: tuple[tuple[re.Pattern[bytes], Text], ...]) -> None:
    for pattern, words in feared:
        if pattern.search(said):
            raise Feared(words)


def _objects(objects: bytes) -> None:
    """Names that do something. What stands in a string is words: a title may say /JS."""
    _find(_plain(_STRING.sub(b"()", objects)), (*_LONG, *_SHORT))


def _unpacked(stream: bytes, said: bytes, left: int) -> bytes:
    """The objects in a stream. In a form that is not read here they could hide: that is refused as well."""
    if b"/Filter" not in said:
        return stream
    if not _FILTER.search(said) or b"/Predictor" in said:
        raise Feared(ODD)
    machine = zlib.decompressobj()
    try:
        unpacked = machine.decompress(stream, max(left, 0) + 1)
    except zlib.error:
        raise Feared(DAMAGED) from None
    if len(unpacked) > left:
        raise Feared(TOO_LARGE)
    return unpacked
