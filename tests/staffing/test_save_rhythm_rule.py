"""The rhythm of receptions as data: rules that the hall manager writes, and the rank of each leader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from hall.access import Refused
from hall.models import JournalEntry
from staffing.actions import rank_leader, save_rhythm_rule
from staffing.lifecycle import HALL_MANAGER
from staffing.models import Posting, RhythmRule
from staffing.rules import Rhythm
from tests.cast import NOW, Cast
from tests.machines import machine
from tests.staffing.test_propose_month import SINCE, rule

FORM = {
    "name": "每个工作日一名县领导", "rhythm": "daily", "who": "one", "rank": "", "starts": "09:00", "ends": "11:30",
    "room_kind": "leader", "from_on": "2026-12-01", "is_active": "on",
}  # fmt: skip


def test_a_rule_is_journalled_with_what_changed(cast: Cast) -> None:
    one = rule(cast)
    said = Rhythm(name="每日接访", rhythm="daily", from_on=SINCE, every=2)
    for _twice in range(2):
        save_rhythm_rule(
            actor=cast.act(cast.manager), hall_id=cast.hall.pk, rule=said, rule_id=one.pk, now=NOW
        )
    entries = JournalEntry.objects.filter(verb="save_rhythm_rule").order_by("id")
    assert [entry.after.get("every") for entry in entries] == [1, 2], "nothing changed, nothing written"
    assert entries[1].before == {"every": 1}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"who": "named"}, "leader"),
        ({"who": "each"}, "who"),
        ({"starts": "12:00", "ends": "11:00"}, "ends"),
    ],
)
def test_a_rule_must_be_sound(cast: Cast, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        rule(cast, **facts)
    assert (refused.value.kind, refused.value.field) == ("input", field)


def test_one_name_once_and_the_leader_of_this_hall(cast: Cast) -> None:
    rule(cast)
    with pytest.raises(Refused) as refused:
        rule(cast)
    assert refused.value.field == "name"
    with pytest.raises(Refused) as refused:
        rule(cast, name="x", who="named", leader_id=cast.clerk.pk)
    assert refused.value.field == "leader"
    with pytest.raises(IntegrityError), transaction.atomic():
        RhythmRule.objects.create(
            hall=cast.hall, name="y", rhythm="weekly", who="one", leader=cast.leader, from_on=SINCE
        )


@pytest.mark.parametrize("who", ["clerk", "leader", "supervisor"])
def test_only_the_manager_sets_the_rhythm(cast: Cast, who: str) -> None:
    with pytest.raises(Refused) as refused:
        save_rhythm_rule(
            actor=cast.act(cast.people[who]),
            hall_id=cast.hall.pk,
            rule=Rhythm(name="每日接访", rhythm="daily", from_on=SINCE),
            now=NOW,
        )
    assert refused.value.kind == "role"


def test_rank_leader(cast: Cast) -> None:
    post = Posting.objects.get(user=cast.leader)
    ranked = rank_leader(actor=cast.act(cast.manager), posting_id=post.pk, rank="principal", now=NOW)
    assert ranked.rank == "principal"
    assert JournalEntry.objects.latest("id").after == {"rank": "principal"}
    for facts, kind in (
        ({"rank": "king"}, "input"),
        ({"posting_id": Posting.objects.get(user=cast.clerk).pk}, "state"),
    ):
        with pytest.raises(Refused) as refused:
            rank_leader(
                actor=cast.act(cast.manager), now=NOW, **{"posting_id": post.pk, "rank": "member", **facts}
            )
        assert refused.value.kind == kind
    with pytest.raises(Refused) as refused:
        rank_leader(actor=cast.act(cast.leader), posting_id=post.pk, rank="member", now=NOW)
    assert refused.value.kind == "role"


def test_the_pages(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    assert "还没有接访规则" in client.get("/reception-rules/").text
    wrong = client.post("/reception-rules/new/?hall=yunxi", FORM | {"ends": "08:00"})
    assert wrong.status_code == 422
    assert "每个工作日一名县领导" in wrong.text
    assert client.post("/reception-rules/new/?hall=yunxi", FORM).status_code == 302
    one = RhythmRule.objects.get()
    page = client.get(f"/reception-rules/{one.pk}/").text
    assert 'value="09:00"' in page
    changed = FORM | {
        "rhythm": "weekly",
        "every": "2",
        "weekday": "0",
        "who": "named",
        "leader": cast.leader2.pk,
    }
    assert client.post(f"/reception-rules/{one.pk}/", changed).status_code == 302
    one.refresh_from_db()
    assert (one.rhythm, one.every, one.weekday, one.leader) == ("weekly", 2, 0, cast.leader2)
    assert client.post(f"/reception-rules/{one.pk}/", FORM | {"rhythm": "weekly"}).status_code == 302
    one.refresh_from_db()
    assert one.leader is None


def test_a_machine_of_the_manager_sets_the_rhythm(cast: Cast) -> None:
    """By the same rules: new, changed by its id, refused at its field; never a rule of another hall."""
    manager = machine(cast, timezone.now(), role=HALL_MANAGER)
    where = f"halls/{cast.hall.pk}/save-rhythm-rule/"
    said = {"name": "每周一名部门领导", "rhythm": "weekly", "from_on": "2026-12-01", "every": 2}
    assert manager.post(where, {"rule": said}).status_code == 200
    one = RhythmRule.objects.get()
    assert manager.post(where, {"rule": said | {"every": 3}, "rule_id": one.pk}).status_code == 200
    (told,) = json.loads(manager.get("rhythm-rules/").content)["results"]
    assert (told["id"], told["name"], told["every"]) == (one.pk, said["name"], 3)
    for facts, field in (({"every": 13}, "every"), ({"weekday": 7}, "weekday"), ({"who": "named"}, "leader")):
        refused = manager.post(where, {"rule": said | facts | {"name": "另一条"}})
        assert (refused.status_code, json.loads(refused.content)["field"]) == (422, field)
    assert manager.post(where, {"rule": said, "rule_id": one.pk + 1}).status_code == 422
    assert machine(cast, timezone.now(), name="clerks").post(where, {"rule": said}).status_code == 403
