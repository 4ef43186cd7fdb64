"""Who writes, approves, receives and answers a criticism notice or advice, and what its words must be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.lifecycle import (
    ADOPTED,
    ADOPTION_STEPS,
    ADVICE,
    ADVICE_ARTICLE,
    ADVICE_KINDS,
    CRITICISM,
    REPLY_LEAST,
    REPLY_MOST,
)
from accountability.models import Advice, CriticismNotice, CriticismUnit, Finding
from accountability.queries.sanction_ground import respondents_in, units_about, units_of
from accountability.queries.sanctions import (
    days_held,
    is_against_unit,
    known_persons,
    may_ask_until,
    usable_findings,
)
from cases.models import Case
from cases.queries.masking import findings as personal
from cases.queries.words import say_day
from cases.rules.common import check_said
from cases.rules.results import FOUND
from hall.access import Actor, Refused
from hall.lifecycle import Lifecycle
from hall.models import statutory_calendar
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, ROLES, SUPERVISOR
from staffing.models import Department

ARTICLE = "《信访工作条例》第四十条"
OFFICE = (SUPERVISOR, HALL_MANAGER)
UNIT = (DEPARTMENT_HEAD, LIAISON)
READERS = (*OFFICE, LEADER, *UNIT)
MOST_FINDINGS = 60
TITLE_MOST, TEXT_MOST = 80, 8000
LATEST_ANSWER = 90
"""Days ahead at which the answer to a criticism notice may be asked for at the latest."""


# -- who ------------------------------------------------------------------------------------------------------------


def _who(*roles: str) -> str:
    return _("这一步由%(who)s办理。") % {"who": _("、").join(_(ROLES[role]) for role in roles)}


def check_sees_sanctions(actor: Actor) -> None:
    """The lists: the hall's office and leaders, and the units."""
    if actor.kind != "system" and not actor.has(*READERS):
        raise Refused(_("您的岗位没有通报和建议。"), "role")


def check_can_export_criticisms(actor: Actor, *, now: dt.datetime) -> None:
    check_sees_sanctions(actor)


def check_can_export_advices(actor: Actor, *, now: dt.datetime) -> None:
    check_sees_sanctions(actor)


def _check_drafts(actor: Actor, hall_id: int | None) -> None:
    """A person drafts, never the system: nothing here follows by itself."""
    if actor.kind != "person" or not actor.has(*OFFICE, hall_id=hall_id):
        raise Refused(_who(*OFFICE), "role", article=ARTICLE)


def check_apart(actor: Actor, departments: Collection[int | None], *, now: dt.datetime) -> None:
    """Nobody acts for the hall on what is about a unit of their own (《信访工作条例》第二十八条)."""
    if actor.kind == "person" and units_of(actor, timezone.localdate(now)) & set(departments):
        raise Refused(
            _("您在其中的单位任职或者由该单位派出，应当由其他人员办理。"), "role",
            article="《信访工作条例》第二十八条",
        )  # fmt: skip


def _check_seen(actor: Actor, row: CriticismNotice | Advice) -> None:
    if actor.kind != "system" and not type(row).objects.visible_to(actor).filter(pk=row.pk).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")


def check_move(table: Lifecycle, row: CriticismNotice | Advice, verb: str) -> None:
    if table.move(verb, row.status) is None:
        state = _(table.state(row.status).label)
        raise Refused(_("当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def check_office(
    actor: Actor, table: Lifecycle, row: CriticismNotice | Advice, verb: str, now: dt.datetime
) -> None:
    _check_seen(actor, row)
    _check_drafts(actor, row.hall_id)
    check_apart(actor, units_about(row), now=now)
    check_move(table, row, verb)


def _check_author(
    actor: Actor, table: Lifecycle, row: CriticismNotice | Advice, verb: str, now: dt.datetime
) -> None:
    """Its words are its author's alone, so that who approves has not written one of them."""
    _check_seen(actor, row)
    _check_drafts(actor, row.hall_id)
    if actor.user_id != row.drafted_by_id:
        raise Refused(_("只有起草人可以修改；不同意的，请审批人退回并写明意见。"), "role")
    check_apart(actor, units_about(row), now=now)
    check_move(table, row, verb)


def check_leader(actor: Actor, row: CriticismNotice | Advice, now: dt.datetime) -> None:
    """A leader of the hall, who is not of a unit that it is about."""
    _check_seen(actor, row)
    if actor.kind != "person" or not actor.has(LEADER, hall_id=row.hall_id):
        raise Refused(_who(LEADER), "role", article=ARTICLE)
    check_apart(actor, units_about(row), now=now)


def _check_approver(
    actor: Actor, table: Lifecycle, row: CriticismNotice | Advice, verb: str, now: dt.datetime
) -> None:
    """A leader of the hall, who is not the author: four eyes."""
    check_leader(actor, row, now)
    if actor.user_id == row.drafted_by_id:
        raise Refused(_("不能审批自己起草的内容，请另一位领导审批。"), "role", article=ARTICLE)
    check_move(table, row, verb)


# -- criticism notices ---------------------------------------------------------------------------------------------


def check_can_draft_criticism(actor: Actor, hall_id: int | None = None, *, now: dt.datetime) -> None:
    """The hall's supervisor or manager."""
    _check_drafts(actor, hall_id)


def check_can_edit_criticism(actor: Actor, notice: CriticismNotice, *, now: dt.datetime) -> None:
    _check_author(actor, CRITICISM, notice, "edit_criticism", now)


def check_can_return_criticism(actor: Actor, notice: CriticismNotice, *, now: dt.datetime) -> None:
    _check_approver(actor, CRITICISM, notice, "return_criticism", now)


def check_can_approve_criticism(actor: Actor, notice: CriticismNotice, *, now: dt.datetime) -> None:
    _check_approver(actor, CRITICISM, notice, "approve_criticism", now)


def check_can_withdraw_criticism(actor: Actor, notice: CriticismNotice, *, now: dt.datetime) -> None:
    check_office(actor, CRITICISM, notice, "withdraw_criticism", now)


def check_can_close_criticism(actor: Actor, notice: CriticismNotice, *, now: dt.datetime) -> None:
    """Once every unit has answered, or the day for it has passed."""
    check_office(actor, CRITICISM, notice, "close_criticism", now)
    silent = [
        one.department.label for one in notice.units.select_related("department") if one.status != "answered"
    ]
    if silent and timezone.localdate(now) <= (notice.due_on or notice.answer_by_on):
        said = _("反馈期限还没有到，这些单位还没有反馈：%(units)s。")
        raise Refused(said % {"units": _("、").join(silent)}, "state")


def own_unit(actor: Actor, notice: CriticismNotice) -> CriticismUnit | None:
    """The unit of this person among those of the notice."""
    mine = actor.departments(*UNIT)
    return next((one for one in notice.units.select_related("department") if one.department_id in mine), None)


def _check_unit(actor: Actor, notice: CriticismNotice, verb: str) -> CriticismUnit:
    _check_seen(actor, notice)
    unit = own_unit(actor, notice)
    if unit is None:
        raise Refused(_("由被通报的单位办理。"), "role")
    check_move(CRITICISM, notice, verb)
    return unit


def check_can_acknowledge_criticism(
    actor: Actor, notice: CriticismNotice, *, now: dt.datetime
) -> CriticismUnit:
    """By the unit, once. Returns which of the notice's units acts."""
    unit = _check_unit(actor, notice, "acknowledge_criticism")
    if unit.status != "served":
        raise Refused(_("本单位已经签收。"), "state")
    return unit


def check_can_answer_criticism(actor: Actor, notice: CriticismNotice, *, now: dt.datetime) -> CriticismUnit:
    """By the unit, until it is closed; later than asked is marked as late, never turned away."""
    return _check_unit(actor, notice, "answer_criticism")


# -- advice --------------------------------------------------------------------------------------------------------


def check_can_draft_advice(actor: Actor, hall_id: int | None = None, *, now: dt.datetime) -> None:
    _check_drafts(actor, hall_id)


def check_can_edit_advice(actor: Actor, advice: Advice, *, now: dt.datetime) -> None:
    _check_author(actor, ADVICE, advice, "edit_advice", now)


def check_can_return_advice(actor: Actor, advice: Advice, *, now: dt.datetime) -> None:
    _check_approver(actor, ADVICE, advice, "return_advice", now)


def check_can_approve_advice(actor: Actor, advice: Advice, *, now: dt.datetime) -> None:
    _check_approver(actor, ADVICE, advice, "approve_advice", now)


def check_can_withdraw_advice(actor: Actor, advice: Advice, *, now: dt.datetime) -> None:
    check_office(actor, ADVICE, advice, "withdraw_advice", now)


def check_can_serve_advice(actor: Actor, advice: Advice, *, now: dt.datetime) -> None:
    """Delivery to a body outside; a unit of the house has it the moment it is approved."""
    check_office(actor, ADVICE, advice, "serve_advice", now)


def check_can_reply_advice(actor: Actor, advice: Advice, *, now: dt.datetime) -> None:
    """By the unit that got it; for a body outside, the hall's office writes down what it answered."""
    _check_receiver(actor, advice, "reply_advice", now)
    if advice.outcome in ("done", "given_up"):
        raise Refused(_("落实情况已经有结果，答复不再改变。"), "state")


def check_can_record_adoption(actor: Actor, advice: Advice, *, now: dt.datetime) -> None:
    """What was done of it, by whoever replies; until it is done or given up."""
    _check_receiver(actor, advice, "record_adoption", now)
    if advice.adopted == "declined":
        raise Refused(_("对方没有采纳，没有落实情况可记。"), "state")
    if advice.outcome in ("done", "given_up"):
        raise Refused(_("落实情况已经有结果。"), "state")


def _check_receiver(actor: Actor, advice: Advice, verb: str, now: dt.datetime) -> None:
    _check_seen(actor, advice)
    if actor.kind != "system":
        if advice.department_id and not actor.has(*UNIT, department_id=advice.department_id):
            raise Refused(_("由收到建议的单位办理。"), "role")
        if not advice.department_id:
            if not actor.has(*OFFICE, hall_id=advice.hall_id):
                raise Refused(_who(*OFFICE), "role")
            check_apart(actor, units_about(advice), now=now)
    check_move(ADVICE, advice, verb)


def check_can_close_advice(actor: Actor, advice: Advice, *, now: dt.datetime) -> None:
    """Not adopted with reasons; or adopted, and what came of it is known."""
    check_office(actor, ADVICE, advice, "close_advice", now)
    if advice.adopted != "declined" and advice.outcome not in ("done", "given_up"):
        raise Refused(_("已经采纳，还没有落实的结果：请先记录已经落实或者不再落实。"), "state")


def check_can_remind_criticism(actor: Actor, *, now: dt.datetime) -> None:
    check_can_remind_advice(actor, now=now)


def check_can_remind_advice(actor: Actor, *, now: dt.datetime) -> None:
    """The worker alone reminds."""
    if actor.kind != "system":
        raise Refused(_("由系统按期提醒。"), "role")


def check_can_redate_advice(actor: Actor, *, now: dt.datetime) -> None:
    """The worker alone follows the calendar."""
    if actor.kind != "system":
        raise Refused(_("由系统按日历重新计算。"), "role")


def check_can_redate_criticism(actor: Actor, *, now: dt.datetime) -> None:
    check_can_redate_advice(actor, now=now)


# -- what it rests on, what it says ----------------------------------------------------------------------------------


def check_findings(
    actor: Actor,
    rows: Sequence[Finding],
    hall_id: int | None = None,
    *,
    are_needed: bool,
    not_before_review: dt.date | None = None,
) -> None:
    """Decided, of one hall, and none of a case from which this person is kept out; with the day of today in
    `not_before_review`, none of which the unit may still ask for a review. Raises Refused(input).
    """
    if not rows and are_needed:
        raise Refused(_("请至少选择一项认定。"), "input", field="findings")
    if len(rows) > MOST_FINDINGS:
        raise Refused(_("一次最多%(n)s项。") % {"n": MOST_FINDINGS}, "input", field="findings")
    if len({one.hall_id for one in rows} | ({hall_id} if hall_id else set())) > 1:
        raise Refused(_("这些认定不属于同一个大厅。"), "input", field="findings")
    if not all(is_against_unit(one) for one in rows):
        raise Refused(
            _("只能依据已经认定的结果：待说明、不予认定、正在复核的，不能写入。"),
            "input",
            field="findings",
            article=ARTICLE,
        )
    seen = usable_findings(actor).filter(pk__in=[one.pk for one in rows]).count()
    if seen != len(rows):
        raise Refused(_("其中有没有找到的认定。"), "input", field="findings")
    if not_before_review:
        check_review_is_over(rows, not_before_review)


def check_review_is_over(rows: Sequence[Finding], today: dt.date, kind: str = "input") -> None:
    """Nothing public, and nobody's liability, before the unit's time to ask for a review is over."""
    days = [day for one in rows if (day := may_ask_until(one, today))]
    if days:
        words = _("责任单位在%(day)s前（含当日）还可以申请复核，期满以后才能写入。") % {
            "day": say_day(max(days))
        }
        raise Refused(words, kind, field="findings" if kind == "input" else "", article=ARTICLE)


def check_unchanged(
    actor: Actor,
    links: Collection[tuple[Finding, str, int]],
    row: CriticismNotice | Advice,
    *,
    not_before_review: dt.date | None = None,
) -> None:
    """What is approved says what is decided now: a finding that a review changed since must be written anew."""
    if not_before_review:
        check_review_is_over([one for one, _status, _days in links], not_before_review, "state")
    for finding, status, days in links:
        if not is_against_unit(finding) or (finding.status, days_held(finding)) != (status, days):
            raise Refused(
                _("起草以后，其中的认定有了变化。请退回起草人撤回，按现在的认定重新起草。"),
                "state",
                article=ARTICLE,
            )
    cases = {finding.case_id for finding, _status, _days in links}
    if actor.kind != "system" and Case.objects.visible_to(actor).filter(pk__in=cases).count() != len(cases):
        raise Refused(
            _("您应当回避其中的事项，请另一位领导审批。"), "role", article="《信访工作条例》第二十八条"
        )


def check_nothing_personal(
    words: str, case_ids: Collection[int], *, field: str, liable: bool = False
) -> None:
    """No personal data of petitioners; of persons complained of only where the advice is about their liability."""
    found = personal(words, known_persons(case_ids, with_respondents=not liable))
    lines = [
        _("%(what)s：“%(it)s”") % {"what": FOUND[one.kind], "it": one.excerpt(words).strip()} for one in found
    ]
    if lines:
        said = _("还有像个人信息的内容，请改写：%(list)s")
        raise Refused(said % {"list": _("；").join(dict.fromkeys(lines))}, "input", field=field)


def check_nothing_personal_in(words: str, case_ids: Collection[int], *, liable: bool = False) -> None:
    """Asked once more when it is approved. Raises Refused(state)."""
    try:
        check_nothing_personal(words, case_ids, field="", liable=liable)
    except Refused as refused:
        raise Refused(refused.reason, "state") from None


def check_reason(words: str) -> str:
    return check_said(words, "reason")[:500]


def check_proof(words: str) -> str:
    return check_said(words, "proof", _("请写明签收人、邮件编号或者回执编号，至少%(n)s个字。"))[:300]


def check_article(words: str) -> str:
    return check_said(words, "article", _("请写明依据的条款，至少%(n)s个字。"))[:200]


def check_text(
    words: str, field: str, case_ids: Collection[int], *, least: int = 4, liable: bool = False
) -> str:
    """Without margins, long enough, not too long, and nothing personal in it."""
    said = check_said(words, field, _("请写明，至少%(n)s个字。"), least=least)
    most = TITLE_MOST if field in ("title", "body") else TEXT_MOST
    if len(said) > most:
        raise Refused(_("最长%(n)s个字。") % {"n": most}, "input", field=field)
    check_nothing_personal(said, case_ids, field=field, liable=liable)
    return said


def check_answer_day(day: dt.date | None, *, now: dt.datetime) -> dt.date:
    """A working day ahead, at most three months away. Raises Refused(input)."""
    today = timezone.localdate(now)
    if day is None or not today < day <= today + dt.timedelta(days=LATEST_ANSWER):
        said = _("反馈期限应在明天至%(n)s日之内。")
        raise Refused(said % {"n": LATEST_ANSWER}, "input", field="answer_by_on")
    if statutory_calendar().next_workday(day) != day:
        raise Refused(_("反馈期限不是工作日，请改为工作日。"), "input", field="answer_by_on")
    return day


def check_covered_period(from_on: dt.date | None, until_on: dt.date | None) -> None:
    if bool(from_on) != bool(until_on) or (from_on and until_on and from_on > until_on):
        raise Refused(_("期间的两个日期都要填写，起日不能晚于止日。"), "input", field="until_on")


def check_receiver(kind: str, department: Department | None, body: str) -> None:
    """改进工作 to a unit; 完善政策 to a named body; 追究责任 to whoever has authority, a unit or a body."""
    if kind not in ADVICE_KINDS:
        raise Refused(_("请选择建议的种类。"), "input", field="kind")
    if department is not None and body:
        raise Refused(_("主送单位和主送机关只填一个。"), "input", field="body")
    if kind == "improve" and department is None:
        raise Refused(
            _("改进工作的建议向单位提出，请选择单位。"), "input", field="department", article=ADVICE_ARTICLE
        )
    if kind == "policy" and not body:
        said = _("完善政策的建议向党委、政府提出，请写明机关名称。")
        raise Refused(said, "input", field="body", article=ADVICE_ARTICLE)
    if department is None and len(body) < 4:
        raise Refused(_("请选择单位，或者写明机关的全称。"), "input", field="body")
    if department is not None and not department.is_active:
        raise Refused(_("这个单位已经停用。"), "input", field="department")


def check_liable_receiver(
    kind: str,
    department: Department | None,
    case_ids: Collection[int],
    *,
    now: dt.datetime,
    wrong: str = "input",
) -> None:
    """追究责任 is not asked of a unit that is complained of, nor of one where whoever is complained of has a post."""
    if kind != "liability" or department is None:
        return
    if respondents_in(case_ids, department, timezone.localdate(now)):
        raise Refused(
            _(
                "这个单位或者在该单位任职的人员是被反映的对象，追究责任的建议不能主送该单位，请选择有权处理的其他机关、单位。"
            ),
            wrong,
            field="department",
            article="《信访工作条例》第三十条",
        )


def check_reply_days(days: int) -> None:
    if not REPLY_LEAST <= days <= REPLY_MOST:
        said = _("答复期限为%(least)s日至%(most)s日。")
        raise Refused(said % {"least": REPLY_LEAST, "most": REPLY_MOST}, "input", field="reply_days")


def check_consequence(kind: str, words: str) -> None:
    """追究责任 only where there was a serious consequence, and it is stated."""
    if kind == "liability" and len(words.strip()) < 10:
        raise Refused(
            _("追究责任的建议只在造成严重后果时提出，请写明后果，至少10个字。"), "input",
            field="consequence", article=ARTICLE,
        )  # fmt: skip
    if kind != "liability" and words.strip():
        raise Refused(_("只有追究责任的建议写严重后果。"), "input", field="consequence")


def check_adopted(adopted: str) -> None:
    if adopted not in ADOPTED:
        raise Refused(_("请选择采纳情况。"), "input", field="adopted")


def check_adoption(kind: str) -> None:
    if kind not in ADOPTION_STEPS:
        raise Refused(_("请选择落实情况。"), "input", field="kind")


def check_day_between(day: dt.date | None, first: dt.date, *, now: dt.datetime, field: str) -> dt.date:
    """Not before `first`, not after today."""
    if day is None or not first <= day <= timezone.localdate(now):
        raise Refused(
            _("日期不能早于%(first)s，也不能晚于今天。") % {"first": f"{first:%Y-%m-%d}"},
            "input",
            field=field,
        )
    return day


def check_revision(row: CriticismNotice | Advice, revision: int) -> None:
    """What somebody decides on is what they have read."""
    if row.revision != revision:
        raise Refused(_("您打开以后，内容已经被修改。请重新打开，读过再办理。"), "state")
