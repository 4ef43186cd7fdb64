"""Deliberation behind closed doors, the majority, the conclusion, and its place in the opinion that follows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from cases import actions as cases
from cases.lifecycle import CONCLUSIONS
from cases.models import Case, Opinion
from cases.queries.heard import hearing_lines
from cases.queries.precheck import blocking
from cases.queries.service import unserved
from hall import journal
from hall.access import SYSTEM, Refused
from hall.documents import page as paper_page
from hall.models import IssuedDocument, JournalEntry, Message
from hearings import actions
from hearings.management.demo_session import hold_hearing
from hearings.models import Conclusion, DeliberationNote, Hearing
from hearings.queries.votes import Majority, majority
from staffing.models import Engagement
from tests.cast import NOW, Cast
from tests.hearings.session_steps import (
    FACTS,
    OPINION,
    REASON,
    begun,
    by,
    closed,
    concluded,
    found,
    rules_of,
    scheduled,
)
from tests.life_handling import heard, in_reexamination_time
from tests.life_opinions import answers, drafted

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=1)
WORDS = "采纳听证结论，七日内协调支付；社会保险部分另行告知途径。"


def conclude(
    cast: Cast, hearing: Hearing, finding: str = "partly", who: str = "leader2", **facts: object
) -> Conclusion:
    now = facts.pop("now", LATER)
    return actions.conclude_hearing(
        actor=by(cast, who), hearing_id=hearing.pk, finding=finding, now=now,  # type: ignore[arg-type]
        **{"facts": FACTS, "opinion": OPINION, **facts},  # type: ignore[arg-type]
    )  # fmt: skip


def no(cast: Cast, hearing: Hearing, *args: str, **facts: object) -> Refused:
    with pytest.raises(Refused) as caught:
        conclude(cast, hearing, *args, **facts)
    assert not Conclusion.objects.exists()
    return caught.value


# -- the majority --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("votes", "found"),
    [
        ("sss", ("supported", 3, 3)),
        ("ssn", ("supported", 2, 3)),
        ("snn", ("not_supported", 2, 3)),
        ("spn", ("partly", 2, 3)),  # who finds it justified finds it justified in part as well
        ("sspnn", ("partly", 3, 5)),
        ("ssppn", ("partly", 4, 5)),
        ("ppppn", ("partly", 4, 5)),
        ("n", ("not_supported", 1, 1)),
    ],
)
def test_more_than_half_decides(votes: str, found: tuple[str, int, int]) -> None:
    codes = {"s": "supported", "p": "partly", "n": "not_supported"}
    assert majority([codes[vote] for vote in votes]) == Majority(*found)


@pytest.mark.parametrize("votes", [[], ["supported", "not_supported"]])
def test_an_even_panel_decides_nothing(votes: list[str]) -> None:
    assert majority(votes) is None


# -- giving a finding ----------------------------------------------------------------------------------------------


def give(
    cast: Cast, hearing: Hearing, who: str, finding: str = "partly", text: str = REASON, **facts: object
) -> object:
    return actions.record_finding(
        actor=by(cast, who),
        hearing_id=hearing.pk,
        finding=finding,
        text=text,
        now=LATER,
        **facts,  # type: ignore[arg-type]
    )


def test_record_finding_says_in_the_journal_only_that_it_was_given(cast: Cast) -> None:
    hearing = closed(cast)
    give(cast, hearing, "panelist")
    entry = JournalEntry.objects.get(verb="record_finding")
    assert entry.after == {"n": 1} and entry.before == {} and entry.reason == ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM hearings_deliberationnote")
        kept = bytes(cursor.fetchone()[0])
    assert REASON.encode() not in kept and DeliberationNote.objects.get().text == REASON
    assert journal.verify(f"case:{hearing.case_id}") == []


def test_once_and_never_changed(cast: Cast) -> None:
    hearing = closed(cast)
    give(cast, hearing, "panelist")
    with pytest.raises(Refused, match="不能更改") as caught:
        give(cast, hearing, "panelist", "supported")
    assert caught.value.kind == "state"
    with pytest.raises(DatabaseError), transaction.atomic():
        DeliberationNote.objects.update(finding="supported")
    assert DeliberationNote.objects.get().finding == "partly"


def test_the_recorder_writes_for_a_member_without_an_account_alone(cast: Cast) -> None:
    hearing = closed(cast)
    lawyer, deputy = hearing.seats.filter(role="member").order_by("id")[:2]
    with pytest.raises(Refused, match="哪一位听证员") as caught:
        give(cast, hearing, "clerk2", seat_id=lawyer.pk)
    assert caught.value.field == "seat"
    give(cast, hearing, "clerk2", seat_id=deputy.pk)
    assert DeliberationNote.objects.get().written_by == cast.clerk2
    with pytest.raises(Refused) as caught:
        give(cast, hearing, "panelist", seat_id=deputy.pk)
    assert caught.value.field == "seat"


def test_the_presider_does_not_vote_and_outsiders_see_nothing(cast: Cast) -> None:
    hearing = closed(cast)
    with pytest.raises(Refused, match="不参加表决") as caught:
        give(cast, hearing, "leader2")
    assert caught.value.kind == "role"
    for who in ("manager", "liaison", "head", "supervisor", "administrator", "clerk"):
        with pytest.raises(Refused) as caught:
            give(cast, hearing, who)
        assert caught.value.kind == "unseen"
        assert not DeliberationNote.objects.visible_to(by(cast, who)).exists()


def test_who_was_recused_is_an_outsider(cast: Cast) -> None:
    hearing = closed(cast)
    hearing.seats.filter(member__participant__user=cast.panelist).update(
        status="recused", left_reason="有利害关系"
    )
    with pytest.raises(Refused) as caught:
        give(cast, hearing, "panelist")
    assert caught.value.kind == "unseen"


@pytest.mark.parametrize(("facts", "field"), [({"finding": "maybe"}, "finding"), ({"text": "太短"}, "text")])
def test_bad_findings(cast: Cast, facts: dict[str, str], field: str) -> None:
    hearing = closed(cast)
    with pytest.raises(Refused) as caught:
        give(cast, hearing, "panelist", **facts)
    assert (caught.value.kind, caught.value.field) == ("input", field)


def test_not_before_the_session_is_closed(cast: Cast) -> None:
    hearing = begun(cast)
    with pytest.raises(Refused, match="不在合议") as caught:
        give(cast, hearing, "panelist")
    assert caught.value.kind == "state"
    assert no(cast, hearing).kind == "state"


# -- concluding ----------------------------------------------------------------------------------------------------


def test_conclude_hearing_is_the_majoritys_word(cast: Cast) -> None:
    hearing = closed(cast)
    found(cast, hearing, "partly", "partly", "supported")
    wrong = no(cast, hearing, "supported")
    assert (wrong.kind, wrong.field) == ("input", "finding") and "诉求部分成立" in str(wrong)
    one = conclude(cast, hearing)
    assert (one.finding, one.votes_for, one.votes_total) == ("partly", 2, 3)
    hearing.refresh_from_db()
    assert (hearing.status, hearing.ended_at) == ("concluded", LATER)
    entry = JournalEntry.objects.get(verb="conclude_hearing")
    assert "votes" not in str(entry.after) and entry.after["document"] == one.document.number


def test_who_and_when(cast: Cast) -> None:
    hearing = closed(cast)
    found(cast, hearing, "partly", "partly")
    assert "白雪梅还没有给出意见" in str(no(cast, hearing))
    assert no(cast, hearing, who="panelist").kind == "role"
    assert no(cast, hearing, who="clerk2").kind == "role"
    assert no(cast, hearing, who="manager").kind == "unseen"


@pytest.mark.parametrize("field", ["facts", "opinion"])
def test_bad_conclusions(cast: Cast, field: str) -> None:
    hearing = closed(cast)
    found(cast, hearing, "partly", "partly", "partly")
    wrong = no(cast, hearing, **{field: "短"})
    assert (wrong.kind, wrong.field) == ("input", field)


def test_on_the_spot_only_on_the_day(cast: Cast) -> None:
    hearing = closed(cast)
    found(cast, hearing, "partly", "partly", "partly")
    wrong = no(cast, hearing, on_the_spot=True, now=NOW + dt.timedelta(days=1))
    assert (wrong.kind, wrong.field) == ("input", "on_the_spot")


def test_the_paper_the_file_and_the_letter(cast: Cast) -> None:
    one = concluded(cast)
    hearing, paper = one.hearing, one.document
    assert paper.number == "云信听结字〔2026〕1号"
    text = str(paper_page(paper))
    for words in (
        "孙丽华",
        "苏文清",
        "诉求部分成立",
        OPINION,
        "建议承办单位协调支付",
        "云溪县听证规则",
        "云溪县信访局",
    ):
        assert words in text
    assert "2名" not in text and "不成立" not in text, "who dissented, and that somebody did, stays inside"
    row = hearing.case.proceedings.get()
    assert (row.stage, row.blocks_opinion, row.document, row.finding) == (
        "concluded",
        False,
        paper,
        "诉求部分成立",
    )
    assert paper.number in row.told and "怎样采纳" in row.told
    assert not Engagement.objects.standing().filter(ref=f"hearings.hearing:{hearing.pk}").exists()
    assert hearing.steps.get(kind="result").note.startswith("没有当场宣布")
    assert hearing.case.deadlines.get(kind="hearing_conclude").met_at == LATER
    assert not hearing.case.deadlines.filter(kind="hearing_serve").exists()
    people = {message.user for message in Message.objects.filter(kind="hearing_concluded")}
    assert {cast.liaison, cast.head, cast.manager} <= people
    with pytest.raises(DatabaseError), transaction.atomic():
        Conclusion.objects.update(finding="supported")


def test_told_on_the_spot_the_paper_is_served_within_the_days_of_the_rules(cast: Cast) -> None:
    one = concluded(cast, on_the_spot=True)
    case = one.hearing.case
    clock = case.deadlines.get(kind="hearing_serve")
    assert ((clock.own_rule or {})["days"], clock.due_on) == (8, dt.date(2026, 11, 26))
    assert one.hearing.steps.get(kind="result").began_at == LATER
    assert "已经当场宣布" in case.proceedings.get().told
    assert one.document in unserved(case), "the service door of the case serves it"


def test_serving_the_paper_stops_that_clock(cast: Cast) -> None:
    one = concluded(cast, on_the_spot=True)
    case = one.hearing.case
    service = cases.Service(
        method="direct",
        outcome="served",
        served_on=LATER.date(),
        receiver="张秀英",
        place="听证室",
        servers="林晓雯",
    )
    cases.serve_document(
        actor=SYSTEM, case_id=case.pk, document_id=one.document_id, service=service, now=LATER
    )
    assert case.deadlines.get(kind="hearing_serve").met_at == LATER


def test_no_number_in_the_rules_no_clock(cast: Cast) -> None:
    rules_of(cast, serve_days=0)
    one = concluded(cast, on_the_spot=True)
    assert not one.hearing.case.deadlines.filter(kind="hearing_serve").exists()


def test_the_pause_of_the_reexamination_ends_with_it(cast: Cast) -> None:
    case, _clock = in_reexamination_time(cast)
    hold = heard(cast, case, NOW.date())
    Case.objects.filter(pk=case.pk).update(first_handler=cast.units["labour"])
    hearing = closed(cast, case=case, hold=hold)
    found(cast, hearing, "partly", "partly", "partly")
    conclude(cast, hearing)
    hold.refresh_from_db()
    assert hold.to_on == NOW.date() + dt.timedelta(days=1)
    assert case.deadlines.get(kind="reexamine").due_on is not None


def test_the_database_knows_no_conclusion_of_the_minority(cast: Cast) -> None:
    hearing = closed(cast)
    with pytest.raises(IntegrityError, match="conclusion_of_the_majority"), transaction.atomic():
        Conclusion.objects.create(
            hearing=hearing, finding="partly", facts=FACTS, opinion=OPINION, votes_for=1, votes_total=3,
            concluded_at=LATER,
        )  # fmt: skip


# -- its place in the opinion --------------------------------------------------------------------------------------


def draft(cast: Cast, case: Case, heard: str | None) -> None:
    cases.draft_opinion(
        actor=by(cast, "liaison"), case_id=case.pk, rows=answers(case), heard=heard, now=LATER
    )


def test_the_opinion_waits_for_the_hearing_and_then_says_what_became_of_it(cast: Cast) -> None:
    one = concluded(cast)
    case = Case.objects.get(pk=one.hearing.case_id)
    draft(cast, case, None)
    assert [lack.field for lack in blocking(case)] == ["heard"]
    with pytest.raises(Refused, match="采纳情况") as caught:
        cases.submit_opinion(actor=by(cast, "liaison"), case_id=case.pk, now=LATER)
    assert caught.value.field == "heard"
    draft(cast, case, WORDS)
    for verb, who in (
        ("submit_opinion", "liaison"),
        ("countersign_opinion", "head"),
        ("issue_opinion", "liaison"),
    ):
        getattr(cases, verb)(actor=by(cast, who), case_id=case.pk, now=LATER)
    text = str(paper_page(IssuedDocument.objects.get(kind="opinion")))
    assert "本事项于2026年11月18日举行听证，听证结论书（云信听结字〔2026〕1号）认定：诉求部分成立。" in text
    assert f"对听证结论的采纳情况：{WORDS}" in text


def test_an_opinion_that_is_silent_on_a_hearing_does_not_pass_the_database(cast: Cast) -> None:
    one = concluded(cast)
    case = drafted(cast, case=Case.objects.get(pk=one.hearing.case_id))
    with pytest.raises(DatabaseError, match="not taken into account"), transaction.atomic():
        Opinion.objects.filter(case=case).update(status="submitted")
        Opinion.objects.filter(case=case).update(status="countersigned")
        Opinion.objects.filter(case=case).update(status="issued")


def test_without_a_hearing_nothing_is_asked(cast: Cast) -> None:
    case = drafted(cast)
    assert hearing_lines(case) == [] and "heard" not in [lack.field for lack in blocking(case)]
    assert CONCLUSIONS


def test_an_edit_of_these_words_alone_makes_the_signature_void(cast: Cast) -> None:
    one = concluded(cast)
    case = Case.objects.get(pk=one.hearing.case_id)
    draft(cast, case, WORDS)
    cases.submit_opinion(actor=by(cast, "liaison"), case_id=case.pk, now=LATER)
    draft(cast, case, None)
    assert Opinion.objects.get(case=case).status == "submitted", "nothing was said, nothing changes"
    draft(cast, case, WORDS + "另行回访。")
    assert Opinion.objects.get(case=case).status == "draft"


def test_a_scheduled_hearing_still_blocks(cast: Cast) -> None:
    hearing = scheduled(cast)
    assert hearing.case.proceedings.get().blocks_opinion


def test_the_demo_holds_it_by_the_real_actions(cast: Cast) -> None:
    one = hold_hearing(scheduled(cast), on_the_spot=True)
    assert one is not None and (one.finding, one.votes_for) == ("partly", 2)
    assert hold_hearing(one.hearing) is None, "once"
