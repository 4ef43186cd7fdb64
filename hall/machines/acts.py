"""A verb for machines: POST its arguments, get what became of it.

The order of the page's door: who asks, whether the file is visible to them (404 else), what they typed; then, under the
file's lock, whether it has moved since they read it (`If-Match`), and one call of the action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hall.access import Actor, Refused, get_visible
from hall.machines import calls
from hall.machines.arguments import NO_CODES, Codes, Signature, signature_of
from hall.machines.base import Json, MachineView
from hall.machines.faults import faults_said
from hall.machines.files import Bounded, Form, Sent, Upload, bounded
from hall.machines.problems import Failed
from hall.models import JournalHead

Visible = Callable[[Actor], QuerySet[Any]]
NOTHING: Mapping[str, Visible] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Subject:
    """The file that a verb is about: the keyword of its id, who sees it, how it is locked, its journal stream's name.

    Without `stream` it has no version of its own and `If-Match` is refused. `file`: where the row lies in a file of
    another kind, its id is told from the row's: that file is locked, its stream is the version.
    """

    param: str
    visible: Visible
    lock: Callable[[int], object] | None = None
    stream: str = ""
    file: Callable[[int], int] | None = None

    def file_of(self, pk: int) -> int:
        return pk if self.file is None else self.file(pk)

    def version(self, pk: int) -> str:
        """The ETag: the number of the last entry in its journal."""
        pk = self.file_of(pk)
        seq = JournalHead.objects.filter(stream=f"{self.stream}:{pk}").values_list("seq", flat=True).first()
        return f'"{self.stream}-{pk}-{seq or 0}"'


@dataclass(frozen=True, slots=True)
class Filled:
    """Keywords that are not asked of a machine: the door makes them of what was said, as the page's form does.

    `make(actor, said, now)`, `said` with the ids of the address, asks the rule first; its Refused names a member.
    """

    names: tuple[str, ...]
    make: Callable[[Actor, Mapping[str, Any], Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """`path` below `/api/v1/`; the keywords in it are taken from the address. `scope` is what a token must hold.

    `seen`: keyword → what the body may name there: on a page the choices say it. `sent`: the file that comes with it,
    in a form. `filled`: what the door makes of the rest.
    """

    path: str
    action: Callable[..., Any]
    scope: str
    subject: Subject | None = None
    seen: Mapping[str, Visible] = field(default_factory=dict)
    sent: Sent | None = None
    filled: Filled | None = None

    @property
    def not_asked(self) -> tuple[str, ...]:
        return (*(self.sent.into if self.sent else ()), *(self.filled.names if self.filled else ()))

    @property
    def verb(self) -> str:
        return self.action.__name__

    @property
    def name(self) -> str:
        return f"api-{self.verb.replace('_', '-')}"


def acts(
    where: str,
    actions: Iterable[Callable[..., Any]],
    scope: str,
    subject: Subject | None = None,
    seen: Mapping[str, Visible] = NOTHING,
) -> tuple[Act, ...]:
    """Each action under its own name below one place."""
    return tuple(
        Act(f"{where}{one.__name__.replace('_', '-')}/", one, scope, subject, seen) for one in actions
    )


class Done(serializers.Serializer[Any]):
    """What the verb changed or made; `items` where it was several; `upload` names a file that was sent."""

    type = serializers.CharField(help_text=_("对象的种类，如 cases.case；没有对象时为空。"), allow_blank=True)
    id = serializers.IntegerField(allow_null=True)
    number = serializers.CharField(allow_blank=True)
    status = serializers.CharField(allow_blank=True)
    items = serializers.ListField(child=serializers.DictField(), required=False)
    upload = serializers.CharField(help_text=_("文件的名称，12小时内可以写进别的请求。"), required=False)


def done(result: Any) -> dict[str, Any]:
    """The answer about what an action gave back; never a word of what is in the file."""
    if isinstance(result, Model):
        return {
            "type": result._meta.label_lower,
            "id": result.pk,
            "number": str(getattr(result, "number", "") or ""),
            "status": str(getattr(result, "status", "") or ""),
        }
    nothing: dict[str, Any] = {"type": "", "id": None, "number": "", "status": ""}
    if isinstance(result, Upload):
        return nothing | {"upload": result.name}
    if isinstance(result, Iterable) and not isinstance(result, str | bytes | Mapping):
        return nothing | {"items": [done(one) for one in result if isinstance(one, Model)]}
    return nothing


def principal_of(request: Request) -> str:
    """Whose keys these are: a token's, else the account's."""
    return f"token:{request.auth.pk}" if isinstance(request.auth, Model) else f"user:{request.user.pk}"


def check_scope(request: Request, scope: str) -> None:
    """A token opens only what it was given; a person in a session, all that the rules open. Raises Failed(role)."""
    scopes = getattr(request.auth, "scopes", None)
    if scopes is not None and scope not in scopes:
        raise Failed("role", str(_("这个令牌没有“%(scope)s”的范围。") % {"scope": scope}))


def actor_of(request: Request) -> Actor:
    actor: Actor = request._request.actor  # type: ignore[attr-defined]
    return actor


class ActView(MachineView):
    """One address of one `Act`; `opening` makes a subclass for each."""

    act: Act
    signature: Signature
    received: Bounded | None
    http_method_names = ["post", "options"]

    def dispatch(self, request: Any, *args: Any, **ids: Any) -> Any:
        self.received = bounded(request) if self.act.sent else None
        return super().dispatch(request, *args, **ids)

    def post(self, request: Request, **ids: int) -> Response:
        act, now = self.act, timezone.now()
        check_scope(request, act.scope)
        key = calls.key_of(request)
        actor, subject = actor_of(request), act.subject
        if subject is not None:
            get_visible(subject.visible(actor), pk=ids[subject.param])
        typed = self.signature.serializer(data=request.data)
        if self.received is not None and self.received.is_over:
            raise Failed("large")
        typed.is_valid(raise_exception=True)
        checked = dict(typed.validated_data)
        file = checked.pop(act.sent.name) if act.sent else None
        values = self.signature.values(checked, (actor.user_id or 0, now))
        _check_named(act, actor, values)
        with faults_said(checked), transaction.atomic():
            call, is_new = calls.begin(principal_of(request), key, calls.fingerprint(request), now=now)
            if not is_new:
                status, body = calls.answer_of(call)
                return Response(body, status=status, headers={calls.REPLAYED: "true"})
            self._unmoved(request, ids)
            if act.sent is not None and file is not None:
                kept = act.sent.keep(actor, ids, file, now)
                values |= kept if act.sent.into else {act.sent.name: kept}
            if act.filled is not None:
                values |= act.filled.make(actor, {**ids, **values}, now)
            body = done(act.action(actor=actor, now=now, **ids, **values))
            connection.check_constraints()  # before it is answered, not when it is committed
            calls.finish(call, 200, body)
        headers = {}
        if subject is not None and subject.stream:
            headers["ETag"] = subject.version(ids[subject.param])
        return Response(body, headers=headers)

    def _unmoved(self, request: Request, ids: Mapping[str, int]) -> None:
        """Lock the file and compare its version. Raises Failed(stale)."""
        subject, wanted = self.act.subject, request.headers.get("If-Match", "").strip()
        if subject is None:
            if wanted:
                raise Failed("stale", str(_("这个动作没有版本，不能用 If-Match。")))
            return
        pk = ids[subject.param]
        if subject.lock is not None:
            subject.lock(subject.file_of(pk))
        if wanted and wanted != "*" and subject.version(pk) not in [one.strip() for one in wanted.split(",")]:
            raise Failed("stale")


def _check_named(act: Act, actor: Actor, values: Mapping[str, Any]) -> None:
    """What the body names is there, and the actor may see it. Raises Refused(input)."""
    for name, visible in act.seen.items():
        pk = values.get(name)
        if pk is not None and not visible(actor).filter(pk=pk).exists():
            raise Refused(_("没有找到，或者您无权查看。"), "input", field=name)


def view_of(act: Act, codes: Codes = NO_CODES) -> type[ActView]:
    """The view with its serializer, made once at start. Raises NotForMachines."""
    taken = (*_keywords(act.path), *act.not_asked)
    return type(
        "".join(part.title() for part in act.verb.split("_")) + "Act",
        (ActView,),
        {
            "act": act,
            "signature": signature_of(
                act.action, taken=taken, codes=codes, sent=act.sent.name if act.sent else ""
            ),
            "parser_classes": (Form,) if act.sent else (Json,),
            "__doc__": act.action.__doc__,
        },
    )


def _keywords(path: str) -> list[str]:
    return [part.partition(":")[2].rstrip(">") for part in path.split("/") if part.startswith("<")]
