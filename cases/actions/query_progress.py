"""The petitioner asks how the matter stands: by the code of the receipt and four digits that only they know.

The four digits are the last of a telephone that was left with the matter; where nobody left one, the last of the
ID number. Without either the hall's window answers, to whoever brings the receipt.
"""

from __future__ import annotations

import datetime as dt
import hmac
import math
import unicodedata
from collections.abc import Iterable

from django.db.models import Count, Min, QuerySet
from django.utils.translation import ngettext

from cases.models import Case, CaseParty, Petitioner, QueryAttempt
from hall.access import Refused
from hall.erasing import delete, in_batches
from hall.fields import decrypt, encrypt, keyed, origin_of

WINDOW = dt.timedelta(minutes=15)
TRIES_BY_ADDRESS = 10
TRIES_BY_CODE = 5
"""Wrong tries within the window; a right one is forgotten, so that a shared machine in the hall is not shut out."""

_DECOY = "00000000000"


def query_progress(*, code: str, digits: str, address: str, now: dt.datetime) -> Case | None:
    """The case, or None: a wrong code and wrong digits are told by the same answer after the same work.

    `address` is where the question comes from; only keyed hashes of it and of the code are kept. Raises
    Refused(busy) with the time to wait.
    """
    code, digits = plain(code), plain(digits)
    tried = begin_try("code", code, address, now=now)
    case = Case.objects.filter(query_code=code).defer("search", "content").select_related("hall").first()
    people = [
        party.petitioner
        for party in CaseParty.objects.filter(case_id=case.pk if case else 0).select_related("petitioner")
    ]
    known = _matches(people, digits)
    if case is None or not known:
        return None
    end_try(tried)
    return case


def begin_try(what: str, code: str, address: str, *, now: dt.datetime) -> list[int]:
    """Count a try from this address with this code, and hand it out for `end_try`. Raises Refused(busy).

    The try is written before it is counted, so that many questions at once do not slip through.
    """
    # Who books is counted apart: ten of them behind one wireless network leave progress and rating open.
    by_address = keyed("booking-from", address) if what == "booking" else origin_of(address)
    by_code = keyed(what, code)
    tries = QueryAttempt.objects.bulk_create(
        QueryAttempt(origin=key, at=now) for key in (by_address, by_code)
    )
    mine = [one.pk for one in tries]
    wait = _wait(by_address, by_code, now)
    if wait:
        end_try(mine)
        minutes = math.ceil(wait.total_seconds() / 60)
        words = _too_often(minutes) if what == "code" else _too_often_rating(minutes)
        raise Refused(words % {"n": minutes}, "busy")
    return mine


def _too_often(minutes: int) -> str:
    return ngettext(
        "查询次数过多，请在%(n)s分钟后再试；也可以持登记凭证到大厅窗口查询。",
        "查询次数过多，请在%(n)s分钟后再试；也可以持登记凭证到大厅窗口查询。",
        minutes,
    )


def _too_often_rating(minutes: int) -> str:
    """At the window nobody can help with a rating, and so nobody is sent there."""
    return ngettext("试的次数过多，请在%(n)s分钟后再试。", "试的次数过多，请在%(n)s分钟后再试。", minutes)


def end_try(tried: list[int]) -> None:
    """A right one is forgotten."""
    QueryAttempt.objects.filter(pk__in=tried).delete()


def _matches(people: Iterable[Petitioner], digits: str) -> bool:
    """Every secret is compared, none is skipped; without people a decoy is."""
    people = list(people)
    numbers = [person.phone for person in people if person.phone]
    numbers = numbers or [person.id_number for person in people if person.id_number]
    secrets = [number[-4:].upper() for number in numbers]
    if not secrets:
        hmac.compare_digest(decrypt(encrypt(_DECOY)).encode(), digits.encode())
        return False
    return sum(hmac.compare_digest(secret.encode(), digits.encode()) for secret in secrets) > 0


def _wait(by_address: bytes, by_code: bytes, now: dt.datetime) -> dt.timedelta | None:
    """How long until the next try, when this one is over a limit."""
    recent = QueryAttempt.objects.filter(origin__in=[by_address, by_code], at__gt=now - WINDOW)
    limits = {by_address: TRIES_BY_ADDRESS, by_code: TRIES_BY_CODE}
    counted = recent.order_by().values("origin").annotate(tries=Count("pk"), first=Min("at"))
    waits = [row["first"] + WINDOW - now for row in counted if row["tries"] > limits[bytes(row["origin"])]]
    return max(waits, default=None)


def plain(text: str) -> str:
    """As a person may type it: any width, any case, with spaces or dashes."""
    return "".join(ch for ch in unicodedata.normalize("NFKC", text).upper() if ch.isalnum())[:40]


def due_attempts(*, now: dt.datetime) -> QuerySet[QueryAttempt]:
    return QueryAttempt.objects.filter(at__lte=now - WINDOW)


def forget_attempts(*, now: dt.datetime) -> int:
    """Tries that no limit counts any more are deleted."""
    return in_batches(due_attempts(now=now), delete)
