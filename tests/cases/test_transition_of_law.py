"""A matter received before 2022-05-01 keeps the regulations of 2005 to its end; one received on that day has the new
ones. Played in May 2022, side by side, through the actions.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from cases import actions
from cases.models import Case, Deadline
from cases.terms import TERMS, term
from hall import documents, journal
from hall.access import PUBLIC, SYSTEM, Refused
from hall.models import IssuedDocument, JournalEntry
from staffing.actions import post_person, register_user
from staffing.lifecycle import LIAISON
from staffing.models import Department
from tests.cast import Cast, at, save, yunxi
from tests.life_opinions import answers, handed
from tests.life_ratings import ticket
from tests.life_referrals import DECIDED, NOT_OURS, REPORT
from tests.life_reviews import ASKED, FINDINGS
from tests.matters import REASON, ladder, matter, registered

pytestmark = pytest.mark.django_db
OPENED = at("2022-01-05 08:30")
MONDAY = at("2022-05-09 10:00")
LAST_OLD, FIRST_NEW = dt.date(2022, 4, 30), dt.date(2022, 5, 1)
NEW, OLD = "《信访工作条例》", "《信访条例》"
DAY = dt.timedelta(days=1)
BOTH = {
    "sort", "notify", "handle", "apply_review", "review", "apply_reexamination", "reexamine", "report", "arbitrate",
    "contribute", "supplement", "report_urgent", "serve", "follow_up",
}  # fmt: skip
LEADERS = {
    "instruction", "sponsor", "confer", "countersign", "commitment", "joint_decision",
    "hearing_apply", "hearing_decide", "hearing_hold", "hearing_conclude", "hearing_serve",
    "supervise", "statement",
}  # fmt: skip
"""Set by a leader or agreed under the State Bureau's rules for halls, which stand beside both laws."""
ONLY_NEW = {"object", "simple_accept", "simple_handle"}


@pytest.fixture
def cast(db: None) -> Cast:
    """The hall as it stood in 2022, with the reviewing bodies above it."""
    cast = yunxi(OPENED)
    ladder()
    cast.units["city_petition"] = save(
        Department(
            code="city_petition", name="滇南市信访局", jurisdiction=cast.city, is_petition_office=True
        ),
        OPENED,
    )
    for key, unit in (("petition", "petition"), ("city_petition", "city_petition")):
        user = register_user(actor=SYSTEM, username=key, name="严平", now=OPENED)
        post_person(
            actor=SYSTEM, user_id=user.pk, role=LIAISON, title="经办人", department_id=cast.units[unit].pk,
            from_on=OPENED.date(), now=OPENED,
        )  # fmt: skip
        user.refresh_from_db()
        cast.people[key] = user
    return cast


class Matter:
    """One matter; a day passes with each act."""

    def __init__(self, cast: Cast, received_on: dt.date) -> None:
        self.cast, self.now = cast, MONDAY
        self.case = registered(cast, MONDAY, received_on=received_on, channel="letter")

    def act(self, verb: str, by: str, **facts: Any) -> Any:
        self.now += DAY
        actor = self.cast.act(getattr(self.cast, by), self.now)
        return getattr(actions, verb)(actor=actor, case_id=self.case.pk, now=self.now, **facts)

    def refused(self, verb: str, by: str, **facts: Any) -> Refused:
        with pytest.raises(Refused) as caught:
            self.act(verb, by, **facts)
        return caught.value

    def assign(self) -> None:
        labour = self.cast.units["labour"].pk
        self.act(
            "forward_case",
            "clerk",
            department_id=labour,
            reason=REASON,
            kind="assign",
            demand="查明人数和金额。",
        )

    def unit(self, code: str) -> dict[str, int]:
        return {"department_id": self.cast.units[code].pk}

    def through_everything(self) -> None:
        """From the unit's desk through review and re-examination to the end, with all that may happen beside."""
        self.act("receive_case", "liaison")
        self.act("dispute_case", "liaison", reason=NOT_OURS)
        self.act("uphold_referral", "manager", reason=DECIDED)
        self.act(
            "involve_unit", "liaison", part="take_part", demand="请核实施工情况。", **self.unit("housing")
        )
        self.act("report_back", "liaison2", text=REPORT)
        self.act("request_supplement", "liaison", what="考勤表复印件")
        self.act("receive_supplement", "clerk", note="收到一份。")
        self.act("raise_urgent", "liaison", reason="多人扬言聚集。")
        self.act("report_urgent", "liaison", reported_to="云溪县政府", text="情况平稳，继续做工作。")
        self.act("request_extension", "liaison", days=20, reason="涉及多个工地的用工台账，需要逐一核对。")
        self.act("approve_extension", "head", decision="情况复杂，同意。")
        self.act(
            "record_work", "liaison", kind="visit", happened_on=self.now.date(), text="到工地核对考勤表。"
        )
        self.answer()
        self.act("report_back", "liaison", text=REPORT)
        self.rate()
        self.challenge("review", "petition", "petition")
        paper = IssuedDocument.objects.get(stream=f"case:{self.case.pk}", kind="review_opinion")
        self.act("serve_document", "clerk", document_id=paper.pk, service=handed(self.now + DAY))
        self.challenge("reexamination", "city_petition", "city_petition")

    def answer(self) -> None:
        self.act("draft_opinion", "liaison", rows=answers(self.case))
        self.act("submit_opinion", "liaison")
        self.act("countersign_opinion", "head")
        self.act("issue_opinion", "liaison")
        self.act("serve_opinion", "liaison", service=handed(self.now + DAY))

    def rate(self) -> None:
        """A low grade, and that it is looked into."""
        pass_text = ticket(self.case, now=self.now)
        said = {"unit": actions.Said(3, "等了很久没有人解释")}
        actions.rate_service(actor=PUBLIC, pass_text=pass_text, said=said, now=self.now)
        self.act("close_follow_up", "supervisor", finding="已当面听取意见。", measure="已向承办单位提出。")

    def challenge(self, stage: str, unit: str, by: str) -> None:
        asked = {"requested_on": self.now.date(), "request": ASKED, **self.unit(unit)}
        self.act(f"request_{stage}", "clerk", **asked)
        self.act(f"issue_{stage}", by, outcome="uphold", **FINDINGS)

    # -- what is known of it afterwards

    @property
    def clocks(self) -> dict[str, Deadline]:
        return {one.kind: one for one in Deadline.objects.filter(case=self.case).order_by("id")}

    def entries(self) -> list[JournalEntry]:
        return list(JournalEntry.objects.filter(stream=f"case:{self.case.pk}").order_by("seq"))

    def articles(self) -> dict[str, str]:
        """The article that each act names in the journal."""
        return {one.verb: one.after["article"] for one in self.entries() if one.after.get("article")}

    def papers(self) -> dict[str, str]:
        """Every word of every paper, by its kind."""
        issued = IssuedDocument.objects.filter(stream=f"case:{self.case.pk}")
        return {one.kind: json.dumps(documents.page(one), ensure_ascii=False) for one in issued}


def played(cast: Cast, received_on: dt.date) -> Matter:
    one = Matter(cast, received_on)
    one.assign()
    one.through_everything()
    one.case.refresh_from_db()
    assert one.case.status == "finally_closed"
    assert journal.verify(f"case:{one.case.pk}") == []
    return one


def test_the_laws_differ_in_what_only_the_new_one_knows() -> None:
    assert set(TERMS["r05"]) == BOTH | LEADERS
    assert set(TERMS["r22"]) == BOTH | LEADERS | ONLY_NEW
    for code in LEADERS:
        old, new = TERMS["r05"][code], TERMS["r22"][code]
        assert (old.days, old.max_extension) == (new.days, new.max_extension)
        assert (old.article == new.article) is (
            code != "supervise"
        )  # the duty to report back is in both laws


@pytest.mark.parametrize(("received_on", "law"), [(LAST_OLD, "r05"), (FIRST_NEW, "r22")])
def test_every_clock_and_every_paper_of_a_whole_life_is_of_one_law(
    cast: Cast, received_on: dt.date, law: str
) -> None:
    """Both were registered on the same day in May; what decides is when they were received."""
    one = played(cast, received_on)
    assert one.case.law == law
    clocks = one.clocks
    assert {clock.law for clock in clocks.values()} == {law}
    assert clocks.keys() == BOTH | ({"object"} if law == "r22" else set())
    own, other = (NEW, OLD) if law == "r22" else (OLD, NEW)
    assert {verb: found for verb, found in one.articles().items() if other in found} == {}
    papers = one.papers()
    assert {kind: words for kind, words in papers.items() if other in words} == {}
    named = {kind for kind, words in papers.items() if own in words}
    assert {"letter_assign", "opinion", "review_opinion", "reexamination_opinion"} <= named | {
        "letter_assign"
    }


def test_a_case_of_the_old_law_knows_no_objection_and_no_simple_procedure(cast: Cast) -> None:
    """A dispute there is under both (第二十四条)."""
    old, new = Matter(cast, LAST_OLD), Matter(cast, FIRST_NEW)
    for one in (old, new):
        one.assign()
    assert "object" not in old.clocks and "object" in new.clocks
    refusal = old.refused("object_to_referral", "liaison", reason=NOT_OURS)
    assert refusal.kind == "state" and "没有异议程序" in str(refusal)
    assert refusal.article == "《信访条例》第二十二条"
    assert new.act("object_to_referral", "liaison", reason=NOT_OURS).kind == "object"
    assert new.articles()["object_to_referral"] == "《信访工作条例》第二十三条第三款"

    for received_on in (LAST_OLD, FIRST_NEW):
        case = Matter(cast, received_on)
        case.act("accept_case", "clerk", reason=REASON, **case.unit("labour"))
        if received_on == LAST_OLD:
            assert "没有简易办理程序" in str(
                case.refused("simplify_case", "liaison", reason="事实清楚，容易办理。")
            )
        else:
            case.act("simplify_case", "liaison", reason="事实清楚，容易办理。")
            assert case.clocks["simple_handle"].law == "r22"


def test_the_articles_of_review_and_reexamination_are_those_of_its_law(cast: Cast) -> None:
    old, new = played(cast, LAST_OLD), played(cast, FIRST_NEW)
    for stage, clock in (("review", "review"), ("reexamination", "reexamine")):
        for one, law in ((old, "r05"), (new, "r22")):
            article = term(clock, law).article
            assert one.articles()[f"request_{stage}"] == article
            assert one.articles()[f"issue_{stage}"] == article
    assert term("review", "r05").article.endswith("第三十四条") and term("review", "r22").article.endswith(
        "第三十五条"
    )


def test_a_matter_that_repeats_an_old_one_is_a_new_matter(cast: Cast) -> None:
    """The law follows the day on which the matter itself was received, not that of an earlier one."""
    old = played(cast, LAST_OLD)
    again = actions.register_case(
        actor=cast.act(cast.clerk, old.now),
        hall_id=cast.hall.pk,
        new=matter(
            old.now,
            duplicates=(
                actions.DuplicateChoice(candidate_id=old.case.pk, score=95, reasons=(), decision="repeat"),
            ),
        ),
        now=old.now,
    )
    assert Case.objects.get(pk=again.pk).law == "r22"
    declined = actions.decline_closed_case(
        actor=cast.act(cast.clerk, old.now), case_id=again.pk, related_case_id=old.case.pk,
        reason="同一事项已经复核终结。", now=old.now,
    )  # fmt: skip
    words = json.dumps(
        documents.page(IssuedDocument.objects.get(stream=f"case:{declined.pk}")), ensure_ascii=False
    )
    assert NEW in words and OLD not in words
