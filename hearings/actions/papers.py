"""The papers of the hearing itself: the record with every page and signature, and the conclusion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cases.actions.papers import issue_paper, petitioner_name
from cases.models import Case
from hall.access import Actor
from hall.models import IssuedDocument
from hearings.lifecycle import CLOSED_GROUNDS, FINDINGS, NOTICE_TO, PANEL_ROLES, SIGNED
from hearings.models import Conclusion, Hearing
from hearings.queries.session import Attendant, Matrix, attendants

_WORDS = {**NOTICE_TO, **PANEL_ROLES}


def _named(people: Iterable[Attendant], *roles: str) -> str:
    return "、".join(one.name for one in people if one.role in roles)


def _role(one: Attendant) -> str:
    return (PANEL_ROLES if one.is_seat else NOTICE_TO)[one.role]


def _place(hearing: Hearing) -> str:
    return hearing.room.name if hearing.room else hearing.place


def _about(hearing: Hearing, people: list[Attendant]) -> dict[str, Any]:
    return {
        "organ_name": hearing.organiser.name,
        "matter": hearing.title,
        "heard_at": hearing.started_at,
        "heard_place": _place(hearing),
        "presider": _named(people, "presider"),
        "members": _named(people, "member"),
        "recorder": _named(people, "recorder"),
    }


def issue_record(
    case: Case,
    hearing: Hearing,
    matrix: Matrix,
    people: list[Attendant],
    *,
    actor: Actor,
    now: dt.datetime,
) -> IssuedDocument:
    """听证笔录: word for word what was signed, with who signed, who refused and why, who had left."""
    text: list[str] = []
    for page in matrix.pages:
        version = f"（第{page.version}稿）" if page.version > 1 else ""
        text += [f"〔第{page.number}页{version}〕", *page.text.splitlines()]
    corrections = [
        f"第{page.number}页第{page.version}稿，应{page.asked_by}要求更正：{page.correction}"
        for page in hearing.pages.filter(version__gt=1).order_by("number", "version")
    ]
    attended = [f"{_role(one)}：{one.name}" for one in people if one.present and not one.is_seat]
    for date in hearing.dates.filter(round__lt=hearing.round).exclude(attended=[]):
        there = "、".join(f"{_WORDS[role]}{name}" for role, name in date.attended)
        attended.append(
            f"{timezone.localdate(date.starts_at):%Y年%m月%d日}（{date.where}）第{date.round}次开会到场：{there}"
        )
    absent = [f"{_role(one)}：{one.name}" for one in people if not one.present and not one.is_seat]
    return issue_paper(
        "record_hearing",
        case,
        actor=actor,
        now=now,
        **_about(hearing, people),
        openness="公开举行"
        if hearing.is_public
        else f"不公开举行（{CLOSED_GROUNDS[hearing.closed_ground]}）",
        attended=attended,
        absentees=absent,
        transcript=text,
        corrections=corrections,
        signatures=_signatures(matrix),
        closed_at=now,
    )


def _signatures(matrix: Matrix) -> list[str]:
    """A line a person; pages with the same outcome together."""
    lines = []
    for who, cells in matrix.rows:
        groups: dict[tuple[str, str], list[str]] = {}
        for cell in cells:
            one = cell.signature
            if one is None:
                continue
            said = "；".join(
                part for part in (one.note, f"见证人：{one.witness}" if one.witness else "") if part
            )
            groups.setdefault((one.outcome, said), []).append(str(cell.page.number))
        told = [
            f"第{'、'.join(pages)}页{SIGNED[outcome]}" + (f"（{said}）" if said else "")
            for (outcome, said), pages in groups.items()
        ]
        lines.append(f"{_role(who)}{who.name}：{'；'.join(told)}")
    lines += [
        f"{name}：第{one.page.number}页{SIGNED[one.outcome]}（此前开会时）" for name, one in matrix.others
    ]
    return lines


def issue_conclusion(
    case: Case, hearing: Hearing, conclusion: Conclusion, *, actor: Actor, now: dt.datetime
) -> IssuedDocument:
    """听证结论书, to the petitioner, a copy to the unit. It names the panel, not who found what."""
    people, unit = attendants(hearing), case.first_handler
    copies = [unit.name] if unit and unit.pk != hearing.organiser_id else []
    own: dict[str, Any] = {"contact": hearing.organiser.name, "contact_phone": hearing.organiser.phone}
    return issue_paper(
        "conclusion_hearing",
        case,
        actor=actor,
        now=now,
        **_about(hearing, people),
        **(own if hearing.organiser.phone else {}),
        petitioner=petitioner_name(case),
        local_rules=hearing.rules.name,
        findings=conclusion.facts,
        hearing_finding=FINDINGS[conclusion.finding],
        conclusion=conclusion.opinion,
        advice=conclusion.advice,
        announced="本结论已于听证当日当场宣布。" if conclusion.on_the_spot else "",
        cc=copies,
    )
