"""correct_talk: the earlier words stay, the reason is said, and one of two counts; by page and by machine."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases.actions import NewRespondent
from hall.access import Refused
from hall.models import JournalEntry
from intake.actions import correct_talk, register_visit
from intake.models import GuidanceTalk
from intake.rules import TalkFacts
from tests.cast import NOW, Cast, queues, take
from tests.guidance import TOLD, referred, talked
from tests.machines import machine
from tests.matters import matter

pytestmark = pytest.mark.django_db
BETTER = "说明先去仲裁，时效两年，带上工资条和考勤表"
WHY = "原来的时效写错了"


def visit_of(cast: Cast) -> int:
    return take(cast, queues(cast)["B"]).visit_id


def facts(talk: GuidanceTalk, **changed: Any) -> TalkFacts:
    said = {"topic": talk.topic, "explained": BETTER, "outcome": talk.outcome, "talked_at": talk.talked_at}
    return TalkFacts(**{**said, **changed})


def corrected(
    cast: Cast, talk: GuidanceTalk, *, by: str = "guide", why: str = WHY, **changed: Any
) -> GuidanceTalk:
    actor = cast.act(cast.people[by])
    return correct_talk(actor=actor, talk_id=talk.pk, facts=facts(talk, **changed), why=why, now=NOW)


def test_the_earlier_words_stay_and_the_list_has_the_last(cast: Cast) -> None:
    first = talked(cast, visit_of(cast))
    second = corrected(cast, first)
    third = corrected(cast, second, by="manager", outcome="route")
    assert (second.corrects, second.visit_id, second.why) == (first, first.visit_id, WHY)
    assert GuidanceTalk.objects.get(pk=first.pk).explained == TOLD
    assert list(GuidanceTalk.objects.visible_to(cast.act(cast.guide)).current()) == [third]
    said = "".join(f"{e.before}{e.after}{e.reason}" for e in JournalEntry.objects.filter(verb="correct_talk"))
    assert "corrects" in said and not any(words in said for words in (TOLD, BETTER, WHY))
    with connection.cursor() as cursor:
        cursor.execute("SELECT why FROM intake_guidancetalk WHERE id = %s", [second.pk])
        assert WHY.encode() not in bytes(cursor.fetchone()[0])


def test_who_wrote_it_or_the_manager_on_the_last_version_with_a_reason(cast: Cast) -> None:
    talk = talked(cast, visit_of(cast))
    for who, kind in (("clerk", "role"), ("supervisor", "role"), ("liaison", "unseen")):
        with pytest.raises(Refused) as refused:
            corrected(cast, talk, by=who)
        assert refused.value.kind == kind, who
    for changed, field in (
        ({"why": " 错 "}, "why"), ({"explained": "好"}, "explained"), ({"topic": "x"}, "topic"),
        ({"talked_at": NOW + dt.timedelta(hours=1)}, "day"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            corrected(cast, talk, **changed)
        assert (refused.value.kind, refused.value.field) == ("input", field)
    corrected(cast, talk)
    with pytest.raises(Refused) as refused:
        corrected(cast, talk)
    assert refused.value.kind == "state"


def test_the_manager_who_is_complained_of_does_not_put_it_right(cast: Cast) -> None:
    visit_id = visit_of(cast)
    talk = talked(cast, visit_id)
    register_visit(
        actor=cast.act(cast.clerk), hall_id=cast.hall.pk, visit_id=visit_id, form_token=uuid.uuid4(),
        new=matter(NOW, respondents=(NewRespondent(name=cast.manager.name, user_id=cast.manager.pk),)), now=NOW,
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        corrected(cast, talk, by="manager")
    assert refused.value.kind == "unseen"


def test_the_database_wants_a_reason_and_one_correction(cast: Cast) -> None:
    talk = talked(cast, visit_of(cast))
    row = {"hall": talk.hall, "visit_id": talk.visit_id, "topic": "law", "explained": BETTER,
           "outcome": "understood", "talked_at": NOW, "at": NOW, "corrects": talk}  # fmt: skip
    with pytest.raises(DatabaseError, match="talk_corrected_for_a_reason"), transaction.atomic():
        GuidanceTalk.objects.create(**row)
    GuidanceTalk.objects.create(**row, why=WHY)
    with pytest.raises(DatabaseError, match="corrects"), transaction.atomic():
        GuidanceTalk.objects.create(**row, why=WHY)


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_counts(cast: Cast) -> None:
    talk = talked(cast, visit_of(cast))
    results: list[str] = []

    def say(by: str) -> None:
        try:
            corrected(cast, talk, by=by)
            results.append("done")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=say, args=(by,)) for by in ("guide", "manager")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["done", "state"]


def test_on_the_page_nothing_typed_is_lost_and_both_versions_stand(cast: Cast, client: Client) -> None:
    talk = talked(cast, visit_of(cast))
    client.force_login(cast.guide)
    door = f"/guidance-talks/{talk.pk}/correct/"
    assert TOLD in client.get(door).content.decode()
    local = timezone.localtime(talk.talked_at)
    typed = {"day": f"{local:%Y-%m-%d}", "starts": f"{local:%H:%M}", "topic": "law", "explained": BETTER,
             "outcome": "understood", "why": "错"}  # fmt: skip
    page = client.post(door, typed)
    assert page.status_code == 422 and BETTER in page.content.decode()
    done = client.post(door, typed | {"why": WHY}, follow=True)
    for words in (BETTER, WHY, TOLD):
        assert words in done.content.decode()
    old = client.get(f"/guidance-talks/{talk.pk}/").content.decode()
    assert "这一版已经更正" in old and "更正谈话" not in old
    assert client.get(door).status_code == 409


def test_a_machine_lists_talks_and_referrals_without_a_word_and_corrects_its_own(cast: Cast) -> None:
    now = timezone.now()
    queue = queues(cast)["B"]
    visit_id = take(cast, queue, now=now).visit_id
    desk = machine(cast, now, role="guide")
    told, hall = {"topic": "law", "explained": TOLD, "outcome": "understood", "talked_at": now}, cast.hall.pk
    made = desk.post(f"halls/{hall}/record-talk/", {"facts": told, "visit_id": visit_id})
    assert made.status_code == 200, made.content
    first = json.loads(made.content)["id"]
    body = {"facts": told | {"explained": BETTER}, "why": WHY}
    second = json.loads(desk.post(f"guidance-talks/{first}/correct-talk/", body).content)["id"]
    assert desk.post(f"guidance-talks/{first}/correct-talk/", body).status_code == 409
    referral = referred(cast, visit_id, now=now)
    answer = desk.get(f"guidance-talks/?hall={hall}&topic=law")
    assert [(one["id"], one["corrects"]) for one in json.loads(answer.content)["results"]] == [
        (second, first)
    ]
    listed = desk.get(f"service-referrals/?hall={hall}&status=asked")
    assert [one["id"] for one in json.loads(listed.content)["results"]] == [referral.pk]
    said = answer.content.decode() + listed.content.decode()
    assert not any(words in said for words in (TOLD, BETTER, WHY, referral.need, referral.contact))
    assert desk.get(f"guidance-talks/?hall={cast.hall.pk + 999}").status_code == 404
    unit = machine(cast, now, role="liaison", department_id=cast.units["land"].pk, name="unit")
    assert unit.get(f"guidance-talks/?hall={hall}").status_code == 403
    assert unit.post(f"guidance-talks/{second}/correct-talk/", body).status_code == 404
