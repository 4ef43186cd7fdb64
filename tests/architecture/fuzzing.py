"""Made-up calls that are about something: the world's own ids, its people's tokens, and bodies that pages have sent.

A call that names nothing real is answered 404 and tries little. So of what schemathesis makes up, most ids are put in
the place of ones that the caller sees, most words and days are such as people write, and where a page's form was
watched (`observing`) the made-up members are laid over its body. The luck is fixed by what was made up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils import timezone
from rest_framework import serializers

from hall.access import Actor
from hall.machines.acts import ActView, Subject
from hall.machines.rows import FetchedView, OneView
from hall.models import User
from staffing.actions import issue_token
from staffing.models import Department, LeaderReception, Room
from tests.architecture.observing import NoWord, body_of, seen_at
from tests.architecture.test_machine_bodies import FORMS
from tests.architecture.walking import Walker, plain
from tests.architecture.world import World
from tests.machines import SCOPES, machine_doors

CALLERS = (
    "clerk", "guide", "liaison", "head", "liaison2", "leader", "manager", "supervisor", "stranger",
)  # fmt: skip
WORDS = (
    "经过核实，理由写在这里，足够详细。",
    "已经当面听取陈述，并逐项答复。",
    "{{ 7*7 }}'; DROP TABLE x; --<b>",
    "无",
)
NAMED: Mapping[str, type[Model]] = {
    "user": User, "person": User, "people": User, "other": User, "leader": User, "substitute": User, "contact": User,
    "department": Department, "unit": Department, "units": Department, "employer": Department, "room": Room,
    "reception": LeaderReception,
}  # fmt: skip
"""What a member of that name is an id of, where no table has the name."""
SEEN_MOST = 60


@dataclass
class Fuzz:
    """Everybody's tokens, what they see, and the bodies of the pages."""

    here: World
    secrets: dict[str, str] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    doors: dict[str, type[Any]] = field(default_factory=dict)
    good: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    """Verb → who sent the form, the ids of its address, its body."""
    _pools: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _models: dict[str, type[Model]] = field(default_factory=dict)

    @classmethod
    def of(cls, here: World, walkers: Mapping[str, Walker]) -> Fuzz:
        made = cls(here)
        made.doors = {
            plain(address).replace("<", "{").replace(">", "}"): view
            for address, view in machine_doors().items()
        }
        made._models = {model.__name__.lower(): model for model in apps.get_models()} | dict(NAMED)
        for name in CALLERS:
            made.actors[name] = here.cast.act(here.cast.people[name], here.now)
            _token, made.secrets[name] = issue_token(
                actor=here.cast.act(here.cast.administrator, here.now), hall_id=here.hall.pk,
                user_id=here.cast.people[name].pk, name=name, scopes=SCOPES, known=SCOPES,
                expires_at=here.now + dt.timedelta(days=30), now=here.now,
            )  # fmt: skip
        for route in FORMS:
            made._watch(walkers, route)
        return made

    def _watch(self, walkers: Mapping[str, Walker], route: str) -> None:
        seen = seen_at(self.here, walkers, route)
        if seen.view is None or seen.verb in self.good:
            return
        names = {person.pk: name for name, person in self.here.cast.people.items()}
        who = names.get(seen.given["actor"].user_id, "")
        ids = {name: seen.given[name] for name in ids_in(seen.view.act.path)}
        try:
            body = body_of(seen.view, seen.given)
        except NoWord:
            return
        if who in self.secrets:
            self.good[seen.verb] = (who, ids, body)

    def told(self, path: str, case: Any) -> str:
        """Change the case so that it is about something; the token of who sends it."""
        view, luck = self.doors[path], Random(f"{path} {case.path_parameters} {case.query} {case.body}")
        if luck.random() < 0.8:
            (case.headers or {}).pop("If-Match", None)
        who, ids, body = self.good.get(getattr(getattr(view, "act", None), "verb", ""), ("", {}, {}))
        is_good = bool(who) and luck.random() < 0.6
        if not is_good or luck.random() < 0.2:
            who = luck.choice(list(self.secrets))
        subject = self._subject(view)
        for name in case.path_parameters or {}:
            if is_good and luck.random() < 0.8:
                case.path_parameters[name] = ids[name]
            elif luck.random() < 0.9 and subject is not None:
                case.path_parameters[name] = self._seen(path, subject, who, luck)
        if isinstance(case.body, dict) and case.media_type == "application/json":
            made = self._real(case.body, view, who, luck)
            if is_good:
                made = {**body, **{name: one for name, one in made.items() if luck.random() < 0.3}}
            case.body = made
        for name in case.query or {}:
            if isinstance(case.query[name], int) and name != "size" and luck.random() < 0.8:
                case.query[name] = self._id(name, who, luck) or case.query[name]
        return self.secrets[who]

    @staticmethod
    def _subject(view: type[Any]) -> Subject | None:
        if issubclass(view, ActView):
            return view.act.subject
        if issubclass(view, FetchedView):
            return view.fetched.subject
        return view.one.subject if issubclass(view, OneView) else None

    def _seen(self, path: str, subject: Subject, who: str, luck: Random) -> int:
        """What this caller sees there; when it is nothing, what anybody does."""
        for name in (who, *self.secrets):
            key = (path, name)
            if key not in self._pools:
                self._pools[key] = some(subject.visible(self.actors[name]))
            if self._pools[key]:
                return luck.choice(self._pools[key])
        return luck.randrange(1, 9)

    def _id(self, name: str, who: str, luck: Random, view: type[Any] | None = None) -> int | None:
        """An id for a member of this name."""
        visible = view.act.seen.get(name) if view is not None and issubclass(view, ActView) else None
        key = (f"{view.__name__ if visible and view else ''}:{name}", who)
        if key not in self._pools:
            short = name.removesuffix("_id").removesuffix("_ids")
            model = self._models.get(short.replace("_", "")) or self._models.get(short.rpartition("_")[2])
            model = model or self._models.get(short.removesuffix("s"))
            rows = visible(self.actors[who]) if visible else model and model._base_manager.all()
            self._pools[key] = some(rows) if rows is not None else []
        return luck.choice(self._pools[key]) if self._pools[key] else None

    def _real(self, made: Any, view: type[Any], who: str, luck: Random, name: str = "") -> Any:
        """Ids, words and days of the world in most places."""
        if isinstance(made, dict):
            return {key: self._real(one, view, who, luck, str(key)) for key, one in made.items()}
        if isinstance(made, list):
            return [self._real(one, view, who, luck, name) for one in made[:5]]
        if isinstance(made, bool) or luck.random() < 0.2:
            return made
        if isinstance(made, int):
            return self._id(name, who, luck, view) or made
        if isinstance(made, str):
            return self._word(made, name, view, luck)
        return made

    def _word(self, made: str, name: str, view: type[Any], luck: Random) -> str:
        today = timezone.localdate(self.here.now)
        try:
            dt.date.fromisoformat(made)
        except ValueError:
            is_free = name in free_words(view.signature.serializer().fields)
            return luck.choice(WORDS) if is_free and luck.random() < 0.6 else made
        return (today + dt.timedelta(days=luck.randrange(-20, 60))).isoformat()


def ids_in(path: str) -> list[str]:
    return [part.partition(":")[2].rstrip(">") for part in path.split("/") if part.startswith("<")]


def some(rows: QuerySet[Any]) -> list[int]:
    """Ids of a few, the newest first."""
    found = rows.order_by("-pk").values_list("pk", flat=True)[:SEEN_MOST]
    return [pk for pk in found if isinstance(pk, int)]


def free_words(fields: Mapping[str, Any]) -> Iterable[str]:
    """Members that hold words of people, at whatever depth."""
    for name, one in fields.items():
        inner = getattr(one, "child", one)
        if isinstance(inner, serializers.Serializer):
            yield from free_words(inner.fields)
        elif type(inner) is serializers.CharField:
            yield name
