"""Lists as files (`export_inspections`, `export_sample`, `export_figure`, `export_repeated`, `export_topic`,
`export_unusual_access`): as the list, for whom the list is, on record and in the access log."""

from __future__ import annotations

import ast
import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.test import Client

from accountability import actions
from accountability.lifecycle import READS
from accountability.queries.access_log import LookFilter, look_page
from hall.access import Refused
from hall.models import LOOKS, JournalEntry, Message
from tests.accountability.inspect_steps import FOUND, checked, concluded, drawn, planned
from tests.cast import NOW, Cast
from tests.life import closed
from tests.matters import accepted

pytestmark = pytest.mark.django_db
OWN_REASONS: dict[str, str] = {}
"""Exports that are no look at people's data: verb → why. Add one here with its reason, or add it to `READS`."""


def sheet_of(client: Client, who: Any, address: str) -> list[list[Any]]:
    client.force_login(who)
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    assert "no-store" in answer["Cache-Control"]
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active.values]  # type: ignore[union-attr]


def test_every_export_is_a_look_or_says_why_not() -> None:
    """By the journal's own verbs, wherever in the house they are written."""
    found = set()
    for path in Path(settings.BASE_DIR).glob("*/actions/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"export_\w+", str(node.value)):
                found.add(str(node.value))
            if isinstance(node, ast.FunctionDef) and node.name.startswith("export_"):
                found.add(node.name)
    assert len(found) > 10
    assert found - set(READS) == set(OWN_REASONS)
    assert set(READS) == set(LOOKS)


def test_the_list_of_inspections(cast: Cast, client: Client) -> None:
    closed(cast, NOW)
    planned(cast, NOW)
    rows = sheet_of(client, cast.leader, "/inspections/export.xlsx")
    assert (rows[0][0], len(rows), rows[1][3]) == ("名称", 2, "已计划，待抽样")
    assert len(sheet_of(client, cast.leader, "/inspections/export.xlsx?status=drawn")) == 1
    assert JournalEntry.objects.filter(verb="export_inspections", actor=cast.leader).count() == 2
    client.force_login(cast.liaison)
    assert client.get("/inspections/export.xlsx").status_code == 403
    client.force_login(cast.supervisor)
    assert 'href="/inspections/export.xlsx"' in client.get("/inspections/").content.decode()


def test_the_sample_that_the_inspector_carries_along(cast: Cast, client: Client) -> None:
    case = closed(cast, NOW)
    then = NOW + dt.timedelta(days=1)
    before = planned(cast, then)
    with pytest.raises(Refused):
        actions.export_sample(actor=cast.act(cast.supervisor, then), inspection_id=before.pk, now=then)
    one = drawn(cast, then)
    checked(cast, one.checks.get(), then)
    rows = sheet_of(client, cast.supervisor, f"/inspections/{one.pk}/sample.xlsx")
    assert one.seed in rows[0][0]
    assert rows[1][:4] == ["序号", "事项编号", "标题", "责任单位"]
    assert rows[2][1:3] == [case.number, case.title]
    assert FOUND in rows[2]
    assert "张秀英" not in f"{rows}"
    looks = look_page(cast.act(cast.manager), LookFilter()).rows
    assert ("export_sample", cast.supervisor.pk) in {(look.verb, look.reader_id) for look in looks}
    client.force_login(cast.liaison)
    assert client.get(f"/inspections/{one.pk}/sample.xlsx").status_code == 404
    client.force_login(cast.supervisor)
    assert (
        f'href="/inspections/{one.pk}/sample.xlsx"' in client.get(f"/inspections/{one.pk}/").content.decode()
    )


def test_the_list_behind_a_figure(cast: Cast, client: Client) -> None:
    case = accepted(cast, NOW)
    query = "?code=registered&part=denominator&period=2026-11"
    rows = sheet_of(client, cast.supervisor, f"/indicators/figure.xlsx{query}")
    assert [case.number, case.title] in [row[:2] for row in rows]
    entry = JournalEntry.objects.get(verb="export_figure")
    assert entry.after == {"code": "registered", "part": "denominator", "period": "2026-11"}
    page = client.get(f"/indicators/figure/{query}").content.decode()
    assert "/indicators/figure.xlsx?code=registered" in page
    client.force_login(cast.clerk)
    assert client.get(f"/indicators/figure.xlsx{query}").status_code == 403


def test_the_lists_of_the_analysis(cast: Cast, client: Client) -> None:
    rows = sheet_of(client, cast.supervisor, "/analysis/repeated.xlsx?period=2026-11&since=none")
    assert rows[0][-2:] == ["又来的次数", "距上次答复（日）"]
    assert JournalEntry.objects.get(verb="export_repeated").after["since"] == "none"
    assert client.get("/analysis/topic.xlsx?region=x").status_code == 404
    assert not JournalEntry.objects.filter(verb="export_topic").exists()
    client.force_login(cast.liaison)
    assert client.get("/analysis/repeated.xlsx").status_code == 403


def test_what_is_listed_for_a_look(cast: Cast, client: Client) -> None:
    rows = sheet_of(client, cast.supervisor, "/access-log/unusual.xlsx?first=2026-11-01&last=2026-11-20")
    assert rows[0][:3] == ["日期", "人员", "为什么列出"]
    entry = JournalEntry.objects.get(verb="export_unusual_access")
    assert entry.after == {"first": "2026-11-01", "last": "2026-11-20"}
    client.force_login(cast.clerk)
    assert client.get("/access-log/unusual.xlsx").status_code == 403


def test_a_unit_is_told_what_was_found_in_its_matters_once(cast: Cast) -> None:
    case = closed(cast, NOW)
    then = NOW + dt.timedelta(days=1)
    one = drawn(cast, then)
    checked(cast, one.checks.get(), then)
    assert not Message.objects.filter(kind="inspection_checked").exists()
    concluded(cast, then, one)
    told = Message.objects.filter(kind="inspection_checked")
    assert {message.user for message in told} == {cast.liaison, cast.head}
    assert told[0].context["number"] == case.number
    assert (told[0].context["conclusion"], told[0].context["found"]) == ("属实，办理到位", FOUND)
    concluded(cast, then + dt.timedelta(hours=1), one)
    assert told.count() == 2


def test_what_was_found_is_left_out_of_the_message_where_it_names_somebody(cast: Cast) -> None:
    closed(cast, NOW)
    then = NOW + dt.timedelta(days=1)
    one = drawn(cast, then)
    checked(cast, one.checks.get(), then, found="到工地见了人，电话13800138000，工资已经付清。")
    concluded(cast, then, one)
    assert {message.context["found"] for message in Message.objects.filter(kind="inspection_checked")} == {""}
