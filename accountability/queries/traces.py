"""Why somebody came again: what the office did in the earlier matter before that day, out of recorded facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.lifecycle import LED_TO, REPEATS
from accountability.models import CauseLink, Finding
from accountability.queries.case_files import file_of
from accountability.queries.causes import LEADING, Life, lives_of
from accountability.queries.hidden import hidden_from
from accountability.terms import SPARED
from cases.models import Case, CaseLink, Deadline, DuplicateDecision, Opinion
from cases.queries.words import says, term_name, verb
from hall.access import Actor
from hall.models import JournalEntry, stream_of

HELD = ("upheld", "confirmed")
"""A fault without days is held against the unit, or it is not."""
TERMS_OF: Mapping[str, tuple[str, ...] | None] = {
    "not_told": ("notify",),
    "not_served": ("serve",),
    "late": None,
}
"""Which late periods say so; None: any."""


@dataclass(frozen=True, slots=True)
class Trace:
    """`cause` is a code of `LED_TO`; `entries` prove it."""

    kind: str
    cause: str
    earlier_id: int | None = None
    deadline_id: int | None = None
    entries: tuple[int, ...] = ()


def untraced(after: int = 0, limit: int = 500) -> list[int]:
    """Matters behind that one which repeat an earlier one or came to a higher level, and were not looked at yet.

    Three questions, each with an index of its own: asked as one they read every case there is.
    """
    new = ~Exists(CauseLink.objects.filter(case=OuterRef("pk")))
    cases = Case.objects.filter(new, pk__gt=after).order_by("pk")
    known = CauseLink.objects.filter(case=OuterRef("case"))
    decided = DuplicateDecision.objects.filter(~Exists(known), decision="repeat", case__gt=after).order_by(
        "case"
    )
    found = {
        *cases.filter(is_skip_level=True).values_list("pk", flat=True)[:limit],
        *cases.filter(repeat_of__isnull=False).values_list("pk", flat=True)[:limit],
        *decided.values_list("case", flat=True)[:limit],
    }
    return sorted(found)[:limit]


def stale() -> QuerySet[CauseLink]:
    """Where the system saw nothing and the record says more since: an earlier matter was linked, or something was found
    in the earlier one. Never over a person's word.
    """
    newer = CauseLink.objects.filter(case=OuterRef("case"), version__gt=OuterRef("version"))
    blank = CauseLink.objects.filter(~Exists(newer), by=None, cause="none")
    blank = blank.annotate(came_on=TruncDate("case__registered_at"))
    repeats = DuplicateDecision.objects.filter(case=OuterRef("case"), decision="repeat")
    came = OuterRef("case__registered_at")
    linked = CaseLink.objects.filter(
        Q(case=OuterRef("case"), other__registered_at__lt=came)
        | Q(other=OuterRef("case"), case__registered_at__lt=came),
        kind="earlier",
    )
    day = OuterRef("came_on")
    found = Finding.objects.filter(
        Q(fault="late", due_on__lt=day) | (~Q(fault="late") & Q(status__in=HELD, counted_to__lte=day)),
        case=OuterRef("earlier"),
    )
    unlinked = Q(earlier=None) & (Q(case__repeat_of__isnull=False) | Exists(repeats) | Exists(linked))
    return blank.filter(unlinked | (Q(earlier__isnull=False) & Exists(found)))


def earlier_of(case: Case) -> Case | None:
    """The matter that it repeats, as the clerk decided; else one that was linked to it as an earlier one."""
    if case.repeat_of_id:
        return case.repeat_of
    decided = DuplicateDecision.objects.filter(case=case, decision="repeat").select_related("candidate")
    if one := decided.order_by("-score", "id").first():
        return one.candidate
    came = case.registered_at
    before = Q(case=case, other__registered_at__lt=came) | Q(other=case, case__registered_at__lt=came)
    linked = CaseLink.objects.filter(before, kind="earlier").order_by("id").first()
    if linked is None:
        return None
    return linked.other if linked.case_id == case.pk else linked.case


def kind_of(case: Case, earlier: Case | None) -> str:
    return "repeat" if earlier is not None or not case.is_skip_level else "skip_level"


def trace_of(case: Case) -> Trace:
    """The first that was wrong by the day of the new visit: not told, an answer not served, a period that was late, a
    claim without an answer, a fault that was found by hand; else nothing was.
    """
    earlier = earlier_of(case)
    kind = kind_of(case, earlier)
    if earlier is None:
        return Trace(kind, "none")
    came, day = case.registered_at, timezone.localdate(case.registered_at)
    late = _late(earlier, came, day)
    for cause in TERMS_OF:
        for life in late:
            if _is_of(life, cause):
                return Trace(kind, cause, earlier.pk, life.clock.pk, _ends(life, came))
    if entries := _unanswered(earlier, came):
        return Trace(kind, "unanswered", earlier.pk, None, entries)
    if entries := _found_by_hand(earlier, day):
        return Trace(kind, "fault", earlier.pk, None, entries)
    return Trace(kind, "none", earlier.pk)


def proof_of(earlier: Case, came: dt.datetime, cause: str, deadline_id: int | None) -> tuple[int, ...]:
    """The entries behind what a person chose: the ends of that period; without one, what the tracer would show."""
    day = timezone.localdate(came)
    if deadline_id is None and cause == "unanswered":
        return _unanswered(earlier, came)
    if deadline_id is None and cause == "fault":
        return _found_by_hand(earlier, day)
    for life in _late(earlier, came, day):
        if life.clock.pk == deadline_id or (deadline_id is None and _is_of(life, cause)):
            return _ends(life, came)
    return ()


def _is_of(life: Life, cause: str) -> bool:
    terms = TERMS_OF.get(cause, ())
    return terms is None or life.clock.kind in terms


def _ends(life: Life, came: dt.datetime) -> tuple[int, ...]:
    """The entries with which the period began, and ended if it had by then."""
    ended = life.ended if life.ended and life.ended.at <= came else None
    return tuple(fact.pk for fact in (life.began, ended) if fact)


def _found_by_hand(earlier: Case, day: dt.date) -> tuple[int, ...]:
    """The evidence of a fault that is not lateness, held against a unit, out of the time before that day."""
    found = Finding.objects.filter(case=earlier, status__in=HELD, counted_to__lte=day).exclude(fault="late")
    one = found.order_by("id").first()
    return tuple(one.evidence) if one else ()


def _late(earlier: Case, came: dt.datetime, day: dt.date) -> list[Life]:
    """Periods of the office and of units that were past their day then, what was waited for in front."""
    lives = [
        life
        for life in lives_of(file_of(earlier)).values()
        if life.clock.kind not in SPARED
        and life.clock.due_on
        and life.began
        and life.began.at <= came
        and _was_late(life, came, day)
    ]
    # First what the petitioner was waiting for, then what units owed each other.
    return sorted(
        lives, key=lambda life: (life.clock.kind not in LEADING, life.clock.due_on or day, life.clock.pk)
    )


def _was_late(life: Life, came: dt.datetime, day: dt.date) -> bool:
    due = life.clock.due_on
    if due is None:
        return False
    ended = life.ended
    if ended is None or ended.at > came:
        return day > due
    return ended.on > due


def _unanswered(earlier: Case, came: dt.datetime) -> tuple[int, ...]:
    """The entry of the opinion that left a claim out which was there when it was issued: what another matter brought
    along later was not there.
    """
    opinion = (
        Opinion.objects.filter(case=earlier, status="issued", issued_at__lte=came).order_by("-id").first()
    )
    if opinion is None:
        return ()
    said = opinion.rows.exclude(answer="").values("claim_id")
    left = earlier.claims.filter(split_to=None).exclude(pk__in=said)
    left = left.exclude(number__in=_added_after(earlier, opinion.issued_at or came))
    if not left.exclude(transferred_at__lte=came).exists():
        return ()
    entries = JournalEntry.objects.filter(stream=stream_of(earlier), verb="issue_opinion")
    entry = entries.filter(at=opinion.issued_at or came)
    return tuple(entry.values_list("pk", flat=True)[:1])


def _added_after(case: Case, moment: dt.datetime) -> set[int]:
    """The numbers of the claims that another matter brought in when it was joined with this one later."""
    joined = JournalEntry.objects.filter(stream=stream_of(case), verb="merge_case", at__gt=moment)
    brought = joined.values_list("after__claims", flat=True)
    return {int(number) for numbers in brought for number in numbers or ()}


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


@dataclass(frozen=True, slots=True)
class Traced:
    """A link as it is shown: what came again, what was wrong before it, and what proves it. `sees`: the other matter is
    one that the reader sees.
    """

    link: CauseLink
    cause: str
    kinds: tuple[str, ...]
    term: str
    other: Case | None
    is_own: bool
    sees: bool
    proofs: tuple[tuple[dt.datetime, str, str], ...]
    finding_id: int | None
    versions: tuple[tuple[str, dt.datetime], ...] = ()


def cause_words(link: CauseLink) -> str:
    """Nothing can be said of an earlier matter where none is known."""
    if link.cause == "none" and link.earlier_id is None:
        return _("没有关联的前一事项")
    return _(LED_TO[link.cause])


def kinds_of(link: CauseLink, came: Case | None) -> tuple[str, ...]:
    """Somebody may come again and to a higher level at once: both are said, where the reader sees that matter."""
    codes = [link.kind]
    if came is not None and came.is_skip_level and link.kind != "skip_level":
        codes.append("skip_level")
    return tuple(_(REPEATS[code]) for code in codes)


def account_links(actor: Actor, case: Case) -> list[Traced]:
    """Why this matter came again, then what came again after it."""
    own = list(
        CauseLink.objects.filter(case=case).select_related("earlier", "by", "deadline").order_by("-version")
    )
    kept = set(hidden_from(actor).case_ids)  # that there is such a matter is not told, nor when it came
    after = [one for one in led_to(case) if one.case_id != case.pk and one.case_id not in kept]
    own = [one for one in own if one.earlier_id not in kept]
    links = [*own[:1], *after]
    others = {one.case_id for one in after} | {one.earlier_id for one in links if one.earlier_id}
    rows = Case.objects.visible_to(actor).filter(pk__in=others).defer("search", "content")
    seen = {one.pk: one for one in rows}
    pks = [pk for one in links for pk in one.evidence]
    entries = {one.pk: one for one in JournalEntry.objects.filter(pk__in=pks)}
    deadlines = [one.deadline_id for one in links if one.deadline_id]
    visible = Finding.objects.visible_to(actor).filter(periods__deadline__in=deadlines)
    found = dict(visible.values_list("periods__deadline_id", "pk"))

    def shown(one: CauseLink) -> Traced:
        is_own = one.case_id == case.pk
        other_id = one.earlier_id if is_own else one.case_id
        law = (one.earlier or case).law
        proofs = tuple(
            (entries[pk].at, str(verb(entries[pk].verb).words), says(entries[pk], law))
            for pk in one.evidence
            if pk in entries
        )
        return Traced(
            link=one,
            cause=cause_words(one),
            kinds=kinds_of(one, case if is_own else seen.get(other_id or 0)),
            term=term_name(one.deadline.kind, law) if one.deadline else "",
            other=seen.get(other_id or 0),
            is_own=is_own,
            sees=(other_id or 0) in seen,
            proofs=proofs if not is_own or other_id in seen else (),
            finding_id=found.get(one.deadline_id or 0),
            versions=tuple((cause_words(old), old.at) for old in own[1:]) if is_own else (),
        )

    return [shown(one) for one in links]
