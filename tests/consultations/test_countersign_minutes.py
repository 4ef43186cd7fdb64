"""会签 in order: `circulate_minutes`, `countersign_minutes`, `return_minutes`, `pass_over_unit`."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cases.actions import NewRespondent
from cases.models import Deadline
from consultations import actions
from consultations.models import Consultation, Countersignature, MinutesReturn
from consultations.queries.minutes import round_of
from hall import journal
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message, User
from staffing.actions import post_person, register_user
from tests.cast import NOW, Cast
from tests.consultations.minutes_steps import (
    DISSENT,
    FACTS,
    RESOLUTION,
    called,
    circulating,
    drafted,
    refusal,
    signed,
)
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def running(one: Consultation) -> list[int | None]:
    rows = Deadline.objects.open().filter(case=one.case_id, kind="countersign")
    return list(rows.values_list("department_id", flat=True))


def test_the_round_begins_with_the_first_unit_and_ends_with_the_lead_unit(cast: Cast) -> None:
    one = circulating(cast)
    assert one.status == "circulating"
    assert [seat.unit.department.code for seat in round_of(one).seats] == ["housing", "land", "labour"]
    assert running(one) == [cast.units["housing"].pk]
    message = Message.objects.get(kind="minutes_turn")
    assert (message.user, message.url) == (cast.head2, f"/consultations/{one.pk}/minutes/")
    signed(cast, one, "housing")
    assert running(one) == [cast.units["land"].pk]
    signed(cast, one, "land", dissent=DISSENT)
    last = signed(cast, one, "labour")
    assert (last.kind, last.name, last.digest) == ("signed", "吴建平", round_of(one).minutes.digest)  # type: ignore[union-attr]
    assert running(one) == []
    assert Deadline.objects.filter(case=one.case_id, kind="countersign").exclude(met_at=None).count() == 3
    assert {m.user for m in Message.objects.filter(kind="minutes_signed")} == {
        cast.liaison,
        cast.head,
        cast.manager,
    }
    assert one.case.proceedings.get().stage == "minutes"
    assert journal.verify() == []


def test_dissent_is_kept_by_name_and_words_and_stays_out_of_the_journal(cast: Cast) -> None:
    one = circulating(cast)
    row = signed(cast, one, "housing", dissent=DISSENT)
    assert (row.kind, row.dissent, row.name) == ("dissent", DISSENT, "郑国栋")
    for entry in JournalEntry.objects.filter(stream=f"case:{one.case_id}"):
        assert (
            DISSENT not in f"{entry.before}{entry.after}{entry.reason}" and "dissent" not in f"{entry.after}"
        )
    assert refusal(signed, cast, circulating(cast, called(cast)), "housing", dissent="不").field == "dissent"


def test_out_of_turn_and_twice(cast: Cast) -> None:
    one = circulating(cast)
    assert "现在轮到云溪县住房和城乡建设局" in str(refusal(signed, cast, one, "land"))
    signed(cast, one, "housing")
    assert "已经会签" in str(refusal(signed, cast, one, "housing"))
    assert running(one) == [cast.units["land"].pk]


def test_who_may_sign(cast: Cast) -> None:
    one = circulating(cast)
    for who in ("liaison2", "liaison", "manager", "clerk", "leader", "supervisor"):
        actor = cast.act(cast.people[who])
        refused = refusal(
            actions.countersign_minutes, actor=actor, consultation_id=one.pk, version=1, now=NOW
        )
        assert refused.kind == "role", who
    assert (
        refusal(actions.countersign_minutes, actor=SYSTEM, consultation_id=one.pk, version=1, now=NOW).kind
        == "role"
    )


def test_whom_the_case_complains_of_signs_nothing(cast: Cast) -> None:
    case = accepted(cast, respondents=(NewRespondent(name="郑国栋", user_id=cast.head2.pk),))
    one = circulating(cast, called(cast, case=case))
    assert refusal(signed, cast, one, "housing").kind == "unseen"
    # Nobody else may know of it there: the hall's manager is told.
    assert Message.objects.filter(kind="minutes_turn", user=cast.head2).count() == 0


def test_what_was_read_is_what_is_signed(cast: Cast) -> None:
    one = circulating(cast)
    drafted(cast, one, facts=FACTS + "另补一项。")
    actions.circulate_minutes(actor=cast.act(cast.liaison), consultation_id=one.pk, now=NOW)
    refused = refusal(signed, cast, one, "housing", version=1)
    assert (refused.kind, "第2版" in str(refused), "读过新版" in str(refused)) == ("state", True, True)
    assert signed(cast, one, "housing", version=2).minutes.version == 2


def another_head(cast: Cast, unit: str) -> User:
    user = register_user(actor=SYSTEM, username=f"second-{unit}", name="另一位", now=NOW)
    post_person(
        actor=SYSTEM, user_id=user.pk, role="department_head", title="副局长", hall_id=cast.hall.pk,
        department_id=cast.units[unit].pk, from_on=NOW.date(), now=NOW,
    )  # fmt: skip
    return user


def test_four_eyes(cast: Cast) -> None:
    """Who drafted signs for the own unit only where it has no other head."""
    one = circulating(cast, called(cast, units=()), who=cast.head, lines=())
    other = another_head(cast, "labour")
    refused = refusal(signed, cast, one, "labour")
    assert (refused.kind, "其他负责人" in str(refused)) == ("role", True)
    actor = cast.act(other)
    row = actions.countersign_minutes(actor=actor, consultation_id=one.pk, version=1, now=NOW)
    assert row.signed_by == other


def test_four_eyes_where_there_is_one_head_alone(cast: Cast) -> None:
    one = circulating(cast, called(cast, units=()), who=cast.head, lines=())
    assert signed(cast, one, "labour").signed_by == cast.head


def test_return_minutes_says_what_should_change(cast: Cast) -> None:
    one = circulating(cast)
    signed(cast, one, "housing")
    actor = cast.act(cast.head3)
    early = refusal(actions.return_minutes, actor=cast.act(cast.head), consultation_id=one.pk, version=1,
                    reason="请补充依据", now=NOW)  # fmt: skip
    assert "现在轮到" in str(early)
    actions.return_minutes(
        actor=actor, consultation_id=one.pk, version=1, reason="请写明垫付的依据。", now=NOW
    )
    one.refresh_from_db()
    row = MinutesReturn.objects.get()
    assert (one.status, row.unit.department, row.name) == ("drafting", cast.units["land"], "钱立新")
    assert running(one) == []
    assert (
        "请写明垫付的依据" not in f"{[e.reason for e in JournalEntry.objects.filter(verb='return_minutes')]}"
    )
    assert {m.user for m in Message.objects.filter(kind="minutes_returned")} == {
        cast.liaison,
        cast.head,
        cast.manager,
    }
    # The text is the same: who has signed has signed it, and the round goes on with the unit that sent it back.
    actions.circulate_minutes(actor=cast.act(cast.liaison), consultation_id=one.pk, now=NOW)
    assert running(one) == [cast.units["land"].pk]
    assert Countersignature.objects.filter(void_at=None).count() == 1


def test_nothing_goes_round_before_every_unit_has_spoken(cast: Cast) -> None:
    one = drafted(cast, called(cast, asked=("land",), due=0)).consultation
    actor = cast.act(cast.liaison)
    refused = refusal(actions.circulate_minutes, actor=actor, consultation_id=one.pk, now=NOW)
    assert (refused.kind, "云溪县自然资源局" in str(refused)) == ("state", True)
    later = NOW + dt.timedelta(days=1)
    actions.circulate_minutes(actor=cast.act(cast.liaison, later), consultation_id=one.pk, now=later)


def pass_over(cast: Cast, one: Consultation, now: dt.datetime, who: str = "liaison") -> Any:
    return actions.pass_over_unit(
        actor=cast.act(cast.people[who], now), consultation_id=one.pk, version=one.version, now=now
    )


def test_pass_over_unit_once_its_period_has_passed(cast: Cast) -> None:
    one = circulating(cast)
    early = refusal(pass_over, cast, one, NOW)
    assert (early.kind, "期限" in str(early)) == ("state", True)
    late = NOW + dt.timedelta(days=9)
    assert refusal(pass_over, cast, one, late, "liaison2").kind == "role"
    row = pass_over(cast, one, late)
    assert (row.kind, row.signed_by, row.name) == ("missed", None, "")
    assert running(one) == [cast.units["land"].pk]
    assert {m.user for m in Message.objects.filter(kind="minutes_passed_over")} == {cast.head2}
    assert "逾期未会签" in str(refusal(signed, cast, one, "housing", late))
    # Sent round anew, it is asked again.
    drafted(cast, one, late, facts=FACTS + "已核。")
    actions.circulate_minutes(actor=cast.act(cast.liaison, late), consultation_id=one.pk, now=late)
    assert signed(cast, one, "housing", late).kind == "signed"


def test_the_database_keeps_signatures_as_they_were_given(cast: Cast) -> None:
    one = circulating(cast)
    row = signed(cast, one, "housing")
    for change in ({"dissent": "改了"}, {"name": "别人"}, {"digest": "0" * 64}):
        with pytest.raises(Exception, match=r"read-only|Cannot update|as_signed"), transaction.atomic():
            Countersignature.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        row.delete()
    for facts, name in (
        ({"kind": "dissent"}, "dissent_is_said"),
        ({"kind": "signed", "signed_by": None, "name": ""}, "signature_has_a_hand"),
    ):
        unit = one.units.get(department=cast.units["land"])
        said = {"minutes": row.minutes, "unit": unit, "signed_by": cast.head3, "name": "钱立新", "signed_at": NOW,
                "digest": row.digest, **facts}  # fmt: skip
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Countersignature.objects.create(**said)


# -- two connections -----------------------------------------------------------------------------------------------


def together(*acts: Any) -> list[str]:
    """Each act in a connection of its own, all let go at once; how each ended."""
    start, results = threading.Barrier(len(acts)), list[str]()

    def run(act: Any) -> None:
        try:
            start.wait(timeout=20)
            act()
            results.append("done")
        except Refused as refused:
            results.append(f"{refused.kind}: {refused}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=40)
    return sorted(results)


@pytest.mark.django_db(transaction=True)
def test_a_signature_and_an_edit_at_once(cast: Cast) -> None:
    """Whoever comes second reads it: the edit voids the signature, or the signature finds the text changed."""
    one = circulating(cast)
    results = together(
        lambda: signed(cast, Consultation.objects.get(pk=one.pk), "housing", version=1),
        lambda: drafted(cast, Consultation.objects.get(pk=one.pk), facts=FACTS + "改。", version=1),
    )
    one.refresh_from_db()
    assert "done" in results
    assert (one.version, one.status) == (2, "drafting")
    assert not Countersignature.objects.filter(void_at=None).exists()
    assert len([word for word in results if word == "done"]) == 1 + Countersignature.objects.count()


@pytest.mark.django_db(transaction=True)
def test_two_heads_of_one_unit_at_once(cast: Cast) -> None:
    one = circulating(cast)
    actors = [cast.act(cast.head2), cast.act(another_head(cast, "housing"))]

    def sign(actor: Any) -> Any:
        return lambda: actions.countersign_minutes(actor=actor, consultation_id=one.pk, version=1, now=NOW)

    results = together(*(sign(actor) for actor in actors))
    assert results[0] == "done" and results[1].startswith("state: 本单位已经会签"), results
    assert Countersignature.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_trigger_lets_no_signature_stand_on_a_text_that_was_being_changed(cast: Cast) -> None:
    """Past every rule: a row written straight into the table waits for the edit, and then is refused."""
    one = circulating(cast)
    found = round_of(one)
    minutes, unit, begun, answers = found.minutes, found.seats[0].unit, threading.Event(), list[str]()

    def slower() -> None:
        try:
            begun.set()
            Countersignature.objects.create(
                minutes=minutes, unit=unit, kind="signed", signed_by=cast.head2, name="郑国栋", signed_at=NOW,
                digest=minutes.digest if minutes else "",
            )  # fmt: skip
            answers.append("written")
        except IntegrityError as error:
            answers.append(str(error).splitlines()[0])
        finally:
            connection.close()

    with transaction.atomic():
        drafted(cast, one, facts=FACTS + "改。")
        thread = threading.Thread(target=slower)
        thread.start()
        assert begun.wait(timeout=10)
        for _n in range(400):
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    break
                cursor.execute("SELECT pg_sleep(0.02)")
    thread.join(timeout=30)
    assert answers == ["the minutes were changed meanwhile"]
    assert RESOLUTION  # the text that was signed by nobody
