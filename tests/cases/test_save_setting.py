"""The office's own settings: the administrator's alone, on record, never longer than the law."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.actions import remove_setting, save_setting
from cases.models import LadderRung, LightThreshold, OwnLimit, StatutoryRoute
from hall.access import Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def test_save_setting_keeps_what_changed_on_record(cast: Cast) -> None:
    actor = cast.act(cast.administrator)
    threshold = save_setting(actor=actor, setting=LightThreshold(term="", amber_days=7), now=NOW)
    threshold.amber_days = 10
    save_setting(actor=actor, setting=threshold, now=NOW)
    save_setting(actor=actor, setting=threshold, now=NOW)
    first, second = JournalEntry.objects.filter(verb="save_setting").order_by("id")
    assert first.after["amber_days"] == 7
    assert (second.before, second.after) == ({"amber_days": 7}, {"amber_days": 10})
    remove_setting(actor=actor, setting=threshold, now=NOW)
    assert JournalEntry.objects.filter(verb="remove_setting").exists()


def test_a_hall_may_be_faster_than_the_law_never_slower(cast: Cast) -> None:
    actor = cast.act(cast.administrator)
    save_setting(actor=actor, setting=OwnLimit(hall=cast.hall, term="handle", days=45), now=NOW)
    for term, days in (("handle", 61), ("sort", 0), ("nothing", 3)):
        with pytest.raises(Refused) as refused:
            save_setting(actor=actor, setting=OwnLimit(hall=cast.hall, term=term, days=days), now=NOW)
        assert refused.value.field == "days"


def test_only_the_administrator(cast: Cast) -> None:
    for who in (cast.manager, cast.clerk, cast.liaison):
        with pytest.raises(Refused):
            save_setting(actor=cast.act(who), setting=LightThreshold(term="", amber_days=7), now=NOW)
        with pytest.raises(Refused):
            remove_setting(actor=cast.act(who), setting=LightThreshold(term="", amber_days=7), now=NOW)


def test_the_back_room_writes_through_the_action_and_shows_no_case(cast: Cast, client: Client) -> None:
    client.force_login(cast.administrator)
    cast.administrator.is_staff = True
    cast.administrator.save()
    index = client.get("/admin/")
    assert index.status_code == 200
    assert "/admin/cases/case/" not in index.content.decode()
    assert "/admin/cases/petitioner/" not in index.content.decode()
    form = {"hall": cast.hall.pk, "term": "handle", "days": 61}
    assert "不得长于法定期限" in client.post("/admin/cases/ownlimit/add/", form).content.decode()
    client.post("/admin/cases/ownlimit/add/", form | {"days": 50})
    assert OwnLimit.objects.get().days == 50
    assert JournalEntry.objects.filter(verb="save_setting", actor=cast.administrator).exists()
    for model in ("contentcategory", "statutoryroute", "ladderrung", "lightthreshold", "ownlimit"):
        assert client.get(f"/admin/cases/{model}/").status_code == 200, model
    rung = {
        "name": "三日前",
        "term": "",
        "offset": -3,
        "unit": "workday",
        "role": "liaison",
        "is_active": "on",
    }
    client.post("/admin/cases/ladderrung/add/", rung)
    assert LadderRung.objects.filter(offset=-3).exists()
    assert not StatutoryRoute.objects.exists()
