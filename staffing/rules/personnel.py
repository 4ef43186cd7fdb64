"""Who may ask and agree that a posting ends early, hand over, keep files, make badges, set duties and promise."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from hall.models import User
from staffing.lifecycle import (
    COMMITMENT,
    DEPARTMENT_HEAD,
    HALL_MANAGER,
    HANDOVER,
    POSTING_END,
    ROLES,
)
from staffing.models import (
    Commitment,
    DutyStatement,
    Hall,
    HandoverNote,
    PeopleImport,
    Posting,
    PostingEnd,
)
from staffing.queries import holders
from staffing.rules.accounts import check_can_touch_account
from staffing.rules.posts import check_last_day, ends_early
from staffing.rules.who import check_can_keep_people, check_manages, manages

ARTICLE = "国信发〔2015〕12号（十二）"


# -- the early end of a posting ------------------------------------------------------------------------------------


def side_of(actor: Actor, posting: Posting) -> str:
    """Which side the actor speaks for: `hall`, `unit`, or "". Who is both speaks for the hall."""
    if posting.hall_id and actor.has(HALL_MANAGER, hall_id=posting.hall_id):
        return "hall"
    unit = posting.sending_unit
    return "unit" if unit and actor.has(DEPARTMENT_HEAD, department_id=unit.pk) else ""


def check_can_ask_posting_end(
    actor: Actor, posting: Posting, *, asked: PostingEnd | None = None, now: dt.datetime
) -> None:
    """One of the two sides, for a unit's person at a hall, with a reason. `asked` None asks about the button alone."""
    today = timezone.localdate(now)
    if not posting.is_stationed:
        raise Refused(_("这个岗位由大厅自己安排，直接结束即可。"), "state")
    side = side_of(actor, posting)
    if not side:
        raise Refused(_("只有大厅负责人或派出单位的负责人可以提出。"), "role")
    if actor.user_id == posting.user_id:
        raise Refused(_("不能办理自己的岗位，请由另一位负责人办理。"), "role")
    if posting.until_on and posting.until_on < today:
        raise Refused(_("该岗位已于%(on)s结束。") % {"on": posting.until_on}, "state")
    if not ends_early(posting, today):
        raise Refused(_("派驻期已满，由大厅直接结束，不用双方同意。"), "state")
    if any(one.status == "asked" for one in posting.ends.all()):
        raise Refused(_("已有一份请求在等对方答复。"), "state")
    if side == "hall" and not _heads(posting, today):
        raise Refused(_("派出单位没有其他在岗的负责人可以答复，请由系统管理员办理。"), "state")
    if asked is not None:
        _check_asked(posting, asked, today)


def _heads(posting: Posting, today: dt.date) -> bool:
    unit = posting.sending_unit
    found = holders(DEPARTMENT_HEAD, department_id=unit.pk if unit else 0, day=today)
    return found.exclude(pk=posting.user_id).exists()


def _check_asked(posting: Posting, asked: PostingEnd, today: dt.date) -> None:
    check_last_day(posting, asked.on, today=today)
    if not ends_early(posting, asked.on):
        raise Refused(_("这一天已满期，由大厅直接结束，不用双方同意。"), "input", field="on")
    if not asked.reason:
        raise Refused(_("请写明提前结束的原因。"), "input", field="reason", article=ARTICLE)
    if asked.successor and not asked.successor_from:
        raise Refused(_("请填写接替人员哪一天到岗。"), "input", field="successor_from")
    if asked.successor_from and not asked.successor:
        raise Refused(_("请填写接替人员的姓名。"), "input", field="successor")
    if asked.successor_from and asked.successor_from > asked.on:
        raise Refused(_("接替人员须在离岗之前到岗，一般提前一周。"), "input", field="successor_from")


def _check_answer(actor: Actor, asked: PostingEnd, verb: str) -> None:
    side = side_of(actor, asked.posting)
    if not side:
        raise Refused(_("只有大厅负责人或派出单位的负责人可以答复。"), "role")
    if actor.user_id == asked.posting.user_id:
        raise Refused(_("不能办理自己的岗位，请由另一位负责人办理。"), "role")
    if POSTING_END.move(verb, asked.status) is None:
        raise Refused(_("这份请求已经办结：%(state)s。") % {"state": _(asked.get_status_display())}, "state")
    if side == asked.side or actor.user_id == asked.asked_by_id:
        raise Refused(_("请求由本方提出，须由对方答复。"), "role")


def check_can_agree_posting_end(actor: Actor, asked: PostingEnd, *, now: dt.datetime) -> None:
    """The other side, while the day asked for can still be the last one."""
    _check_answer(actor, asked, "agree_posting_end")
    try:
        check_last_day(asked.posting, asked.on, today=timezone.localdate(now))
    except Refused:
        raise Refused(_("请求的日期已经过去，请对方撤回后另提。"), "state") from None


def check_can_refuse_posting_end(
    actor: Actor, asked: PostingEnd, *, note: str | None = None, now: dt.datetime
) -> None:
    _check_answer(actor, asked, "refuse_posting_end")
    if note is not None and not note.strip():
        raise Refused(_("请写明不同意的理由，对方会看到。"), "input", field="note")


def check_can_withdraw_posting_end(actor: Actor, asked: PostingEnd, *, now: dt.datetime) -> None:
    """The side that asked, until it is answered."""
    if side_of(actor, asked.posting) != asked.side:
        raise Refused(_("只有提出的一方可以撤回。"), "role")
    if POSTING_END.move("withdraw_posting_end", asked.status) is None:
        raise Refused(_("这份请求已经办结：%(state)s。") % {"state": _(asked.get_status_display())}, "state")


# -- handing over --------------------------------------------------------------------------------------------------


def check_can_write_handover(
    actor: Actor, posting: Posting, note: HandoverNote | None, to: User | None = None, *, now: dt.datetime
) -> None:
    """The person who holds or held the post, until the other has signed. `to` None asks about the button alone."""
    if actor.user_id != posting.user_id:
        raise Refused(_("交接单由移交人本人填写。"), "role")
    if note is not None and HANDOVER.move("write_handover", note.status) is None:
        raise Refused(_("双方已签字，不能再改。"), "state")
    if to is None:
        return
    if to.pk == posting.user_id or not to.is_active:
        raise Refused(_("接收人须是另一位在岗人员。"), "input", field="to")
    if note is None:
        return
    for name in ("papers", "keys", "accounts", "matters"):
        if not getattr(note, name):
            raise Refused(_("每一项都要写；没有的请写“无”。"), "input", field=name)


def check_can_accept_handover(actor: Actor, note: HandoverNote, *, now: dt.datetime) -> None:
    if actor.user_id != note.to_id:
        raise Refused(_("只有接收人本人可以签收。"), "role")
    if HANDOVER.move("accept_handover", note.status) is None:
        raise Refused(_("这份交接单已经签收。"), "state")


# -- files, badges, duties -----------------------------------------------------------------------------------------


def check_can_keep_personnel_file(actor: Actor, user: User, *, now: dt.datetime) -> None:
    check_can_touch_account(actor, user, now=now)


def check_can_issue_badge(actor: Actor, posting: Posting, *, now: dt.datetime) -> None:
    """For a post in a hall that is not over; the manager of that hall."""
    check_manages(actor, posting.hall_id)
    if posting.hall_id is None:
        raise Refused(_("只为大厅里的岗位制发工作证。"), "state")
    if posting.until_on and posting.until_on < timezone.localdate(now):
        raise Refused(_("该岗位已于%(on)s结束。") % {"on": posting.until_on}, "state")
    if not posting.user.is_active:
        raise Refused(_("账户已停用，不能制发工作证。"), "state")


def check_can_write_duty(
    actor: Actor, hall: Hall, duty: DutyStatement | None = None, *, now: dt.datetime
) -> None:
    """The hall's manager. What was in force stays readable: a new version begins today or later."""
    check_manages(actor, hall.pk)
    if duty is None:
        return
    if duty.role not in ROLES:
        raise Refused(_("没有这个角色。"), "input", field="role")
    if duty.posting and (duty.posting.hall_id != hall.pk or duty.posting.role != duty.role):
        raise Refused(_("这个岗位不在本厅。"), "input", field="role")
    if not duty.text:
        raise Refused(_("请填写岗位职责。"), "input", field="text")
    if duty.from_on < timezone.localdate(now):
        raise Refused(_("新的职责最早从今天起。"), "input", field="from_on")
    same = DutyStatement.objects.filter(
        hall=hall, role=duty.role, posting=duty.posting_id, from_on=duty.from_on
    )
    if same.exists():
        raise Refused(_("这一天已有一份职责，请换一天。"), "input", field="from_on")


# -- public commitments --------------------------------------------------------------------------------------------


def check_can_save_commitment(
    actor: Actor, hall: Hall, commitment: Commitment | None = None, *, now: dt.datetime
) -> None:
    """While it is a draft. What the public has read is withdrawn and written anew, not reworded."""
    check_manages(actor, hall.pk)
    if commitment is None:
        return
    if COMMITMENT.move("save_commitment", commitment.status) is None:
        raise Refused(_("已公布的承诺不能改写，请撤下后另写。"), "state")
    if not commitment.text:
        raise Refused(_("请填写承诺内容。"), "input", field="text")
    unit = commitment.department
    if unit and not hall.stations.filter(department=unit).exists():
        raise Refused(_("该单位没有进驻本厅。"), "input", field="department")


def _check_commitment(actor: Actor, commitment: Commitment, verb: str) -> None:
    check_manages(actor, commitment.hall_id)
    if COMMITMENT.move(verb, commitment.status) is None:
        reason = _("这条承诺的状态是：%(state)s。") % {"state": _(commitment.get_status_display())}
        raise Refused(reason, "state")


def check_can_publish_commitment(actor: Actor, commitment: Commitment, *, now: dt.datetime) -> None:
    _check_commitment(actor, commitment, "publish_commitment")


def check_can_withdraw_commitment(
    actor: Actor, commitment: Commitment, *, reason: str | None = None, now: dt.datetime
) -> None:
    """A promise made in public is taken back in public: with a reason that stays readable."""
    _check_commitment(actor, commitment, "withdraw_commitment")
    if reason is not None and commitment.status == "published" and not reason.strip():
        raise Refused(_("撤下已公布的承诺须写明原因，原因一并公布。"), "input", field="reason")


# -- the personnel list --------------------------------------------------------------------------------------------


def check_can_read_people_list(actor: Actor, hall: Hall, *, now: dt.datetime) -> None:
    check_can_keep_people(actor)
    if not manages(actor, hall.pk):
        raise Refused(_("只有本厅的大厅负责人或系统管理员可以办理。"), "role")


def check_can_import_people(actor: Actor, people: PeopleImport, *, now: dt.datetime) -> None:
    """Whoever looked at the list confirms it, the same day."""
    check_can_read_people_list(actor, people.hall, now=now)
    if actor.user_id != people.by_id:
        raise Refused(_("请由上传名单的人确认。"), "role")
    if people.expires_at <= now:
        raise Refused(_("这份名单保留的时间已过，请重新上传。"), "state")
