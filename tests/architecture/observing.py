"""What a page's form becomes: the action that its door calls and the arguments that the action is given, as seen.

Nothing of ours is replaced: Python itself tells of each call until an action is met. So the body that a
machine would send for the same act is not written down a second time, it is what the page sent.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FrameType
from typing import Any

from django.test.client import Client

from hall.machines.acts import Act, ActView
from tests.architecture.doorways import ROWS
from tests.architecture.walking import ask
from tests.architecture.world import World
from tests.machines import machine_doors

ROOMS = ("staffing", "cases", "intake", "consultations", "hearings", "accountability")
MOST_TELLING = ("302", "204", "200", "409", "422")
"""Whose request is watched: of somebody who gets through, else of whom the action itself turns away."""


class NoWord(Exception):
    """The page gave something for which the document has no word: a stored file, what is withheld from machines."""


@dataclass
class Seen:
    """The first action that was called, and with what; `view` where it has a door for machines."""

    verb: str = ""
    view: type[ActView] | None = None
    given: dict[str, Any] = field(default_factory=dict)


@cache
def _actions() -> Mapping[CodeType, tuple[str, type[ActView] | None]]:
    """The code of every action → its name and its door."""
    doors = {view.act.action: view for view in machine_doors().values() if issubclass(view, ActView)}
    found = {}
    for room in ROOMS:
        actions = importlib.import_module(f"{room}.actions")
        for name in actions.__all__:
            if inspect.isfunction(one := getattr(actions, name)):
                found[inspect.unwrap(one).__code__] = (name, doors.get(one))
    return found


class _Met(BaseException):
    """The action is met: what it was given is known, and nobody needs it done. No door catches this."""


@contextmanager
def watching() -> Iterator[Seen]:
    """One request, as far as the first action that it calls."""
    seen, known = Seen(), _actions()

    def note(frame: FrameType, _event: str, _argument: Any) -> None:
        if frame.f_code in known and "now" in frame.f_locals:
            # When a call begins its arguments are the only locals there are.
            (seen.verb, seen.view), seen.given = known[frame.f_code], dict(frame.f_locals)
            raise _Met

    before = sys.gettrace()
    sys.settrace(note)  # a profiler would be told of each return and each call of C as well
    try:
        yield seen
    except _Met:
        pass
    finally:
        sys.settrace(before)


def seen_at(here: World, walkers: Mapping[str, Client], route: str, name: str = "") -> Seen:
    """What the form of this page becomes when that person sends it; undone afterwards."""
    row = ROWS[route, "POST"]
    if not name:
        order = {found: who for who, found in reversed(row.items()) if who != "anon"}
        name = next((order[found] for found in MOST_TELLING if found in order), "")
    with watching() as seen:
        if name:
            ask(here, walkers[name], "POST", route)
    return seen


def address_of(act: Act, given: Mapping[str, Any]) -> str:
    parts = (
        str(given[part.partition(":")[2].rstrip(">")]) if part.startswith("<") else part
        for part in act.path.split("/")
    )
    return f"/api/v1/{'/'.join(parts)}"


def body_of(view: type[ActView], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as a machine says them. Raises NoWord."""
    if view.act.sent is not None:
        raise NoWord(view.act.sent.name)
    asked: dict[str, Any] = {str(name): one for name, one in view.signature.serializer().fields.items()}
    parameters = inspect.signature(inspect.unwrap(view.act.action)).parameters
    for name in view.signature.withheld:
        if given.get(name) and given[name] != parameters[name].default:
            raise NoWord(name)
    return {
        name: said(given[name])
        for name in asked
        if name in given and (given[name] is not None or asked[name].allow_null)
    }


def said(value: Any) -> Any:
    """A value of an action as JSON; a dataclass without what it leaves open. Raises NoWord."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        if getattr(value, "of_the_house", False):
            raise NoWord(type(value).__name__)
        told = {one.name: said(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {name: one for name, one in told.items() if one is not None}
    if isinstance(value, Mapping):
        return {str(key): said(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [said(one) for one in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
