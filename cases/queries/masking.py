"""Personal data in a text that is to be published: what is found, and the text without it. Pure.

Found is what looks like it, however it is written: full-width digits, spaces and dashes between them, Chinese numerals,
a name with spaces in it or in Latin letters. What only looks like it is found as well: better reworded than published.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pypinyin import lazy_pinyin

NAME, NUMBER, ADDRESS, CONTACT = "name", "number", "address", "contact"
LEAST_DIGITS = 7
"""The shortest telephone number."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom and what the matter is about: never to be named."""

    persons: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def __or__(self, other: Known) -> Known:
        return Known(
            tuple(dict.fromkeys((*self.persons, *other.persons))),
            tuple(dict.fromkeys((*self.units, *other.units))),
            tuple(dict.fromkeys((*self.addresses, *other.addresses))),
        )


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What was found, where it stands in the text, and what may stand there instead."""

    start: int
    end: int
    kind: str = field(compare=False)
    instead: str = field(compare=False)

    def excerpt(self, text: str) -> str:
        return text[self.start : self.end]


# -- reading through the ways of writing ---------------------------------------------------------------------------

_CHINESE_DIGITS = dict(
    zip("零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "00012345678911234567892", strict=True)
)
_JOINERS = "·・•‧∙⋅"


@lru_cache(maxsize=4096)
def _one(char: str) -> str:
    """The plain sign that a sign stands for: a full-width or foreign digit is its ASCII digit, a letter is small."""
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", char).casefold()
    return plain if len(plain) == 1 else char


def _plain(text: str) -> str:
    """As long as the text itself, so that places in it are places in the text."""
    return "".join(map(_one, text))


def _is_gap(char: str) -> bool:
    """What one can write between the signs of a name or number without its being another."""
    return char in _JOINERS or unicodedata.category(char) in ("Zs", "Zl", "Zp", "Cf", "Cc", "Mn", "Pd", "Pc")


def _squeezed(plain: str) -> tuple[str, list[int]]:
    """Without the gaps; and for every sign its place."""
    places = [n for n, char in enumerate(plain) if not _is_gap(char)]
    return "".join(plain[n] for n in places), places


def _all(needle: str, squeezed: str, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = squeezed.find(needle)
    while start >= 0:
        yield places[start], places[start + len(needle) - 1] + 1
        start = squeezed.find(needle, start + 1)


# -- names ---------------------------------------------------------------------------------------------------------

_DOUBLE = re.compile(
    "欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|司空|东方|独孤|南宫|端木|申屠|东郭|澹台|公冶"
)
_SUFFIXES = (
    "有限责任公司", "股份有限公司", "有限公司", "公司", "合作社", "村民委员会", "居民委员会", "村委会", "居委会",
    "街道办事处", "人民政府", "政府", "委员会", "管委会", "学校", "中学", "小学", "幼儿园", "医院", "卫生院", "派出所",
    "法院", "检察院", "银行", "协会", "中心", "大队", "支队", "集团", "工厂", "局", "厅", "厂", "所", "院", "站", "店",
    "矿", "部", "委", "办",
)  # fmt: skip
_LATIN = re.compile(r"[a-z]")


def is_unit_name(name: str) -> bool:
    """A respondent that is no person, by the end of its name."""
    return len(name) > 3 and name.endswith(_SUFFIXES)


def surname(name: str) -> str:
    return name[:2] if _DOUBLE.match(name) and len(name) > 2 else name[:1]


def masked_name(name: str) -> str:
    """`张某某`; of a name in another script nothing stays."""
    name = "".join(char for char in name if not _is_gap(char))
    if not name or _LATIN.search(name.casefold()):
        return "某某"
    family = surname(name)
    return family + "某" * min(max(len(name) - len(family), 1), 2)


def masked_unit(name: str) -> str:
    return "某" + next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "单位")


def _names(plain: str, known: Known) -> Iterator[Finding]:
    squeezed, places = _squeezed(plain)
    for name in known.persons:
        whole, _places = _squeezed(_plain(name))
        if not whole:
            continue
        family = surname(whole)
        given = whole[len(family) :]
        for start, end in _all(whole, squeezed, places):
            yield Finding(start, end, NAME, masked_name(name))
        if len(given) > 1:  # one sign alone is too common a word
            for start, end in _all(given, squeezed, places):
                yield Finding(start, end, NAME, "某" * len(given))
        for start, end in _romanised(family, given, plain):
            yield Finding(start, end, NAME, "某某")
    for name in known.units:
        whole, _places = _squeezed(_plain(name))
        if len(whole) > 1:
            for start, end in _all(whole, squeezed, places):
                yield Finding(start, end, NAME, masked_unit(name))


def _romanised(family: str, given: str, plain: str) -> Iterator[tuple[int, int]]:
    """`Zhang Xiuying`, `zhangxiuying`, `XIU-YING ZHANG`: as a word of its own."""
    if not given or _LATIN.search(family + given):
        return
    first, last = "".join(lazy_pinyin(family)), "".join(lazy_pinyin(given))
    gap = r"[\s'’.,\-·]*"
    for order in ((first, last), (last, first)):
        signs = gap.join(re.escape(sign) for sign in "".join(order))
        for match in re.finditer(rf"(?<![a-z]){signs}(?![a-z])", plain):
            yield match.start(), match.end()


# -- numbers -------------------------------------------------------------------------------------------------------

_GAP = (
    r"[\s\u00ad\u00b7\u180e\u200b-\u200f\u2010-\u2015\u2060-\u2064\ufe63\ufeff\uff0d"
    r"・•_.,，、:：;；+|\-~()（）/\\*—]{0,4}"
)
_RUN = re.compile(rf"\d(?:{_GAP}\d){{{LEAST_DIGITS - 1},}}(?:{_GAP}x(?![a-z]))?")
_HOUR = r"(?:[01]?\d|2[0-3]):[0-5]\d"
_HOURS = rf"{_HOUR}(?:\s?[\-–—~至到]{{1,2}}\s?{_HOUR})?(?!\d)"
_DATE = re.compile(
    r"(?<!\d)(?<!\d[-./])(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)(?![-./]\d)"
    rf"(?:[\st]{{1,2}}{_HOURS})?"
)
_TIME = re.compile(rf"(?<!\d){_HOURS}")
_AMOUNT = re.compile(
    r"(?<![\d,.])\d{1,3}(?:,\d{3}){1,2}(?:\.\d{1,2})?(?![\d,.])|(?<!\d)\d{7,9}(?:\.\d{1,2})?(?=\s?(?:元|万|亿|平方|吨|立方))"
)
_MAIL = re.compile(r"[\w.+-]+\s?(?:@|＠)\s?[\w-]+(?:\.[\w-]+)+")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(rf"[{_PROVINCES}][a-z][\s·・•]{{0,2}}[a-z0-9]{{5,6}}(?![a-z0-9])")
_ACCOUNT = re.compile(r"(?:微信|qq|抖音|支付宝|wechat)(?:号|账号|帐号)?[\s:：为是]{0,3}[a-z0-9_-]{5,}")


_SIGNS = "".join(_CHINESE_DIGITS)
_NUMERAL = f"[{_SIGNS}]"
_DIGITS = rf"(?:\d|{_NUMERAL}{_GAP}{_NUMERAL})"
_AFTER_DIGITS, _BEFORE_DIGITS = re.compile(rf"{_DIGITS}{_GAP}\Z"), re.compile(rf"{_GAP}{_DIGITS}")
_REACH = 12
"""Further than two signs and the gaps between and beside them."""
_COUNTED = re.compile(rf"(?<![\d{_SIGNS}])([\d{_SIGNS}])、(?=([\d{_SIGNS}])(?![\d{_SIGNS}]))")


def _alone(text: str, span: tuple[int, int]) -> bool:
    """No digit stands next to it: part of a longer number is no date, no hour and no amount."""
    start, end = span
    before, after = text[max(start - _REACH, 0) : start], text[end : end + _REACH]
    return not (_AFTER_DIGITS.search(before) or _BEFORE_DIGITS.match(after))


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "□" * (end - start) + text[end:]
    return text


def _without_harmless(plain: str) -> str:
    """Dates, hours and amounts blanked. One date may stand beside another, nothing else beside a digit."""
    dates = [found.span() for found in _DATE.finditer(plain)]
    shown = _blanked(plain, dates)
    while len(kept := [span for span in dates if _alone(shown, span)]) < len(dates):
        dates, shown = kept, _blanked(plain, kept)
    others = [found.span() for pattern in (_TIME, _AMOUNT) for found in pattern.finditer(shown)]
    shown = _blanked(shown, [span for span in others if _alone(shown, span)])
    return _COUNTED.sub(_counted, shown)


def _counted(found: re.Match[str]) -> str:
    """一、二、三: an enumeration goes up by one, and its commas join nothing."""
    one, two = (int(_CHINESE_DIGITS.get(sign, sign)) for sign in found.groups())
    return f"{found[1]}{'□' if two == one + 1 else '、'}"


def _numbers(plain: str) -> Iterator[Finding]:
    digits = "".join(_CHINESE_DIGITS.get(char, char) for char in _without_harmless(plain))
    # Chinese numerals count as digits only in a row: 二〇二六年 and 三百二十 are words.
    for match in _RUN.finditer(digits):
        yield Finding(match.start(), match.end(), NUMBER, "（号码略）")
    for pattern in (_MAIL, _PLATE, _ACCOUNT):
        for match in pattern.finditer(plain):
            yield Finding(match.start(), match.end(), CONTACT, "（略）")


# -- addresses -----------------------------------------------------------------------------------------------------

_N = r"(?:\d{1,5}|[零〇一二三四五六七八九十百]{1,5})"
_S = r"[\s·・•\-—–]{0,2}"
_STREET = r"(?:路|街|巷|弄|道|里|胡同|村|组|队|社|坊|园|苑|区|寨|屯|庄|镇|乡)"
_HOUSE = re.compile(rf"{_STREET}{_S}(?P<n>{_N}(?:{_S}[之附、至]?{_S}{_N})?{_S}号)")
_BUILDING = re.compile(rf"(?P<n>{_N}{_S}(?:号楼|栋|幢|单元|室))(?!主任)")


def _addresses(plain: str, known: Known) -> Iterator[Finding]:
    for pattern in (_HOUSE, _BUILDING):
        for match in pattern.finditer(plain):
            numeral = match["n"]
            unit = next(one for one in ("号楼", "号", "栋", "幢", "单元", "室") if numeral.endswith(one))
            yield Finding(match.start("n"), match.end("n"), ADDRESS, f"某{unit}")
    squeezed, places = _squeezed(plain)
    for address in known.addresses:
        whole, _places = _squeezed(_plain(address))
        if len(whole) >= 4:
            for start, end in _all(whole, squeezed, places):
                yield Finding(start, end, ADDRESS, "（地址略）")


# -- all together --------------------------------------------------------------------------------------------------


def findings(text: str, known: Known) -> list[Finding]:
    """What still looks like personal data, in order; where two overlap, the one that begins first and is longest."""
    plain = _plain(text)
    found = sorted(
        (*_names(plain, known), *_numbers(plain), *_addresses(plain, known)),
        key=lambda one: (one.start, -one.end),
    )
    kept: list[Finding] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def masked(text: str, known: Known) -> str:
    """The text with what is found taken out, again and again until nothing is."""
    for _round in range(6):
        found = findings(text, known)
        if not found:
            break
        for one in reversed(found):
            text = text[: one.start] + one.instead + text[one.end :]
    return text
