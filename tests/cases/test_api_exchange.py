"""The exchange through the doors for machines, from end to end: the page's own reading, limits and refusals."""

from __future__ import annotations

import io
import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from cases.actions import import_national_rows
from cases.lifecycle.national import NATIONAL_FIELDS
from cases.models import Case, NationalExport, NationalImport
from hall.models import JournalEntry
from staffing.forms import XLSX
from tests.cases.exchange import HEADS, row, text, xlsx
from tests.cast import Cast, yunxi
from tests.machines import Machine, machine
from tests.matters import ladder, registered

ASK = "national-exports/ask-national-export/"
ODD = ["上级流水", *HEADS[1:]]


@pytest.fixture
def cast(db: None) -> Cast:
    cast = yunxi()
    ladder()
    return cast


@pytest.fixture
def exchange(cast: Cast) -> Machine:
    return machine(cast, timezone.now())


def told(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


def hand_in(
    who: Machine, cast: Cast, data: bytes, name: str = "国家系统.xlsx", key: str = ""
) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {who.secret}", "Idempotency-Key": key or uuid.uuid4().hex}
    address = f"/api/v1/halls/{cast.hall.pk}/national-imports/"
    answer = Client().post(address, {"file": SimpleUploadedFile(name, data)}, headers=headers)
    return answer.status_code, told(answer)


def lines(answer: HttpResponse) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    return [list(line) for line in sheet.iter_rows(values_only=True)]


def test_a_file_is_read_put_in_order_confirmed_and_its_rejected_rows_come_back(
    exchange: Machine, cast: Cast
) -> None:
    data = xlsx(
        row(),
        row(信访目的="求绝", 姓名="李四"),
        row(标题="另一件", 姓名="王五", 信访件编号="GJ2026110078"),
        heads=ODD,
    )
    status, made = hand_in(exchange, cast, data)
    assert (status, made["type"], made["status"]) == (200, "cases.nationalimport", "read")
    here, rows = f"national-imports/{made['id']}/", f"national-import-rows/?file={made['id']}"
    shown = exchange.get(here)
    assert told(shown)["counts"] == {"ready": 2, "wrong": 1, "done": 0, "known": 0}
    assert told(shown)["columns"]["1"] == "xfrq" and "0" not in told(shown)["columns"]

    # The heading that nobody knows is put in its place, against the version that was read.
    columns = told(shown)["columns"] | {"0": "xfjbh"}
    body = {"columns": columns, "save_as": "市平台"}
    mapped = exchange.post(f"{here}columns/", body, if_match=shown["ETag"])
    assert mapped.status_code == 200
    assert exchange.post(f"{here}columns/", body, if_match=shown["ETag"]).status_code == 412
    (kept,) = told(exchange.get("exchange-mappings/"))["results"]
    assert (kept["name"], kept["columns"]["上级流水"]) == ("市平台", "xfjbh")

    (wrong,) = told(exchange.get(f"{rows}&result=wrong"))["results"]
    cells = {cell["field"]: cell for cell in wrong["cells"]}
    assert wrong["line"] == 3 and "是不是" in cells["xfmddm"]["error"]
    assert cells["zjhm"]["text"] == "530***", "masked, as on the page"

    assert told(exchange.post(f"{here}confirm/"))["status"] == "queued"
    import_national_rows(now=timezone.now())
    ended = told(exchange.get(here))
    assert (ended["status"], ended["counts"]) == ("done", {"ready": 0, "wrong": 2, "done": 1, "known": 0})
    late = told(exchange.get(f"{rows}&result=wrong"))["results"][1]
    assert "另一姓名" in next(cell["error"] for cell in late["cells"] if cell["field"] == "xm")
    first = told(exchange.get(f"{rows}&size=1"))
    case = Case.objects.get(pk=first["results"][0]["case"])
    assert case.title == "反映工资拖欠" and case.national_number == "GJ2026110077"
    assert case.registered_by == exchange.user
    assert next(one["line"] for one in told(exchange.get(f"{rows}&after={first['after']}"))["results"]) == 3

    rejected = exchange.get(f"{here}rejected/")
    assert (rejected["Content-Type"], rejected["Cache-Control"]) == (XLSX, "no-store")
    heads, *left = lines(rejected)
    assert heads[-1] == "未登记的原因" and len(left) == 2
    assert "是不是" in left[0][-1]
    assert exchange.get(f"{here}rejected/", accept="text/html").status_code == 200
    assert told(exchange.post(f"{here}columns/", {"columns": columns}))["kind"] == "state"


def test_matters_go_out_in_the_national_order_masked_and_on_record(exchange: Machine, cast: Cast) -> None:
    case = registered(cast, timezone.now())
    listed = told(exchange.get(f"national-numbers/?hall_id={cast.hall.pk}&entered=no"))["results"]
    assert [(one["id"], one["national_number"]) for one in listed] == [(case.pk, "")]
    asked = {"asked": {"hall_id": cast.hall.pk, "entered": "no"}, "file_format": "gb18030"}
    made = told(exchange.post(ASK, asked))
    assert told(exchange.get(f"national-exports/{made['id']}/"))["rows"] == 1
    file = exchange.get(f"national-exports/{made['id']}/file/")
    assert file["Content-Type"] == "text/csv; charset=gb18030"
    said = file.content.decode("gb18030")
    assert said.split("\r\n")[0].split(",") == [one.heading for one in NATIONAL_FIELDS]
    person = case.parties.get(role="principal").petitioner
    assert case.number in said and person.phone and person.phone not in said
    entry = JournalEntry.objects.get(verb="ask_national_export")
    assert (entry.actor_id, entry.after["opened"]) == (exchange.user.pk, False)
    opened = exchange.post(ASK, asked | {"is_opened": True})
    assert told(opened)["errors"][0]["field"] == "is_opened", "who somebody is, people ask for on the page"


def test_each_call_once_and_what_is_no_table_is_said_at_the_file(exchange: Machine, cast: Cast) -> None:
    key = uuid.uuid4().hex
    first, again = hand_in(exchange, cast, text(row()), "a.csv", key), hand_in(
        exchange, cast, text(row()), "a.csv", key
    )  # fmt: skip
    assert first == again and NationalImport.objects.count() == 1
    for data in (b"<html></html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04broken", b" "):
        status, said = hand_in(exchange, cast, data)
        assert (status, said["errors"][0]["field"]) == (422, "file")
    assert NationalImport.objects.count() == 1


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"0": "xfrq", "1": "xfrq"}, "columns.1"), ({"0": "xfrq"}, "columns"), ({"99": "bt"}, "columns.99"),
        ({"0": "nothing"}, "columns.0"),
    ],
)  # fmt: skip
def test_a_wrong_order_of_columns_is_said_at_the_column(
    exchange: Machine, cast: Cast, columns: dict[str, str], field: str
) -> None:
    made = hand_in(exchange, cast, text(row()))[1]
    answer = exchange.post(f"national-imports/{made['id']}/columns/", {"columns": columns})
    assert (answer.status_code, told(answer)["errors"][0]["field"]) == (422, field)
    assert told(exchange.get(f"national-imports/{made['id']}/"))["counts"]["ready"] == 1


def test_nobody_elses_file_is_there_and_scopes_hold(exchange: Machine, cast: Cast) -> None:
    now = timezone.now()
    made = hand_in(exchange, cast, text(row()))[1]
    export = {"asked": {"hall_id": cast.hall.pk}, "file_format": "csv"}
    registered(cast, now)
    out = told(exchange.post(ASK, export))
    other = machine(cast, now, name="other")
    for path in (f"national-imports/{made['id']}/", f"national-imports/{made['id']}/rejected/",
                 f"national-import-rows/?file={made['id']}", f"national-exports/{out['id']}/file/"):  # fmt: skip
        assert other.get(path).status_code == 404
        assert exchange.get(path).status_code == 200
    assert other.post(f"national-imports/{made['id']}/confirm/").status_code == 404
    assert told(other.get("national-imports/"))["results"] == []
    unit = machine(cast, now, role="liaison", department_id=cast.units["land"].pk, name="unit")
    assert hand_in(unit, cast, text(row()))[0] == 403
    assert unit.get(f"national-numbers/?hall_id={cast.hall.pk}").status_code == 403
    reader = machine(cast, now, scopes=("exchange:read", "cases:read"), name="reader")
    assert hand_in(reader, cast, text(row()))[0] == 403
    assert reader.post(ASK, export).status_code == 403
    narrow = machine(cast, now, scopes=("cases:read", "cases:handle"), name="narrow")
    assert narrow.get("national-exports/").status_code == 403


def test_a_file_whose_day_is_over_is_not_given(exchange: Machine, cast: Cast) -> None:
    registered(cast, timezone.now())
    asked = {"asked": {"hall_id": cast.hall.pk}, "file_format": "xlsx"}
    out = told(exchange.post(ASK, asked))
    NationalExport.objects.update(expires_at=timezone.now())
    late = exchange.get(f"national-exports/{out['id']}/file/")
    assert (late.status_code, told(late)["kind"], late["Content-Type"]) == (
        409,
        "state",
        "application/problem+json",
    )
