"""Who and when, from the table of moves: what every rule asks first. Special reasons stand with each verb."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.functional import lazy as lazy_text
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle import CASE
from cases.models import Case
from cases.queries.standing import Standing, standing
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_ROLES, ROLES

MIN_WORDS = 4
"""Fewer characters are no reason."""


def check_move(actor: Actor, case: Case, verb: str, *, units: Iterable[int | None] | None = None) -> Standing:
    """May this person, at this post, take this step in this state? By the table in `cases.lifecycle`.

    Roles of a hall count in the hall that registered the case, roles of a unit in `units` (default: the first
    handler). Raises Refused: unseen for whom the case complains of or who is recused, role, state. Returns where the
    case stands, for what the verb asks beyond.
    """
    now = standing(case)
    if actor.kind != "system":
        check_interest(actor, now)
        roles = CASE.roles(verb)
        in_hall = roles - set(DEPARTMENT_ROLES)
        in_unit = roles & set(DEPARTMENT_ROLES)
        named = [case.first_handler_id] if units is None else units
        if not (
            (in_hall and actor.has(*in_hall, hall_id=case.hall_id))
            or (in_unit and any(actor.has(*in_unit, department_id=unit) for unit in named if unit))
        ):
            raise Refused(_who_may(in_hall, in_unit), "role")
    check_state(case, verb)
    return now


def check_interest(actor: Actor, now: Standing) -> None:
    """Who is complained of, and who has an interest, has no hand in it (《信访工作条例》第二十八条、第三十条)."""
    if actor.user_id in now.barred_users or now.barred_units & set(actor.departments()):
        raise Refused(lazy("没有找到，或者您无权查看。"), "unseen")


def who_may(in_hall: Collection[str], in_unit: Collection[str]) -> str:
    """The sentence for whom it is not."""
    said = []
    for words, roles in ((_("登记大厅的%(roles)s"), in_hall), (_("承办单位的%(roles)s"), in_unit)):
        if names := [_(ROLES[role]) for role in ROLES if role in roles]:
            said.append(words % {"roles": _("、").join(names)})
    return _("这一步由%(who)s办理。") % {"who": _("、").join(said)}


_who_may = lazy_text(who_may, str)
"""Said when somebody reads it: most buttons that are not for this person are not drawn at all."""


def check_state(case: Case, verb: str) -> None:
    """Raises Refused(state) when the table has no such move from here."""
    if CASE.move(verb, case.status) is None:
        state = _(CASE.state(case.status).label)
        raise Refused(_("该事项当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def check_said(text: str, field: str, what: str = "", *, least: int = MIN_WORDS) -> str:
    """A text that says something, of `least` characters; returned without its margins. `what` asks for it and may name
    %(n)s. Raises Refused(input).
    """
    said = text.strip()
    if len(said) < least:
        raise Refused((what or _("请写明理由，至少%(n)s个字。")) % {"n": least}, "input", field=field)
    return said
