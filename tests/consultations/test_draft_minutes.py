"""Minutes in versions (`draft_minutes`): append-only, nobody overwrites unread words, an edit voids signatures."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from cases.actions import withdraw_case
from cases.models import Deadline
from consultations.models import Commitment, Countersignature, MinutesVersion
from consultations.queries.minutes import differences, digest_of, line_words
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast
from tests.consultations.minutes_steps import (
    FACTS,
    called,
    circulating,
    day,
    drafted,
    line,
    refusal,
    signed,
)

pytestmark = pytest.mark.django_db


def test_every_save_is_a_version_with_its_commitments(cast: Cast) -> None:
    first = drafted(cast)
    one = first.consultation
    assert (first.version, one.commitments.count()) == (1, 2)
    row = one.commitments.get(number=1)
    assert (row.status, row.person, row.person_name, row.due_on) == (
        "draft",
        cast.liaison2,
        "杨柳",
        day(NOW, 20),
    )
    second = drafted(cast, one, lines=[line(cast, "land", text="核对用地手续")])
    one.refresh_from_db()
    assert (one.status, one.version, second.version) == ("drafting", 2, 2)
    assert [c.department for c in one.commitments.all()] == [cast.units["land"]]
    assert (
        second.digest == digest_of(second.facts, second.resolution, second.plan, second.lines) != first.digest
    )
    first.refresh_from_db()
    assert len(first.lines) == 2 and line_words(first.lines[0]).startswith("云溪县住房和城乡建设局（杨柳）")
    entry = JournalEntry.objects.filter(verb="draft_minutes").latest("pk")
    assert FACTS not in f"{entry.before}{entry.after}{entry.reason}"
    assert Deadline.objects.filter(kind="commitment").count() == 0


def test_the_same_again_is_no_version(cast: Cast) -> None:
    one = circulating(cast)
    signed(cast, one, "housing")
    assert refusal(drafted, cast, one).kind == "input"
    assert Countersignature.objects.filter(void_at=None).count() == 1


def test_an_edit_while_it_goes_round_voids_every_signature_and_tells(cast: Cast) -> None:
    one = circulating(cast)
    signed(cast, one, "housing")
    Message.objects.all().delete()
    drafted(cast, one, facts=FACTS + "另有两人。")
    one.refresh_from_db()
    assert (one.status, one.version) == ("drafting", 2)
    row = Countersignature.objects.get()
    assert row.void_at == NOW and "失效" in row.void_reason
    told = {m.user: m.context["was_signed"] for m in Message.objects.filter(kind="minutes_changed")}
    assert told == {cast.head2: True, cast.head3: False}
    assert not Deadline.objects.open().filter(kind="countersign").exists()
    assert one.case.proceedings.get().stage == "conferring"


def test_nobody_overwrites_what_they_have_not_read(cast: Cast) -> None:
    one = drafted(cast).consultation
    drafted(cast, one, facts=FACTS + "改。")
    refused = refusal(drafted, cast, one, facts=FACTS + "又改。", version=1)
    assert (refused.kind, "第2版" in str(refused)) == ("state", True)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"facts": "短"}, "facts"),
        ({"resolution": " "}, "resolution"),
        ({"unit": "petition"}, "unit3"),
        ({"text": "办"}, "text3"),
        ({"days": 0}, "due3"),
        ({"days": 181}, "due3"),
    ],
)
def test_what_is_typed_must_be_whole(cast: Cast, facts: dict[str, Any], field: str) -> None:
    said = {key: value for key, value in facts.items() if key in ("facts", "resolution")}
    rest = {key: value for key, value in facts.items() if key not in said}
    if rest:
        said["lines"] = [line(cast, row=3, **rest)]
    assert refusal(drafted, cast, **said).field == field
    assert not MinutesVersion.objects.exists()


def test_who_may(cast: Cast) -> None:
    one = called(cast)
    for who in ("liaison2", "head3", "guide", "supervisor", "leader"):
        assert refusal(drafted, cast, one, who=cast.people[who]).kind == "role", who
    for n, who in enumerate(("liaison", "head", "manager", "clerk")):
        assert drafted(cast, one, who=cast.people[who], facts=f"{FACTS}{n}").version == n + 1


def test_not_after_the_matter_has_ended(cast: Cast) -> None:
    one = called(cast)
    withdraw_case(actor=cast.act(cast.clerk), case_id=one.case_id, reason="本人自愿撤回。", now=NOW)
    assert "已经了结" in str(refusal(drafted, cast, one))


def test_versions_are_never_changed(cast: Cast) -> None:
    one = drafted(cast)
    for act in (lambda: MinutesVersion.objects.update(facts="改"), one.delete):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            act()


def test_an_open_commitment_cannot_be_deleted(cast: Cast) -> None:
    drafted(cast)
    Commitment.objects.filter(number=2).delete()
    assert Commitment.objects.count() == 1


def test_differences_are_found_character_by_character() -> None:
    pieces = [
        (p.kind, p.text) for p in differences("垫付92万元，月底前付清。", "垫付95万元，月底前全部付清。")
    ]
    assert pieces == [
        ("same", "垫付"), ("removed", "92"), ("added", "95"), ("same", "万元，月底前"), ("added", "全部"),
        ("same", "付清。"),
    ]  # fmt: skip
    assert differences("", "") == []
