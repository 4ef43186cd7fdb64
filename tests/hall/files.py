"""Small files of each kind, sound and harmful, made here: nothing harmful is kept in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

CONTENT_TYPES = b'<?xml version="1.0"?><Types><Override ContentType="application/xml"/></Types>'


def png(width: int = 40, height: int = 30, behind: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 99))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"") + behind


def jpeg(width: int = 40, height: int = 30, behind: bytes = b"") -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x55" * 40
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + frame + scan + b"\xff\xd9" + behind


def gif(width: int = 40, height: int = 30, frames: int = 1) -> bytes:
    one = b"\x2c" + struct.pack("<HHHH", 0, 0, width, height) + b"\0\x02\x02\x4c\x01\0"
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0" + one * frames + b"\x3b"


def webp(width: int = 40, height: int = 30) -> bytes:
    wide = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + wide
    return b"RIFF" + struct.pack("<I", len(body)) + body


def heic(width: int = 40, height: int = 30) -> bytes:
    def box(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", 8 + len(data)) + kind + data

    size = box(b"ispe", struct.pack(">III", 0, width, height))
    meta = box(b"meta", b"\0\0\0\0" + box(b"iprp", box(b"ipco", size)))
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta + box(b"mdat", b"\0" * 64)


def packed(entries: Mapping[str, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
        archive.comment = comment
    return out.getvalue()


def docx(more: Mapping[str, bytes] | None = None, text: bytes = b"<w:document/>") -> bytes:
    return packed({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": text, **(more or {})})


def xlsx(more: Mapping[str, bytes] | None = None) -> bytes:
    return packed({"[Content_Types].xml": CONTENT_TYPES, "xl/workbook.xml": b"<workbook/>", **(more or {})})


def odt(more: Mapping[str, bytes] | None = None, text: bytes = b"<office:document-content/>") -> bytes:
    kind = b"application/vnd.oasis.opendocument.text"
    return packed({"mimetype": kind, "content.xml": text, **(more or {})})


def ole(*names: str) -> bytes:
    """A compound file whose directory names these streams."""
    entries = b""
    for name in names:
        said = name.encode("utf-16-le")
        entries += said.ljust(64, b"\0") + struct.pack("<H", len(said) + 2) + b"\0" * 62
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries.ljust(512, b"\0")


def pdf(objects: bytes = b"", behind: bytes = b"") -> bytes:
    begin = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog "
    return begin + objects + b" >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n" + behind


def pdf_stream(said: bytes, data: bytes) -> bytes:
    """Closes the catalogue and brings a stream along."""
    return b">>\nendobj\n2 0 obj\n<< " + said + b" >>\nstream\n" + data + b"\nendstream\nendobj\n3 0 obj\n<<"
