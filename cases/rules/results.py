"""What may be told to the public: with consent, without personal data, by two hands (国信发〔2015〕12号（三）)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle import CASE, PUBLISHABLE, RESULT_NOTICE
from cases.models import Case, FieldVisit, ResultNotice, Sponsorship
from cases.queries.masking import ADDRESS, CONTACT, NAME, NUMBER
from cases.queries.publication import has_minor, still_personal
from cases.queries.standing import standing
from cases.rules.common import check_interest, check_move, check_said, who_may
from cases.rules.field import ARTICLE
from cases.rules.handling import working_units
from hall.access import Actor, Refused, Text
from staffing.lifecycle import CLERK, DEPARTMENT_ROLES, HALL_MANAGER, LEADER

FOUND: dict[str, Text] = {
    NAME: lazy("姓名或者单位名称"),
    NUMBER: lazy("像电话、证件或者账号的数字"),
    ADDRESS: lazy("门牌、楼栋或者住址"),
    CONTACT: lazy("邮箱、车牌或者网络账号"),
}
TITLE_MOST, TEXT_MOST = 120, 8000
MIN_TEXT = 20


def check_can_record_consent(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """What the petitioner says to publication may be recorded at any time, and taken back at any time."""
    check_move(actor, case, "record_consent", units=working_units(case))
    if case.is_anonymous:
        raise Refused(_("匿名的信访事项没有人可以表示同意，不公开。"), "state")


def _never(case: Case) -> Text:
    """Why nothing of this case is ever published; "" when it may be."""
    if "accusation" in (case.statutory_class, case.purpose):
        return _("检举控告类事项不公开。")
    if case.is_confidential:
        return _("保密的事项不公开。")
    return ""


def check_publishable(cases: Collection[Case], *, now: dt.datetime) -> None:
    """Every case: no accusation, no secret, no minor, and the petitioner agreed. Raises Refused(state)."""
    for case in cases:
        if why := _never(case):
            raise Refused(f"{case.number}：{why}", "state", article=ARTICLE)
        if not case.public_consent:
            said = _("%(number)s：信访人没有同意公开。取得同意的，请先在该事项中记录。")
            raise Refused(said % {"number": case.number}, "state", article=ARTICLE)
    if has_minor([case.pk for case in cases], today=timezone.localdate(now)):
        raise Refused(_("涉及未成年人的事项不公开。"), "state", article=ARTICLE)


def check_can_draft_result(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The hall's people and the unit that handles the matter write; each case of a notice is asked."""
    if actor.kind != "system":
        check_interest(actor, standing(case))
        if not (
            actor.has(HALL_MANAGER, LEADER, CLERK, hall_id=case.hall_id)
            or any(actor.has(*DEPARTMENT_ROLES, department_id=unit) for unit in working_units(case))
        ):
            raise Refused(who_may((CLERK, LEADER, HALL_MANAGER), DEPARTMENT_ROLES), "role")
    check_publishable([case], now=now)


def check_source(cases: Collection[Case], visit: FieldVisit | None, sponsorship: Sponsorship | None) -> None:
    """There is a result to tell, and of something."""
    if not cases:
        raise Refused(_("请填写至少一个事项编号。"), "input", field="case_id")
    if visit is not None and visit.status != "concluded":
        raise Refused(_("这次下访还没有结果，不能公开。"), "state")
    if sponsorship is not None and sponsorship.status != "ended":
        raise Refused(_("包案还没有结束，不能公开。"), "state")
    if visit is None and sponsorship is None and any(case.status not in PUBLISHABLE for case in cases):
        labels = _("、").join(_(CASE.state(code).label) for code in PUBLISHABLE)
        raise Refused(_("事项办结后才能公开结果（%(states)s）。") % {"states": labels}, "state")


def personal_data(text: str, case_ids: Collection[int]) -> list[str]:
    """What still has to go, in words, each once."""
    found = still_personal(text, case_ids)
    lines = [
        _("%(what)s：“%(it)s”") % {"what": FOUND[one.kind], "it": one.excerpt(text).strip()} for one in found
    ]
    return list(dict.fromkeys(lines))


def check_words(title: str, text: str, case_ids: Collection[int]) -> tuple[str, str]:
    """Title and text without margins, in which nothing looks like personal data. Raises Refused(input)."""
    title = check_said(title, "title", _("请写标题，至少%(n)s个字。"))
    text = check_said(text, "text", _("请写明内容，至少%(n)s个字。"), least=MIN_TEXT)
    if len(title) > TITLE_MOST:
        raise Refused(_("标题最长%(n)s个字。") % {"n": TITLE_MOST}, "input", field="title")
    if len(text) > TEXT_MOST:
        raise Refused(_("内容最长%(n)s个字。") % {"n": TEXT_MOST}, "input", field="text")
    for field, words in (("title", title), ("text", text)):
        check_nothing_personal(words, case_ids, field=field)
    return title, text


def check_nothing_personal(words: str, case_ids: Collection[int], *, field: str) -> None:
    if lines := personal_data(words, case_ids):
        said = _("还有像个人信息的内容，请改写：%(list)s")
        raise Refused(said % {"list": _("；").join(lines)}, "input", field=field)


def _check_notice(actor: Actor, notice: ResultNotice, verb: str) -> None:
    if actor.kind != "system" and not ResultNotice.objects.visible_to(actor).filter(pk=notice.pk).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    if verb in ("return_result", "approve_result", "withdraw_result") and not (
        actor.kind == "system" or actor.has(HALL_MANAGER, LEADER, hall_id=notice.hall_id)
    ):
        raise Refused(who_may((HALL_MANAGER, LEADER), ()), "role")
    if RESULT_NOTICE.move(verb, notice.status) is None:
        state = _(RESULT_NOTICE.state(notice.status).label)
        raise Refused(_("这份公开当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def check_can_edit_result(actor: Actor, notice: ResultNotice, *, now: dt.datetime) -> None:
    """By its author alone: who approves has not written a word of it."""
    if actor.kind != "system" and actor.user_id != notice.drafted_by_id:
        _check_notice(actor, notice, "edit_result")
        raise Refused(_("只有起草人可以修改；不同意的，请退回并写明意见。"), "role")
    _check_notice(actor, notice, "edit_result")


def check_can_return_result(actor: Actor, notice: ResultNotice, *, now: dt.datetime) -> None:
    _check_notice(actor, notice, "return_result")
    if actor.user_id == notice.drafted_by_id:
        raise Refused(_("自己起草的，请直接修改。"), "role")


def check_can_approve_result(actor: Actor, notice: ResultNotice, *, now: dt.datetime) -> None:
    """Another hand than the one that wrote; what was agreed and what is secret is asked again at that moment."""
    _check_notice(actor, notice, "approve_result")
    if actor.user_id == notice.drafted_by_id:
        raise Refused(_("不能审批自己起草的内容，请另一位负责人或者领导审批。"), "role")
    check_publishable(list(notice.cases.defer("search", "content")), now=now)


def check_can_drop_result(actor: Actor, notice: ResultNotice, *, now: dt.datetime) -> None:
    """By its author, or by who would approve it."""
    _check_notice(actor, notice, "drop_result")
    if actor.kind == "system" or actor.user_id == notice.drafted_by_id:
        return
    if not actor.has(HALL_MANAGER, LEADER, hall_id=notice.hall_id):
        raise Refused(who_may((HALL_MANAGER, LEADER), ()), "role")


def check_can_withdraw_result(actor: Actor, notice: ResultNotice, *, now: dt.datetime) -> None:
    """What is public can be taken down; that it was there, and why it went, stays to be read."""
    _check_notice(actor, notice, "withdraw_result")
