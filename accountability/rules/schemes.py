"""Who writes, publishes and closes a scheme of assessment, and what it may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from accountability.lifecycle import SCHEME, SOURCES, SOURCES_OF, WHOLE
from accountability.models import AssessmentScheme
from accountability.queries.assess_table import ItemWords
from cases.rules.common import check_said
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, ROLES, SUPERVISOR

MOST_ITEMS = 20


def who_does(*roles: str) -> str:
    return _("这一步由%(who)s办理。") % {"who": _("、").join(_(ROLES[role]) for role in roles)}


def check_sees_assessments(actor: Actor) -> None:
    """The lists: the hall's office and leaders, and the units."""
    if actor.kind != "system" and not actor.has(SUPERVISOR, HALL_MANAGER, LEADER, DEPARTMENT_HEAD, LIAISON):
        raise Refused(_("您的岗位没有考核。"), "role")


def check_can_draft_scheme(actor: Actor, hall_id: int | None = None, *, now: dt.datetime) -> None:
    """The hall's manager."""
    if actor.kind != "person" or not actor.has(HALL_MANAGER, hall_id=hall_id):
        raise Refused(who_does(HALL_MANAGER), "role")


def _check_seen(actor: Actor, scheme: AssessmentScheme) -> None:
    if not AssessmentScheme.objects.visible_to(actor).filter(pk=scheme.pk).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")


def _check_state(scheme: AssessmentScheme, verb: str) -> None:
    if SCHEME.move(verb, scheme.status) is None:
        state = _(SCHEME.state(scheme.status).label)
        raise Refused(_("当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def check_can_edit_scheme(actor: Actor, scheme: AssessmentScheme, *, now: dt.datetime) -> None:
    """In draft alone: what was published is superseded by a new version, never edited."""
    _check_seen(actor, scheme)
    check_can_draft_scheme(actor, scheme.hall_id, now=now)
    _check_state(scheme, "edit_scheme")


def check_can_publish_scheme(actor: Actor, scheme: AssessmentScheme, *, now: dt.datetime) -> None:
    """A leader of the hall, who has not written it."""
    _check_seen(actor, scheme)
    if actor.kind != "person" or not actor.has(LEADER, hall_id=scheme.hall_id):
        raise Refused(who_does(LEADER), "role")
    if actor.user_id == scheme.drafted_by_id:
        raise Refused(_("不能发布自己起草的方案，请另一位领导发布。"), "role")
    _check_state(scheme, "publish_scheme")
    check_not_drawn(scheme)


def check_not_drawn(scheme: AssessmentScheme) -> None:
    """Nobody is measured anew by other rules: once one unit is assessed by an earlier version, it stays in force."""
    drawn = AssessmentScheme.objects.filter(
        hall=scheme.hall_id, unit_kind=scheme.unit_kind, from_on__lte=scheme.to_on, to_on__gte=scheme.from_on,
        assessments__isnull=False,
    )  # fmt: skip
    if drawn.exists():
        raise Refused(_("已经按这个考核期的方案考核了单位，方案不能再换。"), "state")


def check_can_close_scheme(actor: Actor, scheme: AssessmentScheme, *, now: dt.datetime) -> None:
    """Once every assessment by it is filed, or before there is one."""
    _check_seen(actor, scheme)
    check_can_draft_scheme(actor, scheme.hall_id, now=now)
    _check_state(scheme, "close_scheme")
    if scheme.assessments.exclude(status="filed").exists():
        raise Refused(_("还有考核没有归档，方案不能停用。"), "state")


def check_scheme_period(from_on: dt.date | None, to_on: dt.date | None) -> tuple[dt.date, dt.date]:
    """Days of one year. Raises Refused(input)."""
    if from_on is None or to_on is None or from_on >= to_on or from_on.year != to_on.year:
        raise Refused(_("考核期的起止日期应当在同一年，起在前，止在后。"), "input", field="to_on")
    return from_on, to_on


def check_items(items: Sequence[ItemWords]) -> None:
    """Each is of the closed list and adds up; whether all of them make 100 is asked when it is published."""
    if not items:
        raise Refused(_("方案至少要有一个项目。"), "input")
    if len(items) > MOST_ITEMS:
        raise Refused(_("最多%(n)s个项目。") % {"n": MOST_ITEMS}, "input")
    for one in items:
        check_said(one.name, "name", _("请写明项目的名称，至少%(n)s个字。"), least=2)
        if one.source not in SOURCES_OF.get(one.kind, ()):
            said = _("“%(name)s”的依据不能这样计分。信访数量、重复信访和越级信访不能作为考核依据。")
            raise Refused(said % {"name": one.name}, "input")
        if not 0 < one.full <= WHOLE:
            raise Refused(_("“%(name)s”的满分应当在0到100之间。") % {"name": one.name}, "input")
        if one.kind == "rate" and not 0 <= one.floor < one.ceiling <= 1:
            raise Refused(_("“%(name)s”的两个比率应当在0到1之间，前小后大。") % {"name": one.name}, "input")
        if one.kind != "rate" and (
            one.each is None or one.cap is None or not 0 < one.each <= one.cap <= one.full
        ):
            said = _("“%(name)s”请填写每次扣分和最多扣分，最多扣分不超过满分。")
            raise Refused(said % {"name": one.name}, "input")
    sources = [one.source for one in items]
    for source in sources:
        if sources.count(source) > 1:
            said = _("“%(name)s”用了两次：一件事只计一次。")
            raise Refused(said % {"name": _(SOURCES[source])}, "input")


def check_whole(items: Sequence[ItemWords]) -> None:
    """Raises Refused(state) unless the full points are 100."""
    together = sum((one.full for one in items), Decimal(0))
    if together != WHOLE:
        raise Refused(_("各项满分合计为%(n)s，应当为100。") % {"n": f"{together:f}"}, "state")


def check_scheme_revision(scheme: AssessmentScheme, revision: int) -> None:
    if scheme.revision != revision:
        raise Refused(_("方案在您打开以后有了修改，请看过以后再办理。"), "state")
