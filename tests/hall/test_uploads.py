"""What a file is by its bytes, and what in it is not let in: each refusal says the way out. Pure."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from hall.uploads import DOCX, XLSX, archives, examined
from hall.uploads.names import safe_name
from tests.hall import files as f


def kind(data: bytes, name: str = "材料") -> str:
    return examined(io.BytesIO(data), name).media_type


def refusal(data: bytes, name: str = "合同.pdf") -> str:
    with pytest.raises(ValidationError) as refused:
        examined(io.BytesIO(data), name)
    [words] = refused.value.messages
    assert "未收下" in words or "可以上传" in words or "空文件" in words
    assert "%(" not in words
    return words


def real_docx() -> bytes:
    out = io.BytesIO()
    paper = Document()
    paper.add_paragraph("关于拖欠工资的反映材料")
    paper.add_table(2, 2)
    paper.save(out)
    return out.getvalue()


def real_xlsx() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["姓名", "金额"])
    book.save(out)
    return out.getvalue()


def relation(what: str, target: bytes) -> bytes:
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{what}".encode()
    return b'<Relationship Type="' + kind + b'" Target="' + target + b'" TargetMode="External"/>'


# -- what is let in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (f.pdf(), "application/pdf"),
        (f.png(), "image/png"),
        (f.jpeg(), "image/jpeg"),
        (f.gif(), "image/gif"),
        (f.webp(), "image/webp"),
        (f.heic(16_320, 12_240), "image/heic"),
        (real_docx(), DOCX),
        (real_xlsx(), XLSX),
        (f.odt(), "application/vnd.oasis.opendocument.text"),
        ("反映材料\n".encode("gb18030"), "text/plain"),
        (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x44\xac\0\0", "audio/wav"),
        (b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + b"\0" * 64, "video/mp4"),
    ],
)
def test_each_kind_is_known_by_its_bytes_whatever_its_name(data: bytes, expected: str) -> None:
    assert kind(data) == expected


def test_what_telephones_and_programs_do_is_let_in() -> None:
    """A moment of video behind a picture, a chart with its table, a formula, the author's own template, links."""
    assert kind(f.jpeg(behind=b"\0\0\0\x18ftypmp42" + b"\x00" * 5000)) == "image/jpeg"
    chart = {
        "word/embeddings/Microsoft_Excel_Sheet.xlsx": real_xlsx(),
        "word/media/image1.emz": b"\x1f\x8b\x08\0",
    }
    formula = {"word/embeddings/oleObject1.bin": f.ole("Root Entry", "Equation Native", "\x01Ole")}
    template = relation("attachedTemplate", b"file:///C:\\Users\\li\\Normal.dotm")
    link = relation("hyperlink", b"https://www.gov.cn")
    assert kind(f.docx(chart | formula | {"word/_rels/settings.xml.rels": template + link})) == DOCX
    words = f.pdf(b"/Title (How to avoid /JS in forms) /OpenAction [3 0 R /Fit]")
    assert kind(words) == "application/pdf"
    packed = f.pdf_stream(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(b"5 0 << /Type /Page >>"))
    assert kind(f.pdf(packed)) == "application/pdf"


# -- pictures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [f.png, f.jpeg, f.gif, f.webp, f.heic])
def test_a_picture_that_would_unfold_to_gigabytes_is_refused_by_its_header(
    make: Callable[..., bytes],
) -> None:
    most = 16_000 if make is f.webp else 40_000
    words = refusal(make(most, most), "现场.jpg")
    assert f"{most}×{most}" in words and "缩小" in words


def test_a_picture_whose_size_nobody_can_read_and_one_without_end() -> None:
    assert "已损坏" in refusal(f.jpeg()[:40])
    assert "已损坏" in refusal(b"\x89PNG\r\n\x1a\n")
    assert "已损坏" in refusal(f.heic()[:40])
    assert "动图" in refusal(f.gif(frames=1_001))


# -- archives ------------------------------------------------------------------------------------------------------


def test_a_bomb_is_refused_by_its_table_of_contents_and_one_that_lies_while_it_is_read() -> None:
    size = archives.MOST_UNPACKED + 1
    bomb = f.docx({"word/media/a.bin": bytes(size)})
    assert len(bomb) < 300_000 and "展开后超过" in refusal(bomb)
    # Both tables of contents say that it is ten bytes.
    assert "已损坏" in refusal(bomb.replace(struct.pack("<I", size), struct.pack("<I", 10)))
    # Two that are half as large within each other count together.
    half = f.xlsx({"xl/media/a.bin": bytes(size // 2)})
    assert "展开后超过" in refusal(f.xlsx({"xl/media/b.bin": bytes(size // 2), "xl/embeddings/a.xlsx": half}))
    many = {f"word/{n}.xml": b"<a/>" for n in range(archives.MOST_ENTRIES + 1)}
    assert "文件太多" in refusal(f.docx(many))


def test_archives_within_and_names_that_lead_out_are_refused() -> None:
    assert "压缩包" in refusal(f.docx({"word/media/a.zip": f.packed({"a": b"b"})}))
    assert "压缩包" in refusal(f.docx({"word/tool.dat": b"MZ\x90\0"}))
    within = f.xlsx({"xl/embeddings/a.xlsx": f.xlsx({"xl/embeddings/b.xlsx": f.xlsx()})})
    assert "压缩包" in refusal(within)
    assert "压缩包" in refusal(f.docx({"word/embeddings/oleObject1.bin": f.ole("\x01Ole10Native")}))
    for name in ("../../etc/cron.d/x", "/etc/passwd", "word\\..\\x", "C:/x"):
        assert "指向别处" in refusal(f.docx({name: b"x"}))
    link = zipfile.ZipInfo("word/link")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO(f.docx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "指向别处" in refusal(out.getvalue())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (f.docx({"word/vbaProject.bin": f.ole("VBA")}), "有宏"),
        (f.packed({"[Content_Types].xml": b"<Types macroEnabled='1'/>", "word/document.xml": b"<a/>"}), "有宏"),
        (f.xlsx({"xl/macrosheets/sheet1.xml": b"<a/>"}), "有宏"),
        (f.docx({"word/activeX/activeX1.xml": b"<a/>"}), "有宏"),
        (f.docx({"word/embeddings/old.doc": f.ole("Macros", "VBA")}), "有宏"),
        (f.odt({"Basic/Standard/Module1.xml": b"<script:module/>"}), "有宏"),
        (f.odt({"Scripts/python/a.py": b"print()"}), "有宏"),
        (f.odt(text=b'<a xlink:href="vnd.sun.star.script:Standard.Module1.Main"/>'), "有宏"),
        (f.docx(text=b"<w:instrText>DDEAUTO c:\\windows\\cmd</w:instrText>"), "执行命令"),
        (f.docx({"word/_rels/a.rels": relation("attachedTemplate", b"https://a.cn/t.dotm")}), "外部读取模板"),
        (f.docx({"word/_rels/a.rels": relation("oleObject", b"\\\\10.0.0.9\\x")}), "外部读取模板"),
        (f.docx(text=b'<!DOCTYPE a [<!ENTITY x "y">]><a/>'), "写法不是正常"),
        (f.docx(text="<a/>".encode("utf-16")), "写法不是正常"),
        (f.ole("WordDocument"), "旧版的Office"),
        (f.ole("WordDocument", "Macros", "VBA"), "有宏"),
        (f.ole("EncryptedPackage"), "设了密码"),
    ],
)  # fmt: skip
def test_what_a_program_would_run_is_refused(data: bytes, words: str) -> None:
    assert words in refusal(data, "表.docx")


# -- PDF -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (f.pdf(b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "脚本"),
        (f.pdf(b"/OpenAction << /S /J#61vaScript /JS 4 0 R >>"), "脚本"),
        (f.pdf(b"/AA << /O << /S /Launch /F (cmd.exe) >> >>"), "脚本"),
        (f.pdf(b"/Names << /EmbeddedFiles << /Names [] >> >>"), "附着别的文件"),
        (f.pdf(b"/AcroForm << /XFA 5 0 R >>"), "动态表单"),
        (
            f.pdf(
                f.pdf_stream(
                    b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(b"5 0 << /S /JavaScript >>")
                )
            ),
            "脚本",
        ),
        (f.pdf(f.pdf_stream(b"/Type /ObjStm /Filter [ /FlateDecode /ASCIIHexDecode ]", b"00")), "写法不常见"),
        (f.pdf(f.pdf_stream(b"/Type /ObjStm /Filter /FlateDecode", b"broken")), "已损坏"),
        # What only looks like a stream hides nothing.
        (f.pdf(b"/X (>>\nstream\n) /OpenAction << /S /JavaScript >> /Y (endstream)"), "脚本"),
        (f.pdf(behind=b"A" * 5000), "结尾之后"),
    ],
)
def test_a_pdf_that_would_do_something_is_refused(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_a_pdf_that_unfolds_or_is_locked_is_refused() -> None:
    bomb = zlib.compress(zlib.compress(b"\0" * (70 * 1024 * 1024)))
    once = zlib.decompress(bomb)
    assert "展开后太大" in refusal(f.pdf(f.pdf_stream(b"/Type /ObjStm /Filter /FlateDecode", once)))
    locked = f.pdf(b"/Encrypt 9 0 R " + f.pdf_stream(b"/Type /ObjStm /Filter /FlateDecode", b"\x01\x02"))
    assert "加了密" in refusal(locked)
    assert kind(f.pdf(b"/Encrypt 9 0 R")) == "application/pdf"  # its objects can be read all the same


# -- two at once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [f.png, f.jpeg, f.pdf])
def test_a_picture_or_paper_that_is_an_archive_as_well_is_refused(make: Callable[..., bytes]) -> None:
    hidden = f.packed({"a.class": b"\xca\xfe\xba\xbe"})
    assert "另一种文件" in refusal(make(behind=hidden))
    assert "另一种文件" in refusal(make(behind=b"Rar!\x1a\x07\x01\0"))


def test_pages_within_pictures_and_around_archives() -> None:
    assert "另一种文件" in refusal(
        f.jpeg()[:20] + b"\xff\xfe\x00\x1b<script>alert(1)</script>" + f.jpeg()[20:]
    )
    assert "另一种文件" in refusal(f.gif()[:13] + b"\x21\xfe\x08%PDF-1.7\0" + f.gif()[13:])
    assert "附着" in refusal(f.docx() + b"<html><script>1</script>")
    assert "网页" in refusal(b"<!doctype html><script>1</script>", "账单.pdf")
    assert "不符" in refusal("只是文字".encode(), "账单.pdf")
    assert "空文件" in refusal(b"")


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\li\\合同.pdf", "合同.pdf"),
        ("合同\u202egpj.exe", "合同gpj.exe"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("a\u2028b.pdf", "a b.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com1", "_com1"),
        ('<a>:"|?*.pdf', "_a______.pdf"),
        (" . ", "材料"),
        ("\0\x1b", "材料"),
    ],
)
def test_names_are_harmless_wherever_they_are_saved(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@given(st.text(max_size=400))
def test_no_name_is_empty_long_or_a_path(name: str) -> None:
    safe = safe_name(name)
    assert safe and len(safe) <= 121 and len(safe.encode()) <= 201
    assert not set(safe) & set('/\\:*?"<>|\r\n\0') and safe not in (".", "..")
    assert safe_name(safe) == safe


def test_the_ending_is_what_the_bytes_deserve() -> None:
    assert examined(io.BytesIO(f.png()), "照片.exe").name == "照片.png"
    assert examined(io.BytesIO(f.png()), "长" * 300 + ".png").name.endswith(".png")
