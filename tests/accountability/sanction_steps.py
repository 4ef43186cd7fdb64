"""Decided findings, criticism notices and advice for tests, brought to a state by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accountability import actions
from accountability.actions import AdviceWords, CriticismWords
from accountability.models import Advice, CriticismNotice, Finding
from accountability.queries.sanctions import stated_facts
from cases.models import Case
from hall.access import SYSTEM
from hall.models import User, statutory_calendar
from staffing.actions import post_person, register_user
from staffing.lifecycle import SUPERVISOR
from staffing.models import Hall
from tests.cast import FOUNDED, NOW, TZ, Cast, save
from tests.kept import kept
from tests.matters import accepted

WHY = "经核实，超期属实，没有法定事由。"


@kept
def decided(
    cast: Cast, unit: str = "labour", *, case: Case | None = None, now: dt.datetime = NOW, **facts: Any
) -> Finding:
    """A finding that a person has decided on; a row, since what led to it is `finding_steps`' to play."""
    case = case or accepted(cast, now, unit=unit)
    deadline = case.deadlines.filter(kind="handle").get()
    stated: dict[str, Any] = {
        "hall": cast.hall, "case": case, "deadline": deadline, "department": cast.units[unit], "fault": "late",
        "started_on": now.date() - dt.timedelta(days=66), "due_on": now.date() - dt.timedelta(days=6), "days_late": 5,
        "counted_to": now.date() - dt.timedelta(days=1), "status": "upheld", "opened_at": now,
        "state_by_on": now.date(), "decided_days": 5, "decision": WHY, "decided_at": now, "decided_by": cast.supervisor,
    }  # fmt: skip
    if facts.get("fault", "late") != "late":
        by_hand = {
            "opened_by": cast.supervisor,
            "grounds": WHY,
            "evidence": [1],
            "days_late": 0,
            "decided_days": 0,
        }
        stated |= by_hand
    return Finding.objects.create(**{**stated, **facts})


def reviewed(finding: Finding, status: str, **facts: Any) -> Finding:
    """The same finding after its review."""
    Finding.objects.filter(pk=finding.pk).update(status="in_review")
    if status != "in_review":
        Finding.objects.filter(pk=finding.pk).update(status=status, **facts)
    return Finding.objects.get(pk=finding.pk)


@kept
def stranger(cast: Cast, role: str = SUPERVISOR) -> User:
    """Somebody at that post in another county's hall."""
    place = Hall(
        code=f"other{role[:6]}", jurisdiction=cast.county, name="远山县联合接访大厅", organ=f"远{role[:6]}",
        organ_name="远山县信访局", address="远山县人民路1号", phone="0999-1",
    )  # fmt: skip
    other = save(place, FOUNDED)
    user = register_user(actor=SYSTEM, username=f"other-{role}", name="外厅人员", name_en="", now=FOUNDED)
    post_person(
        actor=SYSTEM,
        user_id=user.pk,
        role=role,
        title="督查员",
        portfolio="信访",
        hall_id=other.pk,
        from_on=FOUNDED.date(),
        now=FOUNDED,
    )
    return user


def answer_day(now: dt.datetime = NOW, days: int = 14) -> dt.date:
    return statutory_calendar().next_workday(now.astimezone(TZ).date() + dt.timedelta(days=days))


def criticism_words(findings: list[Finding], now: dt.datetime = NOW, **facts: Any) -> CriticismWords:
    stated: dict[str, Any] = {
        "title": "信访事项超期办理",
        "facts": stated_facts(findings) or "有关单位没有按期办结。",
        "demands": "查明原因，明确责任岗位\n\n 逐件核对期限 ",
        "answer_by_on": answer_day(now),
    }
    return CriticismWords(**{**stated, **facts})


def drafted(
    cast: Cast, findings: list[Finding], *, by: User | None = None, now: dt.datetime = NOW, **facts: Any
) -> CriticismNotice:
    return actions.draft_criticism(
        actor=cast.act(by or cast.supervisor, now),
        finding_ids=[one.pk for one in findings],
        words=criticism_words(findings, now, **facts),
        now=now,
    )


def served(cast: Cast, findings: list[Finding], *, now: dt.datetime = NOW, **facts: Any) -> CriticismNotice:
    notice = drafted(cast, findings, now=now, **facts)
    return actions.approve_criticism(
        actor=cast.act(cast.leader, now), criticism_id=notice.pk, revision=notice.revision, now=now
    )


def answered(cast: Cast, findings: list[Finding], *, now: dt.datetime = NOW) -> CriticismNotice:
    """By the head of the labour bureau, which is the only unit."""
    notice = served(cast, findings, now=now)
    actions.answer_criticism(
        actor=cast.act(cast.head, now), criticism_id=notice.pk, text="已经明确责任岗位，逐件核对。", now=now
    )
    return CriticismNotice.objects.get(pk=notice.pk)


def advice_words(cast: Cast, kind: str = "improve", **facts: Any) -> AdviceWords:
    stated: dict[str, Any] = {
        "kind": kind,
        "title": "劳动报酬类信访事项办理",
        "facts": "今年以来，多项劳动报酬类信访事项超过法定期限办结。",
        "article": "《信访工作条例》第十四条第一款第六项、第四十条第一款",
        "proposal": "建立来件当日登记、当日分办的制度。",
    }
    if kind == "policy":
        stated["body"] = "云溪县人民政府"
    else:
        stated["department_id"] = cast.units["labour"].pk
    if kind == "liability":
        stated["consequence"] = "因长期没有答复，引发三十人停工。"
    return AdviceWords(**{**stated, **facts})


@kept
def advised(
    cast: Cast,
    kind: str = "improve",
    findings: list[Finding] | None = None,
    *,
    by: User | None = None,
    now: dt.datetime = NOW,
    **facts: Any,
) -> Advice:
    """Drafted, waiting for a leader; on a finding of its own unless told otherwise."""
    rows = [decided(cast, now=now)] if findings is None and kind != "policy" else findings or []
    return actions.draft_advice(
        actor=cast.act(by or cast.supervisor, now),
        finding_ids=[one.pk for one in rows],
        words=advice_words(cast, kind, **facts),
        now=now,
    )


@kept
def approved(cast: Cast, kind: str = "improve", *, now: dt.datetime = NOW, **facts: Any) -> Advice:
    """Approved; to a unit that is served as well."""
    advice = advised(cast, kind, now=now, **facts)
    return actions.approve_advice(
        actor=cast.act(cast.leader, now), advice_id=advice.pk, revision=advice.revision, now=now
    )


@kept
def delivered(cast: Cast, kind: str = "policy", *, now: dt.datetime = NOW, **facts: Any) -> Advice:
    """To a body outside, with its proof."""
    advice = approved(cast, kind, now=now, **facts)
    return actions.serve_advice(
        actor=cast.act(cast.supervisor, now),
        advice_id=advice.pk,
        served_on=now.astimezone(TZ).date(),
        proof="县政府办公室李某签收",
        now=now,
    )


@kept
def replied(cast: Cast, adopted: str = "adopted", *, now: dt.datetime = NOW, **facts: Any) -> Advice:
    """Advice to the labour bureau, answered by its head."""
    advice = approved(cast, now=now, **facts)
    actions.reply_advice(
        actor=cast.act(cast.head, now),
        advice_id=advice.pk,
        adopted=adopted,
        text="已经研究，将建立当日登记的制度。",
        now=now,
    )
    return Advice.objects.get(pk=advice.pk)


FELL = "该项认定经复核变更：依法中止的日数没有扣除，日数减少。"


@kept
def fallen_notice(cast: Cast, *, days: int = 0, now: dt.datetime = NOW) -> CriticismNotice:
    """A served notice whose finding a review has changed since."""
    one = decided(cast, now=now)
    notice = served(cast, [one], now=now)
    reviewed(one, "changed", decided_days=days)
    return notice


@kept
def fallen_advice(
    cast: Cast, kind: str = "improve", *, days: int = 0, now: dt.datetime = NOW, **facts: Any
) -> Advice:
    one = decided(cast, now=now)
    advice = approved(cast, kind, findings=[one], now=now, **facts)
    reviewed(one, "changed", decided_days=days)
    return advice


def asked(cast: Cast, row: CriticismNotice | Advice, *, now: dt.datetime = NOW) -> CriticismNotice | Advice:
    """The supervisor has asked a leader to revoke it."""
    actor = cast.act(cast.supervisor, now)
    if isinstance(row, Advice):
        return actions.ask_advice_revocation(actor=actor, advice_id=row.pk, reason=FELL, now=now)
    return actions.ask_criticism_revocation(actor=actor, criticism_id=row.pk, reason=FELL, now=now)


def revoked(cast: Cast, row: CriticismNotice | Advice, *, now: dt.datetime = NOW) -> Any:
    """The leader has revoked it."""
    row, actor = asked(cast, row, now=now), cast.act(cast.leader, now)
    if isinstance(row, Advice):
        return actions.revoke_advice(actor=actor, advice_id=row.pk, ask_no=row.ask_no, now=now)
    return actions.revoke_criticism(actor=actor, criticism_id=row.pk, ask_no=row.ask_no, now=now)
