"""More time: asked for by the unit, approved by its head, told to the petitioner (第三十四条)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.deadlines import CACHES, replan
from cases.actions.papers import due_fact, issue_paper
from cases.actions.parts import readers_of, tell
from cases.lifecycle import EXTENSION
from cases.models import Case, Deadline, Extension
from cases.terms import term
from hall import journal
from hall.access import Actor, Refused
from hall.citations import cite
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD

OUTDATED = gettext_noop("所指的办理期限已经终止。")


@transaction.atomic
def request_extension(*, actor: Actor, case_id: int, days: int, reason: str, now: dt.datetime) -> Extension:
    """Ask the unit's head for more time, before the period ends, with the reason that the petitioner will read."""
    case = Case.objects.locked(case_id)
    rules.check_can_request_extension(actor, case, now=now)
    rule = term("handle", case.law)
    if not 1 <= days <= rule.max_extension:
        said = _("延长1日至%(most)s日（%(article)s）。")
        words = {"most": rule.max_extension, "article": cite(rule.article)}
        raise Refused(said % words, "input", field="days", article=rule.article)
    what = _("请写明情况为什么复杂，至少%(n)s个字；延期理由要告知信访人。")
    reason = rules.check_said(reason, "reason", what, least=rules.MIN_EXTENSION_WORDS)
    # A request whose period was ended by something else would block every other one.
    case.extensions.filter(status="requested").update(
        status=EXTENSION.target("refuse_extension", "requested"), decision=OUTDATED, decided_at=now
    )
    extension = Extension.objects.create(
        case=case,
        deadline=_handling(case),
        days=days,
        reason=reason,
        requested_at=now,
        requested_by_id=actor.user_id,
    )
    journal.record(actor, "request_extension", case, after={"days": days}, reason=reason, now=now)
    unit = case.first_handler
    heads = readers_of(case, unit, DEPARTMENT_HEAD, now=now) if unit else []
    due_on = extension.deadline.due_on
    tell(
        case,
        [user for user in heads if user.pk != actor.user_id],
        "extension_requested",
        once=str(extension.pk),
        now=now,
        days=days,
        due_on=due_on.isoformat() if due_on else "",
    )
    return extension


def _handling(case: Case) -> Deadline:
    """The running period of handling, locked; the rule has seen that there is one."""
    return Deadline.objects.select_for_update(of=("self",)).filter(case=case, kind="handle").open().get()


@transaction.atomic
def approve_extension(*, actor: Actor, case_id: int, decision: str, now: dt.datetime) -> Extension:
    """The head agrees, until the end of the period as it stands: the new date counts from its nominal end, has its
    own reminders, and is told to the petitioner with the reason at once.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_approve_extension(actor, case, now=now)
    extension = case.extensions.select_for_update().get(status="requested")
    deadline = _handling(case)
    old = due_fact(deadline)
    deadline.extension_days = extension.days
    replan(deadline, case.holds.all(), now=now)
    deadline.save(update_fields=[*CACHES, "extension_days"])
    said: dict[str, Any] = {
        "old_due": old,
        "new_due": due_fact(deadline),
        "days": extension.days,
        "reason": extension.reason,
    }
    _decide(extension, "approve_extension", actor, decision, now=now)
    extension.document = issue_paper("notice_extended", case, actor=actor, now=now, **said)
    extension.save(update_fields=["status", "decision", "decided_at", "decided_by", "document"])
    issue_paper("form_extension", case, actor=actor, now=now, **said, **_form(extension, actor, now))
    journal.record(
        actor,
        "approve_extension",
        case,
        before={"due_on": old["on"]},
        after={
            "days": extension.days,
            "until": deadline.due_on,
            "due_on": deadline.due_on,
            "article": term("handle", case.law).article,
        },
        reason=extension.reason,
        now=now,
    )
    due_on = deadline.due_on.isoformat() if deadline.due_on else ""
    _tell_requester(case, extension, "extension_approved", actor, now=now, due_on=due_on)
    return extension


@transaction.atomic
def refuse_extension(*, actor: Actor, case_id: int, decision: str, now: dt.datetime) -> Extension:
    """The head does not agree, and says why; the period stays as it is."""
    case = Case.objects.locked(case_id)
    rules.check_can_refuse_extension(actor, case, now=now)
    decision = rules.check_said(decision, "decision", _("请写明不批准的理由。"))
    extension = (
        case.extensions.select_for_update(of=("self",)).select_related("deadline").get(status="requested")
    )
    _decide(extension, "refuse_extension", actor, decision, now=now)
    extension.save(update_fields=["status", "decision", "decided_at", "decided_by"])
    journal.record(actor, "refuse_extension", case, after={"days": extension.days}, reason=decision, now=now)
    due_on = extension.deadline.due_on
    _tell_requester(
        case, extension, "extension_refused", actor, now=now, decision=decision,
        due_on=due_on.isoformat() if due_on else "",
    )  # fmt: skip
    return extension


def _decide(extension: Extension, verb: str, actor: Actor, decision: str, *, now: dt.datetime) -> None:
    extension.status = EXTENSION.target(verb, extension.status)
    extension.decision, extension.decided_at, extension.decided_by_id = decision.strip(), now, actor.user_id


def _form(extension: Extension, actor: Actor, now: dt.datetime) -> dict[str, Any]:
    """What the approval form for the file says beside the notice."""
    by = extension.requested_by
    return {
        "requested_by": by.name if by else "",
        "requested_on": timezone.localdate(extension.requested_at),
        "approval": extension.decision or f"同意延长{extension.days}日。",
        "approved_by": actor.name,
        "approved_on": timezone.localdate(now),
    }


def _tell_requester(
    case: Case,
    extension: Extension,
    kind: str,
    actor: Actor,
    *,
    now: dt.datetime,
    due_on: str,
    decision: str = "",
) -> None:
    """Who asked, and who handles the matter with them; the decider knows."""
    people: dict[int, User] = {}
    if case.first_handler:
        people = {user.pk: user for user in readers_of(case, case.first_handler, now=now)}
    asked = extension.requested_by
    if asked and asked.is_active and not case.recusals.filter(user=asked).exists():
        people[asked.pk] = asked
    people.pop(actor.user_id or 0, None)
    tell(
        case, list(people.values()), kind, once=str(extension.pk), now=now, days=extension.days, due_on=due_on,
        decision=decision,
    )  # fmt: skip
