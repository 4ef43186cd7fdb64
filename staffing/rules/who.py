"""Who is entitled to look after people, halls and reference data."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from staffing.lifecycle import (
    ADMINISTRATOR,
    CLERK,
    DEPARTMENT_HEAD,
    GUIDE,
    HALL_MANAGER,
    LEADER,
    LIAISON,
    PARTICIPANT,
    SECURITY_ADMINISTRATOR,
)

MANAGED_ROLES = (CLERK, GUIDE, LIAISON, DEPARTMENT_HEAD, LEADER, PARTICIPANT)
"""What a hall manager may post; those who watch over or replace the manager are posted by an administrator."""


def is_administrator(actor: Actor) -> bool:
    return actor.kind == "system" or actor.is_superuser or actor.has(ADMINISTRATOR)


def security_keepers() -> tuple[str, ...]:
    """The security administrator; where one person may be both, the system administrator as well."""
    apart = settings.HALL_ADMINISTRATORS_APART
    return (SECURITY_ADMINISTRATOR,) if apart else (SECURITY_ADMINISTRATOR, ADMINISTRATOR)


def keeps_security(actor: Actor) -> bool:
    """Roles above a hall's own, second factors, sessions, machines."""
    return actor.kind == "system" or actor.is_superuser or actor.has(*security_keepers())


def check_keeps_security(actor: Actor) -> None:
    if not keeps_security(actor):
        raise Refused(_("只有安全管理员可以办理。"), "role")


def manages(actor: Actor, hall_id: int | None) -> bool:
    """Whether the actor answers for that hall: its manager, or an administrator."""
    return is_administrator(actor) or (hall_id is not None and actor.has(HALL_MANAGER, hall_id=hall_id))


def check_administrator(actor: Actor) -> None:
    if not is_administrator(actor):
        raise Refused(_("只有系统管理员可以办理。"), "role")


def check_manages(actor: Actor, hall_id: int | None) -> None:
    if not manages(actor, hall_id):
        raise Refused(_("只有本厅的大厅负责人或系统管理员可以办理。"), "role")


def check_can_keep_people(actor: Actor) -> None:
    if not (is_administrator(actor) or actor.has(HALL_MANAGER, SECURITY_ADMINISTRATOR)):
        raise Refused(_("只有大厅负责人或系统管理员可以管理人员。"), "role")


def check_keeps_accounts(actor: Actor) -> None:
    """Opening and closing accounts is not for who gives rights alone (GB/T 22239-2019 8.1.5)."""
    check_can_keep_people(actor)
    if not (is_administrator(actor) or actor.has(HALL_MANAGER)):
        raise Refused(_("账户由大厅负责人或系统管理员办理，安全管理员只管权限和登录。"), "role")


def check_can_save_place(actor: Actor, place: Model, *, now: dt.datetime) -> None:
    """Reference data is the administrator's."""
    check_administrator(actor)


def check_can_remove_place(actor: Actor, place: Model, *, now: dt.datetime) -> None:
    check_can_save_place(actor, place, now=now)
