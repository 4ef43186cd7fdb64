"""What the number of a paper, a telephone and a birth date must be, whoever states them: at the counter or in a file.

Every refusal names its field and says the way out.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from cases.lifecycle import ID_KINDS
from cases.models import Petitioner
from hall.access import Refused
from hall.fields import blind_index

OLDEST = 130  # years
PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
PAPERS = {  # what the number of each paper looks like, and how that is said
    "hkmo": (r"[HM]\d{8}(\d{2})?", _("H或M加8位数字")),
    "taiwan": (r"\d{8}|\d{10}[A-Z]?|[A-Z]\d{9,10}", _("8位数字")),
    "passport": (r"[A-Z0-9]{5,15}", _("5至15位字母和数字")),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says of its holder."""

    number: str
    sex: str = ""
    birth_date: dt.date | None = None
    region_code: str = ""
    region: str = ""


def read_paper(kind: str, number: str, *, today: dt.date) -> Paper:
    """Check the number of a paper; a resident identity card gives sex, birth date and home region as well.

    Raises Refused(input, field id_number) that says which part is wrong and how to go on.
    """
    number = re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", number)).upper()
    if kind not in ID_KINDS:
        raise _wrong(_("证件类型不在代码表中。"), "id_kind")
    if not number:
        return Paper("")
    if kind == "none":
        raise _wrong(_("已经填写了号码，请选择是哪一种证件；不使用证件的，请清空号码。"), "id_kind")
    if kind == "resident":
        return _read_resident(number, today)
    pattern, words = PAPERS.get(kind, (r"[\w()（）〔〕号字第]{2,30}", _("2至30位")))
    if not re.fullmatch(pattern, number):
        facts = {"paper": _(ID_KINDS[kind]), "words": words}
        raise _wrong(_("%(paper)s号码应为%(words)s。请对照证件核对，或者改选证件类型。") % facts)
    return Paper(number)


def _read_resident(number: str, today: dt.date) -> Paper:
    """GB 11643-1999. The region need not be in today's list: districts are renamed, and their people still come."""
    if len(number) == 15 and number.isdigit():
        raise _wrong(
            _("这是15位的第一代身份证号码，已停用。请填写18位号码；查不到的，证件类型请选“其他证件”。")
        )
    if len(number) != 18:
        raise _wrong(_("身份证号码应为18位，现在是%(n)s位。请对照证件核对。") % {"n": len(number)})
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        raise _wrong(_("身份证号码前17位应为数字，最后一位为数字或X。"))
    if number[-1] != ric.calc_check_digit(number):
        raise _wrong(_("身份证号码的校验位不符，多半有一位抄错了。请对照证件逐位核对。"))
    if not PROVINCE.match(number):
        raise _wrong(_("身份证号码开头的地区代码不存在。请对照证件核对。"))
    try:
        born = ric.get_birth_date(number)
    except InvalidComponent:
        raise _wrong(_("身份证号码中的出生日期不存在。请对照证件核对。")) from None
    check_birth_date(born, today=today, field="id_number")
    sex = "male" if int(number[16]) % 2 else "female"
    return Paper(number, sex, born, number[:6], region_name(number))


def region_name(number: str) -> str:
    """`北京市东城区`, from the first six digits, as the place was called when the holder was born."""
    try:
        place = ric.get_birth_place(number)
    except (InvalidComponent, KeyError):  # KeyError: the province is in the list, the county is not
        found = numdb.get("cn/loc").info(number[:6])
        place = {key: value for _part, facts in found for key, value in facts.items()}
    province, county = place.get("province", ""), place.get("county", "")
    county = re.sub(r"\[[^\]]*\]", "", county).split(",")[-1]
    return province + county


def check_birth_date(born: dt.date, *, today: dt.date, field: str = "birth_date") -> None:
    if born > today:
        raise _wrong(_("出生日期%(day)s晚于今天，请核对。") % {"day": born.isoformat()}, field)
    if today.year - born.year > OLDEST:
        raise _wrong(
            _("出生日期%(day)s距今超过%(n)s年，请核对。") % {"day": born.isoformat(), "n": OLDEST}, field
        )


def read_phone(text: str) -> str:
    """The digits of a telephone; "" for none. Raises Refused(input, field phone)."""
    plain = re.sub(r"[\s\-()（）]+", "", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"^(\+|00)86", "", plain)
    if not plain:
        return ""
    if re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}", plain, re.ASCII):
        return plain
    if re.fullmatch(r"1\d*", plain, re.ASCII) and len(plain) != 11:
        raise _wrong(_("手机号码应为11位，现在是%(n)s位。") % {"n": len(plain)}, "phone")
    raise _wrong(_("电话号码不对：手机为11位、以1开头；固定电话请带区号。没有电话的请留空。"), "phone")


def check_one_name(kind: str, number: str, name: str) -> None:
    """A paper that is known under another name is read again before anything is written."""
    index = blind_index(number)
    if index is None:
        return
    known = Petitioner.objects.filter(id_kind=kind, id_index=index).values_list("name", flat=True).first()
    if known is not None and known != name:
        words = _(
            "该证件号码已登记在“%(name)s”名下。请核对姓名和号码；确系改名的，请大厅负责人更正后再登记。"
        )
        raise _wrong(words % {"name": known}, "name")


def _wrong(reason: str, field: str = "id_number") -> Refused:
    return Refused(reason, "input", field=field)
