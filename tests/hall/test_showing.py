"""What of a file goes to other people's screens: a picture of it, without what stands beside it; the rest in words."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
import typst

from hall.access import Refused
from hall.uploads import sheet
from hall.uploads.showing import shown_page
from tests.hall.files import gif, heic, jpeg, pdf, png, webp

PLACE = b"25.0389N 102.7183E"


def kept(tmp_path: Path, data: bytes) -> Path:
    place = tmp_path / "given"
    place.write_bytes(data)
    return place


def segment(mark: int, body: bytes) -> bytes:
    return bytes([0xFF, mark]) + struct.pack(">H", len(body) + 2) + body


def exif(orientation: int) -> bytes:
    """As a telephone writes it: which way is up, and where it was."""
    entries = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(
        ">HHII", 0x8825, 2, len(PLACE), 38
    )
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 2) + entries + struct.pack(">I", 0) + PLACE


def test_a_photo_goes_out_without_its_place_and_the_right_way_up(tmp_path: Path) -> None:
    plain = jpeg()
    taken = plain[:2] + segment(0xE1, exif(6)) + segment(0xFE, PLACE) + plain[2:]
    shown = shown_page(kept(tmp_path, taken), "image/jpeg", 1)
    assert (shown.media_type, shown.pages) == ("image/jpeg", 1)
    assert PLACE not in shown.data
    assert shown.data.startswith(b"\xff\xd8\xff\xe1")
    assert struct.pack(">HHIH", 0x0112, 3, 1, 6) in shown.data
    other = shown_page(kept(tmp_path / ".." / tmp_path.name, png(behind=PLACE)), "image/png", 1)
    assert other.data.endswith(b"IEND\xaeB`\x82")


def test_pictures_of_every_kind_that_a_browser_shows(tmp_path: Path) -> None:
    for n, (data, kind) in enumerate(((gif(), "image/gif"), (webp(), "image/webp"))):
        place = tmp_path / f"{n}"
        place.write_bytes(data)
        assert shown_page(place, kind, 1).data[:4] == data[:4]
    for data, kind in ((heic(), "image/heic"), (b"PK", "application/zip")):
        with pytest.raises(Refused, match="共享屏幕"):
            shown_page(kept(tmp_path, data), kind, 1)
    with pytest.raises(Refused, match="没有这一页"):
        shown_page(tmp_path / "0", "image/gif", 2)
    broken = tmp_path / "broken"
    broken.write_bytes(png()[:40])
    with pytest.raises(Refused, match="读不出来"):
        shown_page(broken, "image/png", 1)


def test_a_page_of_a_pdf_becomes_a_picture_and_a_bad_one_words(tmp_path: Path) -> None:
    pages = "#pagebreak()".join(f"page {n}" for n in range(5))
    made = typst.compile(f"#set page(width: 200pt, height: 100pt)\n{pages}".encode())
    assert isinstance(made, bytes)
    place = kept(tmp_path, made)
    last = shown_page(place, "application/pdf", 5)
    width, height = struct.unpack(">II", last.data[16:24])
    assert (last.media_type, last.pages, width) == ("image/png", 5, sheet.WIDTH)
    assert abs(height - sheet.WIDTH / 2) <= 1
    with pytest.raises(Refused, match="没有这一页") as caught:
        shown_page(place, "application/pdf", 6)
    assert caught.value.field == "page"
    broken = tmp_path / "broken"
    broken.write_bytes(pdf()[:30])
    with pytest.raises(Refused, match="读不出来"):
        shown_page(broken, "application/pdf", 1)
