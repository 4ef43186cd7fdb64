"""Service: that a paper reached its addressee, and the proof of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from cases.actions.materials import StoredFile
from cases.models import ServiceRecord
from hall.access import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One attempt to hand over one paper; `method` and `outcome` are codes of the lifecycle."""

    method: str
    outcome: str
    served_on: dt.date
    receiver: str = ""
    relation: str = ""
    place: str = ""
    waybill: str = ""
    reason: str = ""
    witnesses: str = ""
    servers: str = ""
    proof: StoredFile | None = None


@transaction.atomic
def serve_opinion(*, actor: Actor, case_id: int, service: Service, now: dt.datetime) -> ServiceRecord:
    raise NotImplementedError("serve_opinion")


@transaction.atomic
def serve_document(
    *, actor: Actor, case_id: int, document_id: int | None, service: Service, now: dt.datetime
) -> ServiceRecord:
    raise NotImplementedError("serve_document")
