"""The document is enough: a client that has read nothing else takes a matter from the ticket to its end."""

from __future__ import annotations

import importlib
import inspect
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from cases.api.codes import EXAMPLES as OF_CASES
from cases.models import Case
from hall.machines.acts import ActView
from intake.api.codes import EXAMPLES as OF_INTAKE
from tests.api_client import Caller, Document
from tests.cast import Cast, queues
from tests.hall.closed_to_machines import CLOSED
from tests.machines import machine, machine_doors
from tests.matters import ladder

EXAMPLES = OF_CASES | OF_INTAKE
ADDRESS = "/api/v1/openapi.json"
ROOMS = ("staffing", "cases", "intake", "consultations", "hearings", "accountability")


@pytest.fixture
def cast(cast: Cast) -> Cast:
    ladder()
    queues(cast)
    return cast


def opened() -> dict[str, type[ActView]]:
    """Verb → its door."""
    return {view.act.verb: view for view in machine_doors().values() if issubclass(view, ActView)}


def test_a_client_of_the_document_takes_a_matter_from_the_ticket_to_its_end(cast: Cast) -> None:
    now, document = timezone.now(), Document.read(ADDRESS)
    labour = cast.units["labour"].pk
    desk = Caller(document, machine(cast, now).secret)
    handler = Caller(
        document, machine(cast, now, role="liaison", department_id=labour, name="unit-machine").secret
    )
    head = Caller(
        document, machine(cast, now, role="department_head", department_id=labour, name="head-machine").secret
    )

    hall = next(desk.rows("list_halls"))["id"]
    queue, window = next(desk.rows("list_queues", hall=hall)), next(desk.rows("list_windows", hall=hall))
    number = desk.call("take_number", queue_id=queue["id"], form_token=uuid.uuid4(), head_count=1)["id"]
    called = desk.call("call_ticket", ticket_id=number, window_id=window["id"], confirmed=True)
    assert called["status"] == "called"
    desk.call("serve_ticket", ticket_id=number)
    visit = next(row["visit"] for row in desk.rows("list_tickets", hall=hall) if row["id"] == number)
    new = {
        "channel": "visit", "purpose": "request", "title": "工地欠薪三个月", "received_on": timezone.localdate(),
        "content": "在城东工地做工三个月，工资一直没有发。", "people": [{"name": "郑大勇", "phone": "13900010001"}],
        "claims": ["支付拖欠的工资"],
    }  # fmt: skip
    case = desk.call("register_visit", hall_id=hall, visit_id=visit, new=new, form_token=uuid.uuid4())["id"]
    desk.call("finish_ticket", ticket_id=number)
    unit = next(row["id"] for row in desk.rows("list_departments") if row["id"] == labour)
    desk.call("forward_case", case_id=case, department_id=unit, reason="属于劳动保障监察职责，转送办理。")

    handler.call("receive_case", case_id=case)
    claim = handler.call("read_case", case_id=case)["claims"][0]["id"]
    row = {"claim_id": claim, "conclusion": "support", "facts": "查明拖欠工资三个月，共一万二千元。",
           "basis": "《中华人民共和国劳动法》第五十条", "answer": "责令用人单位七日内支付全部工资。"}  # fmt: skip
    heard = "已当面听取信访人陈述事实和理由。"
    handler.call("draft_opinion", case_id=case, rows=[row], heard=heard)
    handler.call("submit_opinion", case_id=case)
    head.call("countersign_opinion", case_id=case)
    head.call("issue_opinion", case_id=case)
    service = {
        "method": "direct",
        "outcome": "served",
        "served_on": timezone.localdate(),
        "receiver": "郑大勇",
    }
    handler.call("serve_opinion", case_id=case, service=service)
    assert handler.call("read_case", case_id=case)["status"] == "served"
    manager = Caller(document, machine(cast, now, role="hall_manager", name="manager-machine").secret)
    manager.call("close_case", case_id=case, reason="信访人书面表示接受处理意见，不再提出复查。")
    assert Case.objects.get(pk=case).status == "closed"


def test_the_document_is_public_and_names_every_operation_once() -> None:
    document = Document.read(ADDRESS)
    names = [one["operationId"] for item in document.said["paths"].values() for one in item.values()]
    assert document.said["openapi"].startswith("3.1")
    assert len(names) == len(set(names)) > 300
    assert Client().get(ADDRESS).status_code == 200


def test_no_address_answers_without_a_token(db: None) -> None:
    document = Document.read(ADDRESS)
    wrong = {}
    for path, item in document.said["paths"].items():
        for method in item:
            address = re.sub(r"{\w+}", "1", path)
            found = getattr(Client(), method)(address, content_type="application/json").status_code
            if found != 401:
                wrong[method, path] = found
    assert wrong == {}


def test_a_code_says_its_values(db: None) -> None:
    document = Document.read(ADDRESS)
    new = document.resolved(document.members(document.operation("register_case")[2])["new"])
    assert "visit" in document.resolved(new["properties"]["channel"])["enum"]
    ground = document.members(document.operation("open_hearing")[2])["closed_ground"]
    assert set(document.resolved(ground)["enum"]) >= {"state_secret", "privacy"}
    paper = document.operation("add_material")[2]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert document.resolved(paper)["properties"]["file"]["minLength"] == 1, "an empty file is no file"


def test_a_stored_file_is_never_named_by_a_machine() -> None:
    said = str(Document.read(ADDRESS).said)
    assert "sha256" not in said
    assert "Not for machines: uploads, triage." in said


@pytest.mark.parametrize("verb", sorted(EXAMPLES))
def test_an_example_is_a_body_that_is_taken(verb: str) -> None:
    typed = opened()[verb].signature.serializer(data=EXAMPLES[verb])
    assert typed.is_valid(), typed.errors


@pytest.mark.parametrize("room", ROOMS)
def test_every_verb_is_open_to_machines_or_it_is_said_why_not(room: str) -> None:
    actions, doors = importlib.import_module(f"{room}.actions"), opened()
    verbs = {
        name
        for name in actions.__all__
        if inspect.isfunction(one := getattr(actions, name)) and "actor" in inspect.signature(one).parameters
    }
    mine = {name for name, view in doors.items() if view.act.action.__module__.startswith(f"{room}.")}
    assert (sorted(verbs - mine - CLOSED[room].keys()), sorted(CLOSED[room].keys() & mine)) == ([], [])
    assert sorted(CLOSED[room].keys() - verbs) == []
