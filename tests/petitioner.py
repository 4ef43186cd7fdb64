"""What the petitioner does: asks how the matter stands, by code and four digits, and reads the answer."""

from __future__ import annotations

import datetime as dt

from django.test import Client

from cases import actions
from cases.models import Case
from tests.cast import NOW
from tests.matters import ZHANG

LAST_FOUR = ZHANG.phone[-4:]


def ask(
    case: Case | str, digits: str = LAST_FOUR, address: str = "203.0.113.5", now: dt.datetime = NOW
) -> Case | None:
    code = case if isinstance(case, str) else case.query_code
    return actions.query_progress(code=code, digits=digits, address=address, now=now)


def letter(client: Client, case: Case, digits: str = LAST_FOUR) -> str:
    response = client.post("/progress/", {"code": case.query_code, "digits": digits})
    assert response.status_code == 200
    return response.content.decode()
