"""Who acts, and how a refusal is said.

An `Actor` is made once at the door and passed down. A rule raises `Refused` with the sentence that the person
reads; the two translators here turn it into a page or a JSON answer: not visible → 404, visible but not
allowed → 403, wrong state → 409, bad input → 400. The same rule greys the button through `allowed`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

M = TypeVar("M", bound=Model)
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Held:
    """A role held today through a posting: in a department, a hall, or both."""

    role: str
    department_id: int | None = None
    hall_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """The one who acts. `kind` is person, system (worker, command) or public (no login)."""

    name: str
    user_id: int | None = None
    kind: str = "person"
    held: tuple[Held, ...] = ()
    jurisdiction_codes: tuple[str, ...] = ()
    is_superuser: bool = False

    def has(self, *roles: str, hall_id: int | None = None, department_id: int | None = None) -> bool:
        """True when one of the roles is held, in that hall and that department where they are named."""
        return any(
            held.role in roles
            and (hall_id is None or held.hall_id == hall_id)
            and (department_id is None or held.department_id == department_id)
            for held in self.held
        )

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(held.role for held in self.held)

    def halls(self, *roles: str) -> tuple[int, ...]:
        """Ids of the halls in which one of the roles (or, without argument, any role) is held."""
        wanted = {h.hall_id for h in self.held if h.hall_id and (not roles or h.role in roles)}
        return tuple(sorted(wanted))

    def departments(self, *roles: str) -> tuple[int, ...]:
        """Ids of the departments in which one of the roles (or any role) is held."""
        wanted = {h.department_id for h in self.held if h.department_id and (not roles or h.role in roles)}
        return tuple(sorted(wanted))


class Request(HttpRequest):
    """A request as a view gets it: `staffing.views.WhoActs` has put the actor on it, django-htmx its details."""

    actor: Actor
    htmx: HtmxDetails


SYSTEM = Actor(name="system", kind="system")
PUBLIC = Actor(name="public", kind="public")


class Refused(Exception):
    """An act is refused, with the reason that the person is shown.

    kind: `unseen` (404: says nothing of what exists), `role` (403), `state` (409), `input` (400; `field` says
    at which field), `busy` (429).
    """

    STATUS = {"unseen": 404, "role": 403, "state": 409, "input": 400, "busy": 429}

    def __init__(self, reason: Text, kind: str, *, field: str = "", article: str = "") -> None:
        if kind not in self.STATUS:
            raise ValueError(f"unknown kind of refusal: {kind}")
        super().__init__(reason)
        self.reason, self.kind, self.field, self.article = reason, kind, field, article

    @property
    def status(self) -> int:
        return self.STATUS[self.kind]

    def __str__(self) -> str:
        return str(self.reason)

    def as_dict(self) -> dict[str, str]:
        return {"reason": str(self.reason), "kind": self.kind, "field": self.field, "article": self.article}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says before the act: true when allowed, else the reason for the tooltip."""

    ok: bool
    reason: Text = ""
    kind: str = ""
    article: str = ""

    def __bool__(self) -> bool:
        return self.ok


def allowed(check: Callable[..., object], *args: object, **kwargs: object) -> Verdict:
    """Ask the rule without acting: the button is drawn from the answer."""
    try:
        check(*args, **kwargs)
    except Refused as refused:
        return Verdict(False, refused.reason, refused.kind, refused.article)
    return Verdict(True)


LARGEST = 2**63 - 1
"""What PostgreSQL's bigint holds."""


def whole_number(text: str, most: int = LARGEST) -> int | None:
    """The whole number that stands in an address, None for anything else: other scripts' digits, one too large."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    return number if number is not None and number <= most else None


def public_address(request: HttpRequest, path: str) -> str:
    """What a QR code or a calendar says of a path of ours: the site's public address where it is set (HALL_SITE_URL).

    Else the host that was asked: inside a hall that may be a name which no telephone outside knows.
    """
    if settings.HALL_SITE_URL_GIVEN:
        return f"{settings.HALL_SITE_URL.rstrip('/')}{path}"
    return request.build_absolute_uri(path)


def printable(text: str, keep: str = "") -> str:
    """Control characters, of which PostgreSQL refuses NUL, become spaces; those in `keep` stay."""
    return "".join(c if c.isprintable() or c in keep else " " for c in text)


def typed_line(request: HttpRequest, name: str, most: int = 200) -> str:
    """One line typed beside a button, `printable`, cut at `most`."""
    return printable(request.POST.get(name, ""))[:most].strip()


def get_visible(visible: QuerySet[M], **lookup: object) -> M:
    """The one row that the reader may see. Raises Refused(unseen): whether it exists is not told."""
    try:
        return visible.get(**lookup)
    except ObjectDoesNotExist:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen") from None


class TranslateRefusals:
    """Middleware with both translators: a page for people, `{"reason", "kind", "field", "article"}` for a script.

    Below `/api/` a refusal is said as problem details (`hall.machines.problems`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused) or request.path.startswith("/api/"):
            return None
        if request.headers.get("Accept") == "application/json":
            return JsonResponse(exception.as_dict(), status=exception.status)
        context = {"refused": exception}
        if request.headers.get("HX-Request"):
            return render(request, "components/refused.html", context, status=exception.status)
        return render(request, f"errors/{exception.status}.html", context, status=exception.status)
