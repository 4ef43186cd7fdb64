"""What is measured. Data is made with SQL by the hundred thousand (tests/volume.py); the house is the tests' cast."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from benchmarks import floor
from benchmarks.booking import booking
from benchmarks.documents import documents
from benchmarks.journal import verifying
from benchmarks.lifecycle import lifecycle
from benchmarks.measure import Figure, against, once
from benchmarks.month_board import month_board
from benchmarks.public_schedule import public_schedule
from benchmarks.signals import signals
from benchmarks.video import video
from cases.actions import sweep_deadlines
from cases.models import Case, ContentCategory, Deadline
from cases.queries.search import search_cases
from hall import journal
from hall.access import SYSTEM
from tests.cast import Cast, yunxi
from tests.matters import ladder
from tests.volume import many_cases

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SMALL, LARGE = 100_000, 1_000_000


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE cases_deadline, cases_case, cases_deadlinestep, hall_message, hall_journalhead"
        )


class World:
    """Yunxi with twenty units and as many cases as asked for; grown, never shrunk, within one run."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_note, bench_case")
        call_command("flush", interactive=False, verbosity=0)
        self.cast: Cast = yunxi()
        self.rung = ladder()[0]
        self.size = 0

    def grow(self, size: int, *, due: int = 0) -> World:
        """`due` of the new cases have a step due an hour ago."""
        step = 100_000
        while self.size < size:
            last = min(self.size + step, size)
            many_cases(
                hall_id=self.cast.hall.pk,
                unit_ids=[unit.pk for unit in self.cast.units.values()],
                rung_id=self.rung.pk,
                first=self.size + 1,
                last=last,
                now=NOW,
                due_every=(last - self.size) // due if due else 10**9,
            )
            self.size, due = last, 0
        with connection.cursor() as cursor:
            cursor.execute(
                "VACUUM ANALYZE"
            )  # all tables, the empty ones too, as autovacuum would have by now
        return self


def _undone(run: Callable[[], object]) -> Callable[[], object]:
    """The same run, whose rows are taken back, so that the next one finds the same work."""

    def inside() -> None:
        with transaction.atomic():
            run()
            transaction.set_rollback(True)

    return inside


def sweep() -> Iterator[Figure]:
    """10,000 due among 100,000 open against one raw statement; then the same 10,000 among a million."""
    world = World().grow(SMALL, due=10_000)
    user = world.cast.liaison.pk
    taken: list[int] = []

    def ours() -> None:
        taken.append(sweep_deadlines(now=NOW))

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute(floor.SWEEP, {"now": NOW, "user": user})

    yield against(
        "sweep: 10,000 due of 100,000 open / one raw statement",
        _undone(ours), _undone(raw), bound=4.0, runs=5, warm=1, before=_vacuum,
    )  # fmt: skip
    assert set(taken) == {10_000}, taken
    small = sorted(once(_undone(ours)) for _ in range(5))[2]
    world.grow(LARGE)
    large = sorted(_timed_after_vacuum(_undone(ours)) for _ in range(5))[2]
    yield Figure("sweep: the same 10,000 due of 1,000,000 / of 100,000", large, small, large / small, 1.3)


def _timed_after_vacuum(run: Callable[[], object]) -> float:
    _vacuum()
    return once(run)


def pages() -> Iterator[Figure]:
    """The work list and the case page as an ordinary liaison, against bare views behind the same middleware."""
    world = World().grow(SMALL)
    client, unit = Client(), world.cast.units["labour"].pk
    client.force_login(world.cast.liaison)
    case = Case.objects.filter(first_handler=unit).order_by("id")[500]
    for number in range(20):
        journal.record(SYSTEM, "test", case, after={"n": number}, now=NOW)

    def get(url: str) -> Callable[[], object]:
        def run() -> None:
            response = client.get(url)
            assert response.status_code == 200, (url, response.status_code)

        return run

    work, page = get(reverse("cases:work-list")), get(reverse("cases:case", args=[case.pk]))
    with override_settings(ROOT_URLCONF="benchmarks.urls"):
        bare = get(f"/floor/list/{unit}/")
        yield against("work list at 100,000 cases / a bare view", work, bare, bound=2.5, runs=100)
        yield against(
            "case page, 20 entries / a bare view", page, get(f"/floor/page/{case.pk}/"), bound=3.0, runs=100
        )
        small = sorted(once(work) for _ in range(100))[50]
        world.grow(LARGE)
        large = sorted(once(work) for _ in range(100))[50]
        yield Figure("work list at 1,000,000 cases / at 100,000", large, small, large / small, 1.2)


def register() -> Iterator[Figure]:
    """Registering a visitor with a case through the HTTP door, against inserting one case with one note."""
    world = World()
    with connection.cursor() as cursor:
        cursor.execute(floor.BARE_TABLES)
    call_command("load_categories", verbosity=0, stdout=io.StringIO())
    client = Client()
    client.force_login(world.cast.clerk)
    url = reverse("intake:register")

    page = client.get(url).content.decode()

    def ours() -> None:
        # A browser shows the receipt and loses the message with it; here nobody looks, and they would pile up.
        client.cookies.pop("messages", None)
        response = client.post(url, forms.pop())
        assert response.status_code == 302, re.findall(r'href="#id_.*?</li>', response.content.decode())

    def bare() -> None:
        response = client.post("/floor/insert/", {"title": "请求支付工资", "content": "三个月工资未付。"})
        assert response.status_code == 302

    forms = [_looked_up(client, _form(page, n)) for n in range(1, 104)]
    with override_settings(ROOT_URLCONF="benchmarks.urls"):
        yield against("register a visitor with a case / one case, one note", ours, bare, bound=3.0, runs=100)
    assert Deadline.objects.filter(kind="sort").count() >= 100


HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)"(?: value="([^"]*)")?')


def _looked_up(client: Client, form: dict[str, str]) -> dict[str, str]:
    """With what the panel of earlier matters put into the form while it was typed."""
    panel = client.post(reverse("intake:look-up-history"), form).content.decode()
    return form | dict(HIDDEN.findall(panel))


def _form(page: str, n: int) -> dict[str, str]:
    """What a clerk's browser sends: a person with papers, a matter, two claims."""
    category = ContentCategory.objects.get(code="010101")
    own = "".join(chr(0x4E00 + (n * 61 + i * i * 7) % 6000) for i in range(80))  # nobody's duplicate
    return dict(HIDDEN.findall(page)) | {
        "form_token": str(uuid.uuid4()),
        "who-id_kind": "passport",
        "who-id_number": f"E{n:08d}",
        "who-name": f"张{own[:2]}",
        "who-phone": f"139{n:08d}",
        "who-address": "云溪县城关镇人民路1号",
        "purpose": "request",
        "title": f"第{n}件 {own[:12]}",
        "category": str(category.pk),
        "category_text": category.path,
        "content": own,
        "claim-0-text": "支付三个月工资",
        "claim-1-text": "补缴社会保险",
        "channel": "visit",
        "triage-outcome": "",
    }


def search() -> Iterator[Figure]:
    """Chinese full text over 100,000 cases as the hall manager, against the best single statement for it."""
    world = World().grow(SMALL)
    actor = world.cast.act(world.cast.manager)

    def raw(term: str) -> Callable[[], object]:
        def run() -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT id, number, title, status FROM cases_case WHERE search @@ %s::tsquery"
                    " ORDER BY id DESC LIMIT 25",
                    [term],
                )
                assert cursor.fetchall()

        return run

    village = f"{chr(19968 + 42)}家村"  # a thousand of them
    yield against(
        "search for a village over 100,000 cases / the best statement",
        lambda: search_cases(actor, village, limit=25),
        raw(f"'{village[:2]}' & '{village[1:]}'"),
        bound=3.0,
        runs=100,
    )


ALL: dict[str, Callable[[], Iterator[Figure]]] = {
    "sweep": sweep,
    "pages": pages,
    "register": register,
    "search": search,
    "documents": documents,
    "booking": lambda: booking(World().cast),
    "lifecycle": lambda: lifecycle(World().cast),
    "public": lambda: public_schedule(World().cast),
    "month_board": lambda: month_board(World().cast),
    "journal": verifying,
    "video": lambda: video(World().cast),
    "signals": lambda: signals(World().cast),
}
