"""The demonstration hall comes in once, whole, through the real actions, and harms no real hall."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings
from stdnum.cn import ric

from cases.models import Case, Deadline, Petitioner, VideoRoom
from hall import journal
from hall.models import JournalEntry, Message, User
from intake.models import GuidanceTalk, ServiceReferral, Ticket
from staffing.lifecycle import ROLES
from staffing.models import Department, LeaderReception, Posting, Window

pytestmark = pytest.mark.django_db


def load(*options: str) -> str:
    out = io.StringIO()
    call_command("load_demo", "--force", *options, stdout=out)
    return out.getvalue()


def test_it_comes_in_once_and_works(settings: Settings, tmp_path: Path, client: Client) -> None:
    settings.STATE_DIR = tmp_path
    said = load("--print-logins")
    logins = json.loads((tmp_path / "demo-logins.json").read_text())
    assert stat.S_IMODE((tmp_path / "demo-logins.json").stat().st_mode) == 0o600
    assert len({entry["password"] for entry in logins.values()}) == len(logins)
    assert all(name in said and entry["password"] in said for name, entry in logins.items())

    # Every role is there, and every login opens the door.
    assert set(Posting.objects.values_list("role", flat=True)) == set(ROLES)
    assert set(logins) == set(User.objects.values_list("username", flat=True))
    entry = {"username": "linxiaowen", "password": logins["linxiaowen"]["password"]}
    assert client.post("/sign-in/", entry)["Location"] == "/desk/"

    # Every page has life.
    assert Department.objects.count() == 13
    assert Window.objects.filter(postings__isnull=False).distinct().count() == 6
    assert {"published", "held"} & set(LeaderReception.objects.values_list("status", flat=True))
    cases = Case.objects.values_list("status", flat=True)
    assert set(cases) >= {"accepted", "served", "closed", "guided"} and len(set(cases)) >= 8
    assert len(cases) >= 30
    assert Deadline.objects.open().filter(due_on__lt=max(Case.objects.dates("registered_at", "day"))).exists()
    assert {"waiting", "serving", "done", "missed"} <= set(Ticket.objects.values_list("status", flat=True))
    assert Message.objects.filter(kind="deadline_step").exists()
    assert set(ServiceReferral.objects.values_list("status", flat=True)) == {"accepted"}
    assert GuidanceTalk.objects.exists() and VideoRoom.objects.filter(status="planned").exists()
    assert journal.verify() == []

    # A second time brings nothing new.
    before = (
        JournalEntry.objects.count(),
        Case.objects.count(),
        Ticket.objects.count(),
        User.objects.count(),
    )
    assert load() == ""
    after = (JournalEntry.objects.count(), Case.objects.count(), Ticket.objects.count(), User.objects.count())
    assert before == after

    # Its people are plainly invented: a region that is not in use, with a right check digit.
    for person in Petitioner.objects.all():
        assert person.id_number.startswith("530999")
        assert person.id_number[-1] == ric.calc_check_digit(person.id_number)
        assert int(person.id_number[16]) % 2 == (person.sex == "male")
        assert person.phone == "" or person.phone.startswith("1990000")

    # A password that its owner changed is not shown as if it still opened the door.
    User.objects.filter(username="linxiaowen").update(password_changed_at=None)
    assert logins["linxiaowen"]["password"] not in load("--print-logins")


def test_a_real_installation_refuses_it(settings: Settings, tmp_path: Path) -> None:
    settings.STATE_DIR, settings.EMBEDDED = tmp_path, False
    with pytest.raises(CommandError, match="--force"):
        call_command("load_demo")
    assert not User.objects.exists()
