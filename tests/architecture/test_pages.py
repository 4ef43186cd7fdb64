"""Every page that somebody gets is whole in English, and every link on it leads somewhere that is open to them."""

from __future__ import annotations

import re
import sys
from html import unescape
from typing import Any, NamedTuple

import pytest
from django.db.models import Model
from django.template import engines
from django.urls import Resolver404, resolve

from accountability.models import Advice, CriticismNotice
from cases.models import (
    Case,
    Claim,
    DocketItem,
    Instruction,
    Material,
    Petitioner,
    Rating,
    ReceptionRecord,
    RecordingLook,
    ResultNotice,
    VideoConsent,
    VideoNote,
    VideoNoteSignature,
    VideoRoom,
    VideoSeat,
)
from consultations.models import Consultation
from hall.models import IssuedDocument, User
from hearings.models import Announcement, Hearing, HearingParty, PanelSeat
from intake.models import Booking, GuidanceTalk, ServiceContent, ServiceReferral
from intake.models.incidents import Incident
from staffing.models import Complaint, Department, Device, MachineToken, Webhook
from tests.architecture.doorways import PAGES, ROWS
from tests.architecture.permissions import PEOPLE
from tests.architecture.walking import Walker, answer, ask, faults_of, links_of, plain, reading
from tests.architecture.world import World
from tests.matters import REASON

pytestmark = pytest.mark.django_db
PARTIALS = ("components/", "django/", "intake/move.html")
"""Templates that are filled in by others: what they are not given, they leave out."""


class Missed(str):
    """Stands for a variable that a template asked for and the view did not give; notes it and writes nothing."""

    __slots__ = ()
    seen: set[str] = set()

    def __contains__(self, part: object) -> bool:
        return part == "%s" or str.__contains__(self, part)  # type: ignore[operator]

    def __mod__(self, variable: object) -> str:
        told = sys._getframe(1).f_locals
        filters = {filter_.__name__ for filter_, _arguments in told["self"].filters}
        template = told["context"].render_context.template.name
        is_optional = filters & {"default", "default_if_none"} or str(variable).startswith("request.")
        if not is_optional and not template.startswith(PARTIALS):
            self.seen.add(f"{template}: {variable}")
        return ""


PAPER = "/cases/<pk>/documents/<document_id>/"
"""An official paper is in Chinese, whoever looks at it."""
RECORD = "/cases/<pk>/"
"""The record says who did what in the words of that day."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


SAID: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Case, ("title", "content", "place")),
    (Claim, ("text",)),
    (Material, ("name",)),
    (Petitioner, ("name", "address", "address_masked")),
    (DocketItem, ("headline", "who")),
    (Instruction, ("text", "person_name")),
    (ReceptionRecord, ("problem", "opinion", "companions", "place", "cause")),
    (Booking, ("name", "subject")),
    (Complaint, ("text", "name", "name_masked")),
    (Rating, ("reason", "comment")),
    (IssuedDocument, ("number",)),
    (ResultNotice, ("title",)),
    (Announcement, ("title",)),
    (Hearing, ("title",)),
    (Consultation, ("title",)),
    (VideoRoom, ("title",)),
    (VideoSeat, ("name", "said", "said_masked")),
    (VideoConsent, ("words",)),
    (VideoNote, ("text", "correction")),
    (VideoNoteSignature, ("name", "words", "witness")),
    (RecordingLook, ("reason",)),
    (HearingParty, ("name",)),
    (PanelSeat, ("name",)),
    (CriticismNotice, ("title",)),
    (Advice, ("title", "body")),
    (Device, ("name",)),
    (MachineToken, ("name",)),
    (Webhook, ("name",)),
    (GuidanceTalk, ("explained", "why")),
    (ServiceReferral, ("need", "contact", "answer", "result")),
    (Incident, ("what_happened", "staff_did", "people_present", "place", "taken_by")),
)
"""What people said or are called, and no page translates."""


class Said(NamedTuple):
    """What people of the world said, the longest first; on a record also the names of its day."""

    on_a_page: list[str]
    on_a_record: list[str]


@pytest.fixture(scope="module")
def said(here: World) -> Said:
    """Read once: what a test does to the world is undone."""
    said = {"简体中文", *(word for query in PAGES.values() for word in query.values())}
    for model, names in SAID:
        said |= {getattr(row, name) for row in model._default_manager.all() for name in names}
    for content in ServiceContent.objects.filter(note__is_sealed=False):
        said |= {content.question, content.opinion}
    names_of_the_day = {REASON, *(unit.name for unit in Department.objects.all())}
    names_of_the_day |= {user.name for user in User.objects.all()}
    return Said(*(sorted(words - {""}, key=len, reverse=True) for words in (said, said | names_of_the_day)))


def left_in_chinese(html: str, said: list[str]) -> list[str]:
    """Texts and labels of an English page in which Chinese is left when what people said is taken out."""
    html = re.sub(r'<(\w+)[^>]*\slang="zh-hans".*?</\1>|<textarea.*?</textarea>', " ", html, flags=re.DOTALL)
    texts = re.findall(r">([^<]+)<", html)
    texts += re.findall(r'\s(?:alt|title|placeholder|aria-label|data-[a-z-]+)="([^"]+)"', html)
    texts = [text for text in map(unescape, texts) if CHINESE.search(text)]
    for word in said:
        texts = [text.replace(word, "") for text in texts]
    return sorted({text.strip() for text in texts if CHINESE.search(text)})


@pytest.mark.parametrize("route", [route for route, method in sorted(ROWS) if method == "GET"])
def test_a_page_is_whole_in_english(here: World, walkers: dict[str, Walker], said: Said, route: str) -> None:
    """All of its words are English, and every variable that its templates name was given."""
    name = next((name for name, found in reversed(ROWS[route, "GET"].items()) if found == "200"), "clerk")
    engine: Any = engines["django"]
    Missed.seen.clear()
    before, engine.engine.string_if_invalid = engine.engine.string_if_invalid, Missed("%s")
    try:
        response = ask(here, reading(walkers[name], "en"), "GET", route)
    finally:
        engine.engine.string_if_invalid = before
    assert faults_of(response, "en", route) == []
    assert Missed.seen == set()
    if "html" in response.headers.get("Content-Type", "") and route != PAPER:
        named = said.on_a_record if route in (RECORD, "/hearings/<hearing_id>/") else said.on_a_page
        assert left_in_chinese(response.content.decode(), named) == []


@pytest.mark.parametrize("name", PEOPLE)
def test_nothing_is_offered_that_is_then_refused(here: World, walkers: dict[str, Walker], name: str) -> None:
    """From a person's own first pages on, every link leads to a page that is there and open to them.

    The administrator's desk is the back room, which is walked in `test_doors`; the messages have the rail of all.
    """
    ahead, met, seen, dead = ["/"] if name == "anon" else ["/messages/", "/desk/"], set(), set(), {}
    while ahead:
        address = ahead.pop()
        if address in met:
            continue
        met.add(address)
        path = address.partition("?")[0]
        try:
            kind = plain("/" + resolve(path).route)
        except Resolver404:
            dead[address] = 404
            continue
        # One page of each kind; the public ones are walked without a login.
        if kind in seen or (name != "anon" and ROWS.get((kind, "GET"), {}).get("anon") == "200"):
            continue
        seen.add(kind)
        response = ask(here, walkers[name], "GET", "/", address=address)
        if response.status_code >= 400 and not path.endswith("/file/"):  # the papers are not printed yet
            dead[address] = response.status_code
        if response.status_code == 302 and answer(response) != "in":
            ahead.append(response.headers["Location"])
        elif "html" in response.headers.get("Content-Type", "") and not path.startswith("/admin/"):
            ahead += links_of(response.content.decode(), address)
    assert dead == {}
    assert len(seen) > 10 or name == "idle", seen
