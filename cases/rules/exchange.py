"""Exchange with the national system: who takes matters out, who brings them in, and one number for one matter."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

from cases.models import Case, NationalExport, NationalImport
from cases.queries.exchange import EXCHANGE_ROLES, MOST_EXPORTED, READERS, is_taken
from cases.queries.standing import standing
from cases.rules.common import check_interest
from cases.rules.gate import MIN_REVEAL_REASON, REVEAL_HALL_ROLES
from hall.access import Actor, Refused
from staffing.models import Hall

NUMBER_LENGTH = 38


def check_sees_exchange(actor: Actor) -> None:
    """The list of what is still to be entered: the hall's clerks, its manager, its supervisor."""
    if not actor.has(*READERS):
        raise Refused(_("与国家系统的交换由大厅的登记员、大厅负责人和督查员使用。"), "role")


def check_can_note_national_number(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The hall that registered it says under which number it stands in the national system, at any time."""
    if actor.kind == "system":
        return
    check_interest(actor, standing(case))
    if not actor.has(*EXCHANGE_ROLES, hall_id=case.hall_id):
        raise Refused(_("国家系统编号由登记大厅的登记员或大厅负责人填写。"), "role")


def check_national_number(case: Case, number: str) -> None:
    """Raises Refused(input, field number)."""
    if not number:
        raise Refused(_("请填写国家信访信息系统给出的编号。"), "input", field="number")
    if len(number) > NUMBER_LENGTH or not re.fullmatch(r"[\w\-()（）〔〕\[\]/.]+", number):
        words = _("编号不超过%(n)s个字符，只有字母、数字和短横线，中间没有空格。")
        raise Refused(words % {"n": NUMBER_LENGTH}, "input", field="number")
    if is_taken(case.hall_id, number, but=case.pk):
        raise taken_number("number")


def taken_number(field: str) -> Refused:
    """Which matter has it is not told: it may be one that the reader is kept out of."""
    return Refused(
        _("这个国家系统编号已经登记在本地的另一件事项上。请核对编号；可以用编号在“查找事项”里查找那一件。"),
        "input",
        field=field,
    )


def check_can_read_national_file(actor: Actor, hall: Hall, *, now: dt.datetime) -> None:
    """Who registers at the counter registers from a file; a closed hall takes nothing more."""
    if not actor.has(*EXCHANGE_ROLES, hall_id=hall.pk):
        raise Refused(_("导入由本大厅的登记员或大厅负责人办理。"), "role")
    if not hall.is_open:
        raise Refused(_("该大厅已停用。"), "state")


def check_can_map_national_file(actor: Actor, file: NationalImport, *, now: dt.datetime) -> None:
    """One's own file, until it is confirmed."""
    _check_own(actor, file)
    if file.status != "read":
        raise Refused(_("这份文件已经确认，不能再改列的对应。"), "state")


def check_can_import_national_file(actor: Actor, file: NationalImport, *, now: dt.datetime) -> None:
    """One's own file, looked at, with something in it to register. Confirmed again it changes nothing."""
    _check_own(actor, file)
    if file.expires_at <= now:
        raise Refused(_("这份文件已过保留期，请重新上传。"), "state")
    if file.status == "read" and not file.rows.filter(result="ready").exists():
        raise Refused(_("没有可以登记的行。请按提示改好后重新上传。"), "state")


def _check_own(actor: Actor, file: NationalImport) -> None:
    if actor.user_id != file.by_id:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    check_can_read_national_file(actor, file.hall, now=file.uploaded_at)


def check_can_ask_national_export(
    actor: Actor, hall_id: int, *, is_opened: bool, reason: str, now: dt.datetime
) -> None:
    """Masked for the hall's clerks, manager and supervisor; opened for a reason that each person's file keeps
    (《个人信息保护法》第六条、第五十一条)."""
    if not actor.has(*READERS, hall_id=hall_id):
        raise Refused(_("与国家系统的交换由大厅的登记员、大厅负责人和督查员使用。"), "role")
    if is_opened and not actor.has(*REVEAL_HALL_ROLES, hall_id=hall_id):
        raise Refused(_("您的岗位只能导出遮盖后的内容。"), "role")
    if is_opened and len(reason.strip()) < MIN_REVEAL_REASON:
        words = _(
            "导出完整的证件号码、电话和住址，请写明用途，至少%(n)s个字；用途会记入每位信访人的查阅记录。"
        )
        raise Refused(words % {"n": MIN_REVEAL_REASON}, "input", field="reason")


def check_export_size(count: int) -> None:
    """Raises Refused(input) when there is nothing to take out, or more than one file takes."""
    if not count:
        raise Refused(_("没有符合条件的事项，没有生成文件。请换一个期间。"), "input", field="first")
    if count > MOST_EXPORTED:
        words = _("一份文件最多%(n)s件。请缩短期间，分几次导出。")
        raise Refused(words % {"n": MOST_EXPORTED}, "input", field="first")


def check_can_take_national_export(actor: Actor, export: NationalExport, *, now: dt.datetime) -> None:
    """One's own file, while it is kept and the post is held."""
    if actor.user_id != export.by_id or not actor.has(*READERS, hall_id=export.hall_id):
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    if export.expires_at <= now or export.status == "stopped":
        raise Refused(_("这份文件已过保留期，请重新导出。"), "state")
    if export.status != "done":
        raise Refused(_("文件正在生成，请稍候。"), "state")
