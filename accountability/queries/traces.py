"""Why somebody came again: what the office did in the earlier matter before that day, out of recorded facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accountability.models import CauseLink
from accountability.queries.causes import Life, lives_of
from accountability.queries.periods import file_of
from accountability.terms import SPARED
from cases.models import Case, CaseLink, Deadline, DuplicateDecision, Opinion
from hall.models import JournalEntry, stream_of


@dataclass(frozen=True, slots=True)
class Trace:
    """`cause` is a code of `LED_TO`; `entries` prove it."""

    kind: str
    cause: str
    earlier_id: int | None = None
    deadline_id: int | None = None
    entries: tuple[int, ...] = ()


def untraced() -> QuerySet[Case]:
    """Matters that repeat an earlier one or came to a higher level, and were not looked at yet."""
    repeats = DuplicateDecision.objects.filter(case=OuterRef("pk"), decision="repeat")
    known = CauseLink.objects.filter(case=OuterRef("pk"))
    which = Q(is_skip_level=True) | Q(repeat_of__isnull=False) | Q(Exists(repeats))
    return Case.objects.filter(which, ~Exists(known))


def earlier_of(case: Case) -> Case | None:
    """The matter that it repeats, as the clerk decided; else one that was linked to it as an earlier one."""
    if case.repeat_of_id:
        return case.repeat_of
    decided = DuplicateDecision.objects.filter(case=case, decision="repeat").select_related("candidate")
    if one := decided.order_by("-score", "id").first():
        return one.candidate
    linked = CaseLink.objects.filter(Q(case=case) | Q(other=case), kind="earlier").order_by("id").first()
    if linked is None:
        return None
    other = linked.other if linked.case_id == case.pk else linked.case
    return other if other.registered_at < case.registered_at else None


def kind_of(case: Case, earlier: Case | None) -> str:
    return "repeat" if earlier is not None or not case.is_skip_level else "skip_level"


def trace_of(case: Case) -> Trace:
    """The first that was wrong by the day of the new visit: not told, an answer not served, a period that was late, a
    claim without an answer; else nothing was.
    """
    earlier = earlier_of(case)
    kind = kind_of(case, earlier)
    if earlier is None:
        return Trace(kind, "none")
    came, day = case.registered_at, timezone.localdate(case.registered_at)
    late = _late(earlier, came, day)
    for cause, terms in (("not_told", ("notify",)), ("not_served", ("serve",)), ("late", None)):
        for life in late:
            if terms is None or life.clock.kind in terms:
                ended = life.ended if life.ended and life.ended.at <= came else None
                proof = tuple(fact.pk for fact in (life.began, ended) if fact)
                return Trace(kind, cause, earlier.pk, life.clock.pk, proof)
    if entries := _unanswered(earlier, came):
        return Trace(kind, "unanswered", earlier.pk, None, entries)
    return Trace(kind, "none", earlier.pk)


def _late(earlier: Case, came: dt.datetime, day: dt.date) -> list[Life]:
    """Periods of the office and of units that were past their day then, the one due first in front."""
    lives = [
        life
        for life in lives_of(file_of(earlier)).values()
        if life.clock.kind not in SPARED
        and life.clock.due_on
        and life.began
        and life.began.at <= came
        and _was_late(life, came, day)
    ]
    return sorted(lives, key=lambda life: (life.clock.due_on or day, life.clock.pk))


def _was_late(life: Life, came: dt.datetime, day: dt.date) -> bool:
    due = life.clock.due_on
    if due is None:
        return False
    ended = life.ended
    if ended is None or ended.at > came:
        return day > due
    return ended.on > due


def _unanswered(earlier: Case, came: dt.datetime) -> tuple[int, ...]:
    """The entry of the opinion that left a claim out which was there when it was issued."""
    opinion = Opinion.objects.filter(case=earlier, status="issued", issued_at__lte=came).order_by("-id").first()
    if opinion is None:
        return ()
    said = opinion.rows.exclude(answer="").values("claim_id")
    left = earlier.claims.filter(split_to=None).exclude(pk__in=said)
    if not left.exclude(transferred_at__lte=came).exists():
        return ()
    entry = JournalEntry.objects.filter(stream=stream_of(earlier), verb="issue_opinion", at=opinion.issued_at)
    return tuple(entry.values_list("pk", flat=True)[:1])


def current_links(pks: list[int]) -> dict[int, CauseLink]:
    """The version that counts, by case."""
    rows = CauseLink.objects.filter(case__in=pks).order_by("case_id", "-version").distinct("case_id")
    return {one.case_id: one for one in rows.select_related("earlier", "by", "deadline")}


def led_to(case: Case) -> list[CauseLink]:
    """What came again after this matter, as it stands now."""
    pks = list(CauseLink.objects.filter(earlier=case).values_list("case_id", flat=True).distinct())
    return [one for one in current_links(pks).values() if one.earlier_id == case.pk]


def late_deadlines(case: Case, came: dt.datetime) -> list[Deadline]:
    """Which of its periods were late then: what a supervisor may choose among."""
    pks = [life.clock.pk for life in _late(case, came, timezone.localdate(came))]
    return list(Deadline.objects.filter(pk__in=pks).order_by("due_on", "id"))
