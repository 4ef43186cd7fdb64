"""Who takes part, and how many of them: the numbers are the local rule's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.models import CaseParty
from hall.access import Actor, Refused
from hall.models import User, worded
from hearings.lifecycle import ORGANISER_ROLES
from hearings.models import Hearing, HearingParty
from hearings.queries.conflicts import units_of
from hearings.queries.panel import sits
from hearings.rules.organising import check_hearing_state, check_organises

PARTY_KINDS = ("petitioner", "agent", "unit", "witness", "third_party")
"""Those of `NOTICE_TO` who do not sit on the panel."""
OPEN_TO_PARTIES = ("preparing", "scheduled", "suspended")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty:
    """Somebody who takes part. A petitioner is one of the case's; of a unit its name or an account is given."""

    kind: str
    name: str = ""
    phone: str = ""
    petitioner_id: int | None = None
    department_id: int | None = None
    user_id: int | None = None
    note: str = ""


def check_can_add_party(
    actor: Actor, hearing: Hearing, party: NewParty | None = None, *, now: dt.datetime
) -> None:
    """Not more petitioners and agents than the rule set allows."""
    check_organises(actor, hearing, set(ORGANISER_ROLES))
    check_hearing_state(hearing, hearing.status in OPEN_TO_PARTIES)
    if party is None:
        return
    if party.kind not in PARTY_KINDS:
        raise Refused(_("请选择身份。"), "input", field="kind")
    there = HearingParty.objects.filter(hearing=hearing, removed_at=None)
    if party.kind == "petitioner":
        _check_petitioner(hearing, party)
        if there.filter(kind="petitioner", petitioner=party.petitioner_id).exists():
            raise Refused(_("已在参加人名单中。"), "input", field="petitioner")
        _check_number(hearing, there.filter(kind="petitioner").count(), hearing.rules.most_representatives)
        return
    if party.kind == "unit":
        _check_unit(hearing, party)
    elif not party.name.strip():
        raise Refused(_("请填写姓名。"), "input", field="name")
    if party.kind == "agent":
        _check_number(hearing, there.filter(kind="agent").count(), hearing.rules.most_agents, is_agent=True)
    same = there.filter(kind=party.kind, name=party.name.strip(), department=party.department_id)
    if party.name.strip() and same.exists():
        raise Refused(_("已在参加人名单中。"), "input", field="name")


def _check_petitioner(hearing: Hearing, party: NewParty) -> None:
    if not CaseParty.objects.filter(case=hearing.case_id, petitioner=party.petitioner_id or 0).exists():
        raise Refused(_("请选择本事项的信访人。"), "input", field="petitioner")


def _check_number(hearing: Hearing, there: int, most: int, *, is_agent: bool = False) -> None:
    if there < most:
        return
    facts = {"most": most, "source": worded(hearing.rules, "source")}
    said = (
        _("代理人最多%(most)s人（%(source)s）。")
        if is_agent
        else _("信访人和代表最多%(most)s人（%(source)s）。")
    )
    raise Refused(said % facts, "input", field="kind", article=hearing.rules.source)


def _check_unit(hearing: Hearing, party: NewParty) -> None:
    """Of a unit that has a hand in the matter."""
    if party.department_id not in units_of(hearing.case):
        raise Refused(_("请选择承办或者参与办理本事项的单位。"), "input", field="department")
    if not party.name.strip() and party.user_id is None:
        raise Refused(_("请填写承办单位参加人员的姓名。"), "input", field="name")
    if party.user_id is not None:
        user = User.objects.filter(pk=party.user_id, is_active=True)
        if not user.filter(postings__department=party.department_id).exists():
            raise Refused(_("请选择该单位的人员。"), "input", field="user")
        taken = HearingParty.objects.filter(hearing=hearing, removed_at=None, user=party.user_id).exists()
        if taken or hearing.seats.filter(user=party.user_id, status="seated").exists():
            raise Refused(_("此人已在本次听证中。"), "input", field="user")


def check_can_remove_party(
    actor: Actor, party: HearingParty, reason: str | None = None, *, now: dt.datetime
) -> None:
    check_organises(actor, party.hearing, set(ORGANISER_ROLES))
    check_hearing_state(party.hearing, party.hearing.status in OPEN_TO_PARTIES)
    if party.removed_at is not None:
        raise Refused(_("已从参加人名单中去掉。"), "state")
    if reason is not None and not reason.strip():
        raise Refused(_("请写明原因。"), "input", field="reason")


def reads_phones(actor: Actor, hearing: Hearing) -> bool:
    """Even masked, for those who prepare the hearing; who merely sits on the panel sees none."""
    return not sits(actor, hearing)
