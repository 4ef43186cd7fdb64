"""Why somebody came again (`trace_repeat`): what the office did before, out of the facts of the earlier matter."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accountability import actions as actions_of_findings
from accountability.actions import trace_repeat, trace_repeats
from accountability.models import CauseLink
from accountability.queries.hand_findings import evidence_of
from accountability.queries.traces import late_deadlines, untraced
from cases import actions
from cases.actions.joins import _append
from cases.models import Case, CaseLink, Claim, DuplicateDecision
from hall import journal
from hall.access import SYSTEM
from hall.models import JournalEntry, Message
from tests.accountability.finding_steps import BEGIN, decided, later, stated
from tests.cast import Cast
from tests.life_opinions import answered, served
from tests.life_referrals import refused
from tests.matters import accepted, forwarded, registered

pytestmark = pytest.mark.django_db
WORDS = "原单位承诺回访而没有回访，见来访登记。"


def again(cast: Cast, earlier: Case, days: float, *, by: str = "repeat_of") -> Case:
    """The petitioner comes again so many days after the first visit."""
    case = registered(cast, later(days))
    if by == "repeat_of":
        Case.objects.filter(pk=case.pk).update(repeat_of=earlier)
    elif by == "link":
        CaseLink.objects.create(case=case, other=earlier, kind="earlier", at=later(days))
    else:
        DuplicateDecision.objects.create(
            case=case, candidate=earlier, score=90, decision="repeat", decided_at=later(days)
        )
    return Case.objects.get(pk=case.pk)


def traced(case: Case, days: float = 100) -> tuple[str, str | None]:
    link = trace_repeat(actor=SYSTEM, case_id=case.pk, now=later(days))
    return link.cause, link.deadline.kind if link.deadline else None


def test_the_earlier_matter_was_late(cast: Cast) -> None:
    earlier = accepted(cast, BEGIN)
    link = trace_repeat(actor=SYSTEM, case_id=again(cast, earlier, 63).pk, now=later(64))
    assert (link.kind, link.cause, link.earlier, link.deadline.kind if link.deadline else "") == (
        "repeat", "late", earlier, "handle",
    )  # fmt: skip
    verbs = JournalEntry.objects.filter(pk__in=link.evidence).values_list("verb", flat=True)
    assert list(verbs) == ["start_deadline"]
    assert JournalEntry.objects.get(verb="trace_repeat").after == {"cause": "late", "version": 1}


def test_only_what_was_wrong_by_that_day_counts(cast: Cast) -> None:
    """Later delays did not bring anybody back earlier."""
    earlier = accepted(cast, BEGIN)
    assert traced(again(cast, earlier, 40)) == ("none", None)


def test_not_told(cast: Cast) -> None:
    assert traced(again(cast, forwarded(cast, BEGIN), 30, by="decision")) == ("not_told", "notify")


def test_not_served(cast: Cast) -> None:
    earlier = answered(cast, later(20), accepted(cast, BEGIN))
    assert traced(again(cast, earlier, 40)) == ("not_served", "serve")


def test_nothing_was_wrong(cast: Cast) -> None:
    earlier = served(cast, later(20), accepted(cast, BEGIN))
    assert traced(again(cast, earlier, 40)) == ("none", None)


def test_a_claim_that_was_joined_later_was_not_left_out(cast: Cast) -> None:
    """The opinion answers every claim; two days later another matter is merged in and brings more."""
    earlier = served(cast, later(20), accepted(cast, BEGIN))
    other = registered(cast, later(21), title="另一件同一人的事项")
    numbers = _append(other, earlier)
    assert numbers == ["3", "4"]
    journal.record(
        cast.act(cast.clerk),
        "merge_case",
        earlier,
        after={"other": other.number, "claims": numbers},
        now=later(22),
    )
    assert traced(again(cast, earlier, 40)) == ("none", None)


def test_a_claim_that_was_there_and_left_out(cast: Cast) -> None:
    earlier = served(cast, later(20), accepted(cast, BEGIN))
    Claim.objects.create(case=earlier, number=9, text="补发加班工资")
    assert traced(again(cast, earlier, 40)) == ("unanswered", None)


def test_a_skip_level_visit(cast: Cast) -> None:
    alone = registered(cast, later(63), is_skip_level=True)
    link = trace_repeat(actor=SYSTEM, case_id=alone.pk, now=later(64))
    assert (link.kind, link.cause, link.earlier) == ("skip_level", "none", None)
    earlier = accepted(cast, BEGIN)
    linked = again(cast, earlier, 63, by="link")
    Case.objects.filter(pk=linked.pk).update(is_skip_level=True)
    assert traced(linked) == ("late", "handle")


def test_the_round_looks_at_each_once(cast: Cast) -> None:
    earlier = accepted(cast, BEGIN)
    again(cast, earlier, 63)
    again(cast, earlier, 64, by="decision")
    assert trace_repeats(now=later(70)) == 2
    assert trace_repeats(now=later(90)) == 0
    assert CauseLink.objects.count() == 2


def test_a_skip_level_visit_that_is_linked_later_is_traced_again(cast: Cast) -> None:
    """Ten minutes after it came nothing was known; the clerk links the earlier matter the next day."""
    earlier = accepted(cast, BEGIN)
    case = registered(cast, later(63), is_skip_level=True)
    assert trace_repeats(now=later(63.01)) == 1
    assert trace_repeats(now=later(63.02)) == 0
    actions.link_cases(
        actor=cast.act(cast.clerk, later(64)), case_id=case.pk, other_id=earlier.pk, kind="earlier",
        reason="同一诉求", now=later(64),
    )  # fmt: skip
    assert trace_repeats(now=later(64.01)) == 1
    link = CauseLink.objects.get(case=case, version=2)
    assert (link.kind, link.cause, link.earlier, link.by) == ("repeat", "late", earlier, None)
    assert trace_repeats(now=later(64.02)) == 0
    assert link.evidence


def test_what_is_found_in_the_earlier_matter_later_is_traced_too(cast: Cast) -> None:
    earlier = accepted(cast, BEGIN)
    case = again(cast, earlier, 40)
    assert trace_repeats(now=later(41)) == 1
    finding = actions_of_findings.open_finding(
        actor=cast.act(cast.supervisor, later(42)), case_id=earlier.pk, department_id=cast.units["labour"].pk,
        fault="passed_on", reason=WORDS, evidence=list(evidence_of(earlier).values_list("pk", flat=True)[:1]),
        now=later(42),
    )  # fmt: skip
    assert trace_repeats(now=later(43)) == 0  # nobody has decided on it yet
    decided(cast, finding=stated(cast, finding))
    assert trace_repeats(now=later(50)) == 1
    link = CauseLink.objects.get(case=case, version=2)
    assert (link.cause, link.evidence) == ("fault", finding.evidence)
    assert trace_repeats(now=later(51)) == 0


def test_a_persons_word_is_never_traced_over(cast: Cast) -> None:
    case = registered(cast, later(63), is_skip_level=True)
    trace_repeats(now=later(63.01))
    supervisor = cast.act(cast.supervisor)
    trace_repeat(actor=supervisor, case_id=case.pk, cause="none", reason=WORDS, now=later(63.5))
    Case.objects.filter(pk=case.pk).update(repeat_of=accepted(cast, BEGIN))
    assert trace_repeats(now=later(64)) == 0
    assert CauseLink.objects.filter(case=case).count() == 2


def test_a_correction_keeps_the_evidence_of_what_was_chosen(cast: Cast) -> None:
    earlier = forwarded(cast, BEGIN)
    case = again(cast, earlier, 90)
    assert traced(case)[0] == "not_told"
    late = {one.kind: one.pk for one in late_deadlines(earlier, case.registered_at)}
    said = {"actor": cast.act(cast.supervisor), "case_id": case.pk, "reason": WORDS, "now": later(101)}

    def verbs(**more: object) -> list[tuple[str, str]]:
        link = trace_repeat(**said, **more)  # type: ignore[arg-type]
        rows = JournalEntry.objects.filter(pk__in=link.evidence).order_by("id")
        return [(one.verb, str(one.after.get("term"))) for one in rows]

    assert verbs(cause="not_told") == [("start_deadline", "notify")]
    for kind, pk in late.items():
        assert ("start_deadline", kind) in verbs(cause="late", deadline_id=pk)
    assert verbs(cause="unanswered") == []


def test_a_supervisor_corrects_it_with_a_reason(cast: Cast) -> None:
    earlier = served(cast, later(20), accepted(cast, BEGIN))
    case = again(cast, earlier, 40)
    traced(case)
    facts = {"case_id": case.pk, "now": later(50), "cause": "unanswered", "reason": WORDS}
    for who in ("manager", "leader", "clerk", "liaison"):
        assert refused(trace_repeat, actor=cast.act(getattr(cast, who)), **facts).kind == "role"
    supervisor = cast.act(cast.supervisor)
    assert refused(trace_repeat, actor=supervisor, **{**facts, "reason": "短"}).field == "reason"
    assert refused(trace_repeat, actor=supervisor, **{**facts, "cause": "person"}).field == "cause"
    other = accepted(cast).deadlines.get(kind="handle").pk
    assert refused(trace_repeat, actor=supervisor, **facts, deadline_id=other).field == "deadline"
    link = trace_repeat(actor=supervisor, **facts)
    assert (link.version, link.cause, link.by, link.reason) == (2, "unanswered", cast.supervisor, WORDS)
    # The facts do not speak again over a person; what was said before stays.
    assert trace_repeat(actor=SYSTEM, case_id=case.pk, now=later(60)) == link
    assert CauseLink.objects.filter(case=case).count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        CauseLink.objects.update(cause="none")
    entry = JournalEntry.objects.filter(verb="trace_repeat").latest("id")
    assert WORDS not in f"{entry.after}{entry.reason}"


def test_a_matter_that_repeats_nothing(cast: Cast) -> None:
    case = registered(cast, BEGIN)
    facts = {"case_id": case.pk, "now": BEGIN, "cause": "none", "reason": WORDS}
    assert refused(trace_repeat, actor=cast.act(cast.supervisor), **facts).kind == "state"
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人自愿撤回。", now=BEGIN)
    assert trace_repeats(now=later(1)) == 0


def test_a_claim_that_was_brought_along_later_was_not_left_unanswered(cast: Cast) -> None:
    """The opinion was issued before another matter was merged into this one."""
    earlier = served(cast, later(20), accepted(cast, BEGIN))
    claim = Claim.objects.create(case=earlier, number=9, text="补缴社会保险")
    brought = {"other": "另一事项", "claims": ["9"]}
    journal.record(SYSTEM, "merge_case", earlier, after=brought, now=later(30))
    assert traced(again(cast, earlier, 40)) == ("none", None)
    # One that was there, and got no answer, counts.
    Claim.objects.filter(pk=claim.pk).update(number=8)
    assert traced(again(cast, earlier, 41))[0] == "unanswered"


def test_one_bad_matter_holds_up_no_other(cast: Cast) -> None:
    earlier = accepted(cast, BEGIN)
    bad, good = again(cast, earlier, 63), again(cast, earlier, 64, by="decision")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE accountability_causelink ADD CONSTRAINT bad CHECK (case_id <> {bad.pk})")
    assert trace_repeats(now=later(70), limit=1) == 1
    assert CauseLink.objects.get().case == good
    assert Message.objects.get(kind="sweep_failed").context == {"verb": "trace_repeats", "failed": 1}


def test_the_round_reads_indexes_of_its_own(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        untraced()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = ""
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plans += "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan = on")
    for index in ("case_skips_level", "case_repeats", "duplicate_repeats"):
        assert index in plans, plans
