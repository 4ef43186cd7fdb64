"""Order in the hall: record_incident, read_incident, hand_over_incident, receive_incident, add_account, erase_incident,
erase_incidents; and that nothing a person may do depends on it."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accountability.actions import issue_personal_file
from accountability.queries.access_log import LookFilter, look_page
from cases.actions import NewRespondent, accept_case
from cases.models import Case, Deadline, Petitioner
from cases.queries.duplicates import Matter
from hall.access import PUBLIC, SYSTEM, Refused
from hall.models import JournalEntry, Message
from intake.actions import call_next, look_up_history, register_visit
from intake.actions.incidents import (
    add_account,
    erase_incident,
    erase_incidents,
    hand_over_incident,
    read_incident,
    receive_incident,
)
from intake.models import Ticket
from intake.models.incidents import Incident, IncidentAccount, IncidentTally
from intake.queries.incidents import figures
from staffing.rules.complaints import ASKED_MOST
from tests.cast import NOW, Cast, at, queues, reception, take
from tests.guidance import DID, OWN_WORDS, SHOUTED, happened
from tests.hearings.asking_steps import asked as hearing_asked
from tests.intake.booking import NINE, by_clerk
from tests.matters import REASON, ZHANG, matter

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def visit_of(cast: Cast, **facts: Any) -> int:
    return take(cast, queues(cast)["B"], **facts).visit_id


def handed(cast: Cast, visit_id: int | None = None) -> Incident:
    one = happened(cast, visit_id)
    return hand_over_incident(actor=cast.act(cast.guide), incident_id=one.pk, now=NOW)


def taken(one: Incident, actor: Any = PUBLIC, **facts: Any) -> Incident:
    said = {"taken_by": "民警甲", "receipt_number": "接2026-11", "taken_at": NOW, **facts}
    return receive_incident(actor=actor, incident_id=one.pk, now=NOW + MINUTE, **said)


# -- the record --------------------------------------------------------------------------------------------------


def test_written_once_encrypted_and_the_journal_knows_neither_visit_nor_word(cast: Cast) -> None:
    one = happened(cast, visit_of(cast))
    (entry,) = JournalEntry.objects.filter(verb="record_incident")
    assert entry.after == {"hall": "yunxi", "kind": "noise", "measures": ["persuade"]}
    assert entry.stream == f"incident:{one.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text FROM intake_incident i")
        (row,) = cursor.fetchone()
    assert SHOUTED not in row and SHOUTED.encode().hex() not in row
    for change in ({"kind": "threat"}, {"measures": []}, {"what_happened": "改过的话"}, {"visit": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Incident.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        one.delete()


def test_staff_do_three_things_and_nothing_else(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        happened(cast, measures=("persuade", "detain"))
    assert (refused.value.field, refused.value.article) == ("measures", "《信访工作条例》第四十七条")
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.create(
            hall=cast.hall, kind="noise", happened_at=NOW, place="门口", what_happened=SHOUTED, staff_did=DID,
            measures=["expel"], at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "x"}, "kind"), ({"happened_at": NOW + 3 * MINUTE}, "day"), ({"what_happened": "吵"}, "what_happened"),
        ({"happened_at": NOW - dt.timedelta(days=8)}, "day"), ({"room_id": None, "place": " "}, "place"),
        ({"room_id": 0}, "room"), ({"staff_did": ""}, "staff_did"),
    ],
)  # fmt: skip
def test_bad_input_stands_at_its_field(cast: Cast, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        happened(cast, **changed)
    assert (refused.value.kind, refused.value.field) == ("input", field)


def test_who_wrote_it_the_manager_and_the_supervisor_see_it_and_nobody_else(cast: Cast) -> None:
    visit_id = visit_of(cast)
    happened(cast, visit_id)
    sees = {name for name, who in cast.people.items() if Incident.objects.visible_to(cast.act(who)).exists()}
    assert sees == {"guide", "manager", "supervisor"}
    register_visit(
        actor=cast.act(cast.clerk), hall_id=cast.hall.pk, visit_id=visit_id, form_token=uuid.uuid4(),
        new=matter(NOW, respondents=(NewRespondent(name=cast.manager.name, user_id=cast.manager.pk),)), now=NOW,
    )  # fmt: skip
    assert not Incident.objects.visible_to(cast.act(cast.manager)).exists(), "complained of by that visitor"


def test_each_look_is_on_record_with_its_purpose(cast: Cast) -> None:
    one = happened(cast)
    for reason, field in (("看", "reason"), (" ", "reason")):
        with pytest.raises(Refused) as refused:
            read_incident(actor=cast.act(cast.supervisor), incident_id=one.pk, reason=reason, now=NOW)
        assert refused.value.field == field
    read_incident(actor=cast.act(cast.supervisor), incident_id=one.pk, reason="核查处置是否得当", now=NOW)
    with pytest.raises(Refused) as refused:
        read_incident(actor=cast.act(cast.clerk), incident_id=one.pk, reason="想看一看内容", now=NOW)
    assert refused.value.kind == "unseen"
    (look,) = look_page(cast.act(cast.manager), LookFilter()).rows
    assert (look.verb, look.reader, look.said) == ("read_incident", "李正", "核查处置是否得当")


# -- the police room ---------------------------------------------------------------------------------------------


def test_handed_over_after_persuasion_or_in_danger(cast: Cast) -> None:
    one = happened(cast, measures=())
    guide = cast.act(cast.guide)
    with pytest.raises(Refused) as refused:
        hand_over_incident(actor=guide, incident_id=one.pk, now=NOW)
    assert refused.value.field == "danger"
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.update(handed_at=NOW)
    assert hand_over_incident(actor=guide, incident_id=one.pk, danger=True, now=NOW).danger
    with pytest.raises(Refused) as refused:
        hand_over_incident(actor=cast.act(cast.supervisor), incident_id=one.pk, danger=True, now=NOW)
    assert refused.value.kind == "role"


def test_received_is_received_with_who_when_and_number(cast: Cast) -> None:
    one = handed(cast)
    for field, facts in (("taken_by", {"taken_by": ""}), ("receipt_number", {"receipt_number": " "}),
                         ("day", {"taken_at": NOW + 5 * MINUTE})):  # fmt: skip
        with pytest.raises(Refused) as refused:
            taken(one, **facts)
        assert refused.value.field == field
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.update(taken_at=NOW)
    assert taken(one).receipt_way == "room"
    with pytest.raises(Refused) as refused:
        taken(one, actor=cast.act(cast.manager))
    assert refused.value.kind == "state"
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.update(receipt_number="另一个")


def test_not_received_before_it_was_handed_over_nor_by_who_has_nothing_to_do_with_it(cast: Cast) -> None:
    one = happened(cast)
    with pytest.raises(Refused) as refused:
        taken(one)
    assert refused.value.kind == "state"
    one = handed(cast)
    with pytest.raises(Refused) as refused:
        taken(one, actor=cast.act(cast.clerk))
    assert refused.value.kind == "unseen"
    assert taken(one, actor=cast.act(cast.guide)).receipt_way == "paper"


def test_the_police_room_confirms_by_the_code_on_the_paper_and_reads_no_word(
    cast: Cast, client: Client
) -> None:
    one = handed(cast, visit_of(cast))
    door = f"/incident-receipts/{one.receipt_token}/"
    page = client.get(door).content.decode()
    assert "2号窗口前" in page and SHOUTED not in page and DID not in page
    assert client.get(f"/incident-receipts/{happened(cast).receipt_token}/").status_code == 404
    typed = {"taken_by": "民警甲", "receipt_number": "接2026-12", "day": "2026-11-18", "starts": "09:00"}
    assert client.post(door, typed | {"receipt_number": ""}).status_code == 422
    assert client.post(door, typed).status_code == 302
    assert "接2026-12" in client.get(door).content.decode()
    assert client.post(door, typed).status_code == 409


def test_who_tries_codes_is_stopped_and_a_good_one_from_there_still_opens(cast: Cast, client: Client) -> None:
    good = f"/incident-receipts/{handed(cast).receipt_token}/"
    found = [client.get(f"/incident-receipts/{uuid.uuid4()}/").status_code for _n in range(ASKED_MOST + 1)]
    assert found == [404] * ASKED_MOST + [429]
    assert client.get(good).status_code == 200
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.get(f"/incident-receipts/{uuid.uuid4()}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_receipts_at_once_one_of_them_counts(cast: Cast) -> None:
    one = handed(cast)
    results: list[str] = []

    def say(number: str) -> None:
        try:
            taken(one, receipt_number=number)
            results.append("done")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    both([lambda: say("接1号"), lambda: say("接2号")])
    assert sorted(results) == ["done", "state"]


def both(acts: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)


# -- the person's side -------------------------------------------------------------------------------------------


def test_the_person_adds_their_own_words_as_often_as_they_like(cast: Cast) -> None:
    one, guide = happened(cast), cast.act(cast.guide)
    for words, way, paper in (
        (OWN_WORDS, "told", ""),
        ("第二天补充：是窗口先不理人。", "paper", "引导台铁柜"),
    ):
        add_account(actor=guide, incident_id=one.pk, words=words, way=way, paper_at=paper, now=NOW)
    with pytest.raises(Refused) as refused:
        add_account(actor=guide, incident_id=one.pk, words="又写了", way="paper", now=NOW)
    assert refused.value.field == "paper_at"
    assert next(account.words for account in one.accounts.all()) == OWN_WORDS
    for change in (
        lambda: IncidentAccount.objects.update(way="paper"),
        lambda: one.accounts.first().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert OWN_WORDS not in "".join(f"{entry.after}{entry.reason}" for entry in JournalEntry.objects.all())


def test_they_read_what_is_written_about_them_and_the_window_learns_nothing(cast: Cast) -> None:
    """《个人信息保护法》第四十五条."""
    visit_id = visit_of(cast)
    case = register_visit(
        actor=cast.act(cast.clerk), hall_id=cast.hall.pk, visit_id=visit_id, form_token=uuid.uuid4(),
        new=matter(NOW), now=NOW,
    )  # fmt: skip
    person = case.parties.get().petitioner

    def told(who: str) -> list[Any]:
        _person, sections = issue_personal_file(
            actor=cast.act(cast.people[who]), petitioner_id=person.pk, proof="own_id", now=NOW
        )
        return list(next(one.rows for one in sections if one.code == "incidents"))

    before = told("clerk")
    one = happened(cast, visit_id)
    add_account(actor=cast.act(cast.guide), incident_id=one.pk, words=OWN_WORDS, way="told", now=NOW)
    assert told("clerk") == before
    (row,) = told("manager")
    assert {SHOUTED, DID, OWN_WORDS} <= set(row.values())
    said = [entry.after["rows"] for entry in JournalEntry.objects.filter(verb="issue_personal_file")]
    assert not any("incidents" in rows for rows in said), "that there was one would outlive it"


# -- figures, and the end ----------------------------------------------------------------------------------------


def test_erased_in_time_the_count_stays(cast: Cast) -> None:
    for _n in range(3):
        happened(cast, visit_of(cast) if not Ticket.objects.exists() else None)
    threat = happened(cast, kind="threat")
    add_account(actor=cast.act(cast.guide), incident_id=threat.pk, words=OWN_WORDS, way="told", now=NOW)
    counted = {row.kind: row.months[10] for row in figures(cast.hall, 2026)}
    assert (counted["noise"], counted["threat"], counted["other"]) == (3, None, 0), "one or two are not told"
    keep = dt.timedelta(days=365)
    assert erase_incidents(actor=SYSTEM, now=NOW + keep - dt.timedelta(days=1)) == 0
    assert erase_incidents(actor=SYSTEM, now=NOW + keep + MINUTE) == 4
    assert not Incident.objects.exists() and not IncidentAccount.objects.exists()
    assert {row.kind: row.months[10] for row in figures(cast.hall, 2026)} == counted
    with pytest.raises(Refused):
        erase_incidents(actor=cast.act(cast.manager), now=NOW)
    again = happened(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        again.delete()


def test_a_mistake_is_erased_at_once_and_not_counted(cast: Cast) -> None:
    one, other = happened(cast), happened(cast)
    with pytest.raises(Refused) as refused:
        erase_incident(actor=cast.act(cast.guide), incident_id=one.pk, reason="挂错了号码", now=NOW)
    assert refused.value.kind == "role"
    manager = cast.act(cast.manager)
    with pytest.raises(Refused) as refused:
        erase_incident(actor=manager, incident_id=one.pk, reason="错", now=NOW)
    assert refused.value.field == "reason"
    erase_incident(actor=manager, incident_id=one.pk, reason="挂错了号码", mistaken=True, now=NOW)
    erase_incident(actor=manager, incident_id=other.pk, reason="本人依法要求删除", now=NOW)
    assert not Incident.objects.exists()
    assert IncidentTally.objects.get().count == 1


# -- no sanction -------------------------------------------------------------------------------------------------

_CHANGING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|\d+|[?&]v=\w+|nonce="[^"]*"'
)
"""What differs from one page to the next by itself: tokens, ids, times."""


def answers(cast: Cast, *, with_incident: bool) -> dict[str, Any]:
    """Everything that the house answers to a person who comes again after a week. Undone at its end."""
    found: dict[str, Any] = {}
    later = at("2026-11-25 09:30")
    clerk, guide = cast.act(cast.clerk, later), cast.act(cast.guide)
    with transaction.atomic():
        first = take(cast, found.setdefault("", queues(cast))["A"])
        lines = found.pop("")
        register_visit(
            actor=cast.act(cast.clerk), hall_id=cast.hall.pk, visit_id=first.visit_id, form_token=uuid.uuid4(),
            new=matter(NOW), now=NOW,
        )  # fmt: skip
        if with_incident:
            one = happened(cast, first.visit_id, kind="threat")
            hand_over_incident(actor=guide, incident_id=one.pk, now=NOW)
            taken(one)
            add_account(actor=guide, incident_id=one.pk, words=OWN_WORDS, way="told", now=NOW)
        take(cast, lines["A"], later)
        again = take(cast, lines["A"], later + MINUTE, priority_reason="elderly")
        found["ticket"] = (again.number, again.priority, again.status, again.line_at)
        found["called"] = call_next(actor=clerk, window_id=cast.windows[0].pk, now=later + 2 * MINUTE).number
        person = Petitioner.objects.get(name=ZHANG.name)
        asked = Matter(id_kind="resident", id_number=ZHANG.id_number, name=ZHANG.name, title=matter().title)
        history = look_up_history(
            actor=clerk, hall_id=cast.hall.pk, matter=asked, token=uuid.uuid4(), now=later
        )
        found["history"] = (len(history.candidates), history.earlier_cases, history.last_on)
        case = register_visit(
            actor=clerk, hall_id=cast.hall.pk, visit_id=again.visit_id, form_token=uuid.uuid4(),
            new=matter(later, title="另一件事：补缴社会保险"), now=later,
        )  # fmt: skip
        found["registered"] = (case.status, case.is_urgent if hasattr(case, "is_urgent") else None)
        pages = {
            cast.clerk: ("/register/", f"/petitioners/{person.pk}/", f"/cases/{case.pk}/", f"/cases/{case.pk}/triage/",
                         f"/console/{cast.windows[0].pk}/board/"),
            cast.guide: (f"/guide/{cast.hall.code}/", "/bookings/"),
            cast.manager: (f"/petitioners/{person.pk}/", f"/cases/{case.pk}/"),
        }  # fmt: skip
        for who, addresses in pages.items():
            client = Client()
            client.force_login(who)
            for address in addresses:
                page = client.get(address)
                kind = re.sub(r"\d+", "#", address)
                found[f"{who.name} {kind}"] = (page.status_code, _CHANGING.sub("#", page.content.decode()))
        done = accept_case(
            actor=clerk, case_id=case.pk, ground="own_remit", department_id=cast.units["labour"].pk, reason=REASON,
            now=later,
        )  # fmt: skip
        found["accepted"] = (
            done.status,
            sorted(Deadline.objects.filter(case=case).values_list("kind", "due_on")),
        )
        found["hearing"] = hearing_asked(cast, Case.objects.get(pk=case.pk), now=later).status
        place = by_clerk(
            cast,
            reception(cast, NINE + dt.timedelta(days=7), now=later),
            1,
            later,
            name=ZHANG.name,
            phone=ZHANG.phone,
        )
        found["booking"] = (place.status, place.line_at is None)
        found["told"] = sorted(Message.objects.values_list("kind", "channel"))
        transaction.set_rollback(True)
    return found


def test_with_and_without_an_incident_the_house_answers_the_same(cast: Cast) -> None:
    """Never a sanction (第二十二条、第四十七条): number, place in the line, registration, pages, booking, hearing."""
    without, with_one = answers(cast, with_incident=False), answers(cast, with_incident=True)
    assert without.keys() == with_one.keys()
    for what, answer in without.items():
        assert with_one[what] == answer, what
        if what[0] not in "abcdefghijklmnopqrstuvwxyz":
            assert answer[0] == 200, what
