"""Page to PDF/A with Typst: fonts, one compiler kept warm in each process, and no missing glyph ever.

The files are PDF/A-2a and PDF/UA-1 at once: archivable, and readable aloud. That standard also forbids a glyph
that no font has, so a missing character stops the press with its name instead of printing an empty box.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Literal

import pylopdf_fonts_zh_cn
import segno
import typst
from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from hall.documents.kinds import TYPST

BUNDLED = str(pylopdf_fonts_zh_cn.serif_path().parent)
STANDARDS: list[Any] = ["a-2a", "ua-1"]

# GB/T 9704 names faces that only office machines have. Each role takes the first family found, then the free
# ones; the package that we depend on carries Noto Serif SC and Noto Sans SC, so there is always one.
_SONG = (
    "Noto Serif SC",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "SimSun",
    "Songti SC",
)
_FANG = (
    "FangSong_GB2312",
    "FangSong",
    "FZFangSong-Z02",
    "STFangsong",
    "Zhuque Fangsong",
    "FandolFang R",
    "FandolFang",
)
FACES: dict[str, tuple[str, ...]] = {
    "fang": (*_FANG, *_SONG),
    "kai": ("KaiTi_GB2312", "KaiTi", "STKaiti", "LXGW WenKai", "AR PL UKai CN", "FandolKai", *_FANG, *_SONG),
    "hei": (
        "SimHei",
        "STHeiti",
        "Noto Sans SC",
        "Noto Sans CJK SC",
        "Source Han Sans SC",
        "Source Han Sans CN",
    ),
    "song": ("FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S", "STZhongsong", "Noto Serif CJK SC", *_SONG),
}
_HEAVY = frozenset({"fzxiaobiaosong-b05", "fzxiaobiaosong-b05s", "stzhongsong"})


class Unprintable(RuntimeError):
    """The paper cannot be printed as it stands; the text says what is missing and how to mend it."""


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """All faces: HALL_FONT_PATHS, the bundled package, the system. Found once per process (about 0.2 s)."""
    return typst.Fonts(font_paths=[*settings.HALL_FONT_PATHS, BUNDLED])


def choose(available: typst.Fonts) -> dict[str, Any]:
    """The families found for each role, and how the heavy face is got: itself, its bold, or a drawn edge."""
    found: dict[str, str] = {}
    bold: set[str] = set()
    for font in available.fonts():
        found.setdefault(font.family.lower(), font.family)
        if font.weight >= 600:
            bold.add(font.family.lower())
    chosen: dict[str, Any] = {
        role: list(dict.fromkeys(found[name.lower()] for name in chain if name.lower() in found))
        for role, chain in FACES.items()
    }
    first = chosen["song"][0].lower() if chosen["song"] else ""
    chosen["weight"] = 700 if first in bold else 400
    chosen["edge"] = first not in bold | _HEAVY
    return chosen


@lru_cache(maxsize=1)
def faces() -> dict[str, Any]:
    return choose(fonts())


def without_face(chosen: Mapping[str, Any]) -> list[str]:
    """The roles for which no face was found."""
    return [role for role in FACES if not chosen[role]]


@lru_cache(maxsize=1)
def template_version() -> str:
    """The typesetter and the exact templates: `0.15.2+3f9c01d2a4b6`."""
    digest = hashlib.sha256()
    for path in sorted(TYPST.glob("*.t*")):
        digest.update(path.name.encode() + path.read_bytes())
    return f"{version('typst')}+{digest.hexdigest()[:12]}"


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        input=str(TYPST / "main.typ"), root=str(TYPST), font_paths=fonts(), ignore_system_fonts=True
    )


_lock = threading.Lock()


def _qr(link: str) -> str:
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", border=1, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def typeset(
    page: Mapping[str, Any],
    *,
    number: str,
    moment: dt.datetime,
    stamp: str = "",
    as_: Literal["pdf", "png"] = "pdf",
    ppi: float = 110,
) -> list[bytes]:
    """One PDF, or one PNG a page. The same arguments, fonts and templates give the same bytes.

    Content travels as JSON data and is shown as text, so it cannot act as Typst markup. A paper of several pages
    is set once more with closer lines, and that is taken when it saves a page. Raises `Unprintable`.
    """
    chosen = faces()
    if missing := without_face(chosen):
        raise Unprintable(_no_font(missing))
    shown = dict(page)
    if shown["layout"] == "slip":
        shown["qr"] = _qr(shown["link"])
    data = {"page": shown, "number": number, "stamp": stamp, "fonts": chosen, "version": template_version()}

    def pull(tight: bool) -> list[bytes]:
        with _lock:
            made = _compiler().compile(
                sys_inputs={"data": json.dumps({**data, "tight": tight}, ensure_ascii=False)},
                format=as_,
                ppi=ppi if as_ == "png" else None,
                pdf_standards=STANDARDS if as_ == "pdf" else [],
                timestamp=int(moment.timestamp()),
            )
        return made if isinstance(made, list) else [made or b""]

    def length(made: list[bytes]) -> int:
        return count_pages(made[0]) if as_ == "pdf" else len(made)

    try:
        normal = pull(tight=False)
        if length(normal) == 1 or shown["layout"] == "form":
            return normal
        return min(normal, pull(tight=True), key=length)
    except typst.TypstError as error:
        raise Unprintable(_why(error)) from error
    except BaseException as error:
        if (
            type(error).__name__ == "PanicException"
        ):  # a bug in the typesetter must not take the worker with it
            raise Unprintable(f"Typst: {error}") from error
        raise


def count_pages(pdf: bytes) -> int:
    """The page count that the PDF itself states in the root of its page tree."""
    counts = re.findall(rb"/Type/Pages\b[^>]*?/Count (\d+)", pdf) or re.findall(rb"/Count (\d+)", pdf)
    return max(map(int, counts))


def _why(error: typst.TypstError) -> str:
    text = f"{error.message}\n{error.diagnostic}"
    missing = list(dict.fromkeys(re.findall(r"the text `\"(.+?)\"` could not be displayed", text)))
    if not missing:
        return f"Typst: {error.message}"
    named = "、".join(f"“{char}”（U+{ord(char[0]):04X}）" for char in missing[:10])
    return _(
        "字体里没有这些字：%(chars)s。请安装含有这些字的字体（如 Debian 的 fonts-noto-cjk），"
        "或者在 HALL_FONT_PATHS 中给出字体目录，然后重试；在此之前可以使用网页打印。"
    ) % {"chars": named}


def _no_font(roles: list[str]) -> str:
    return _(
        "没有可用的中文字体（%(roles)s）。请重新安装依赖包 pylopdf-fonts-zh-cn，或者安装 fonts-noto-cjk，"
        "或者在 HALL_FONT_PATHS 中给出字体目录。"
    ) % {"roles": "、".join(roles)}


@checks.register("hall")
def check_fonts(**_kwargs: Any) -> list[checks.CheckMessage]:
    """hall.W040: no Chinese font; papers wait unprinted until there is one, everything else works."""
    missing = without_face(faces())
    return [checks.Warning(_no_font(missing), id="hall.W040")] if missing else []
