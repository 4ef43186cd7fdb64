"""What may be registered, by whom, and what a number, a telephone or a group must be.

Every refusal names its field and says the way out. Registering itself is never refused for what a person brings
or who they are (《信访工作条例》第二十一条、第四十四条): without papers, telephone or name it goes on.
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

from cases.lifecycle import CHANNELS, ID_KINDS
from cases.models import Petitioner
from cases.rules import MAX_REPRESENTATIVES, REGISTER_ROLES
from hall.access import Actor, Refused
from hall.fields import blind_index
from intake.models import Draft, Visit
from staffing.lifecycle import GUIDE
from staffing.models import Hall

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


def check_representatives(count: int) -> None:
    """A group sends at most five (《信访工作条例》第二十条)."""
    if count > MAX_REPRESENTATIVES:
        raise Refused(
            _("代表最多5人，这已是第%(n)s位。请把这一位改登记为随访人，其诉求由代表一并提出。")
            % {"n": count},
            "input",
            field="role",
            article="《信访工作条例》第二十条",
        )


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


# -- who may -----------------------------------------------------------------------------------------------------


def check_can_register_visit(actor: Actor, hall_id: int, visit: Visit | None, *, channel: str) -> None:
    """The hall's clerks and its manager; a visit must be one to this hall."""
    _check_registers(actor, hall_id)
    if visit is not None and visit.hall_id != hall_id:
        raise Refused(_("该来访不在本大厅。"), "unseen")
    if visit is not None and channel != "visit":
        facts = {"channel": _(CHANNELS.get(channel, channel))}
        raise Refused(_("这位来访人已取号，不能按“%(channel)s”登记。") % facts, "input", field="channel")


def _check_registers(actor: Actor, hall_id: int) -> None:
    if actor.kind != "system" and not actor.has(*REGISTER_ROLES, hall_id=hall_id):
        raise Refused(_("登记由本大厅的登记员或大厅负责人办理。"), "role")


def check_can_save_draft(
    actor: Actor, hall: Hall, draft: Draft | None, *, revision: int, registered: bool
) -> None:
    """One's own draft, and only on top of what was read: two tabs never overwrite each other in silence."""
    _check_registers(actor, hall.pk)
    if registered:
        raise Refused(_("这份登记已经提交，草稿不再保存。"), "state")
    if draft is None:
        return
    if draft.user_id != actor.user_id:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    if draft.revision != revision:
        raise Refused(
            _(
                "这份草稿在另一个窗口有更新的内容，本页的修改没有覆盖它。请复制本页新填的内容，再从草稿列表重新打开。"
            ),
            "state",
        )


def check_can_discard_draft(actor: Actor, draft: Draft) -> None:
    if draft.user_id != actor.user_id:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")


def check_can_look_up_history(actor: Actor, hall: Hall) -> None:
    """For registering alone: whoever registers looks whether the matter is known, across halls, on record."""
    _check_registers(actor, hall.pk)


def check_can_import_matter(actor: Actor, hall: Hall) -> None:
    """A clerk's own doing, or the command's; a hall that has closed takes no more."""
    _check_registers(actor, hall.pk)
    if not hall.is_open:
        raise Refused(_("该大厅已停用。"), "state")


def check_can_print_receipt(actor: Actor, hall_id: int) -> None:
    """The receipt shows the query code: it is for those who hand it out, not for whoever handles the case."""
    if not actor.has(*REGISTER_ROLES, GUIDE, hall_id=hall_id):
        raise Refused(_("登记凭证由登记的大厅打印。"), "role")
