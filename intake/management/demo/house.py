"""The demonstration hall's places and people. Whatever is there already stays as it is."""

from __future__ import annotations

import datetime as dt
import json
import os
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from cases.models import LadderRung, LightThreshold
from hall.access import SYSTEM, Actor
from hall.models import User
from intake.models import Queue
from staffing.actions import change_password, post_person, register_user, save_place
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON, POSTED
from staffing.models import Department, Hall, Jurisdiction, OpeningHours, Room, Station, Window
from staffing.queries import actor_of
from staffing.rules import temporary_password

HERE = Path(__file__).resolve().parent
P = TypeVar("P", bound=Model)
SERVED = dt.timedelta(days=500)
"""So long ago everybody took up their post: before the oldest matter was registered."""


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


class Logins:
    """Passwords of the demo accounts: random, made once per installation, readable by its owner alone."""

    def __init__(self) -> None:
        self.path = Path(settings.STATE_DIR) / "demo-logins.json"
        self.kept: dict[str, dict[str, str]] = (
            json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}
        )

    def keep(self, user: User, password: str) -> None:
        stamp = user.password_changed_at.isoformat() if user.password_changed_at else ""
        self.kept[user.username] = {"password": password, "since": stamp}
        fresh = self.path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(self.kept, file, ensure_ascii=False, indent=1)
        fresh.replace(self.path)

    def password_of(self, user: User) -> str:
        """ "" when the account has another password by now, or one that was never ours."""
        known = self.kept.get(user.username)
        stamp = user.password_changed_at.isoformat() if user.password_changed_at else ""
        return known["password"] if known and known["since"] == stamp else ""


class House:
    """Hall, units, windows, queues, ladder and people, as `hall.toml` says."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.plan = read("hall.toml")
        self.logins = Logins()
        self.places: dict[str, Jurisdiction] = {}
        self.units: dict[str, Department] = {}
        self.people: dict[str, User] = {}

    def build(self) -> bool:
        """True when anything was new."""
        was_there = Hall.objects.filter(code=self.plan["hall"]["code"]).exists()
        for facts in self.plan["jurisdictions"]:
            code, parent = facts.pop("code"), self.places.get(facts.pop("parent", ""))
            self.places[code] = self._row(Jurisdiction, {"code": code}, parent=parent, **facts)
        self.hall = self._hall(dict(self.plan["hall"]))
        for facts in self.plan["rooms"]:
            self._row(Room, {"hall": self.hall, "name": facts.pop("name")}, **facts)
        for facts in self.plan["units"]:
            self._unit(facts)
        self.windows = {
            facts["number"]: self._row(
                Window,
                {"hall": self.hall, "number": facts["number"]},
                name=facts["name"],
                name_en=facts["name_en"],
                department=self.units.get(facts.get("unit", "")),
            )
            for facts in self.plan["windows"]
        }
        for order, facts in enumerate(self.plan["queues"]):
            self._queue(order, facts)
        for facts in self._everybody():
            self._person(facts)
        self._clocks()
        return not was_there

    def _row(self, model: type[P], key: dict[str, Any], **facts: Any) -> P:
        found = model._default_manager.filter(**key).first()
        return found or save_place(actor=SYSTEM, place=model(**key, **facts), now=self.now)

    def _hall(self, facts: dict[str, Any]) -> Hall:
        hours = facts.pop("hours")
        facts["jurisdiction"] = self.places[facts["jurisdiction"]]
        hall = self._row(Hall, {"code": facts.pop("code")}, **facts)
        if not hall.opening_hours.exists():
            for weekday in range(5):
                for opens, closes in hours:
                    span = {"opens": dt.time.fromisoformat(opens), "closes": dt.time.fromisoformat(closes)}
                    save_place(
                        actor=SYSTEM, place=OpeningHours(hall=hall, weekday=weekday, **span), now=self.now
                    )
        return hall

    def _unit(self, facts: dict[str, Any]) -> None:
        unit = self._row(
            Department,
            {"code": facts["code"]},
            jurisdiction=self.places[facts["jurisdiction"]]
            if "jurisdiction" in facts
            else self.hall.jurisdiction,
            is_petition_office=facts.get("petition_office", False),
            **{name: facts[name] for name in ("name", "name_en", "phone", "duties", "duties_en")},
        )
        if "presence" in facts:  # the others are elsewhere and review what is decided here
            station = {name: facts.get(name, "") for name in ("presence", "days", "days_en")}
            self._row(Station, {"hall": self.hall, "department": unit}, **station)
        self.units[facts["code"]] = unit

    def _queue(self, order: int, facts: dict[str, Any]) -> None:
        if Queue.objects.filter(hall=self.hall, letter=facts["letter"]).exists():
            return
        windows = [self.windows[number] for number in facts.pop("windows")]
        queue = save_place(actor=SYSTEM, place=Queue(hall=self.hall, order=order, **facts), now=self.now)
        queue.windows.set(windows)

    # -- people --------------------------------------------------------------------------------------------------

    def _everybody(self) -> list[dict[str, Any]]:
        """The hall's own people, then a liaison and a head of every unit."""
        everybody = [dict(facts) for facts in self.plan["people"]]
        desks = {facts["unit"]: facts["number"] for facts in self.plan["windows"] if "unit" in facts}
        for unit in self.plan["units"]:
            login, name, name_en = unit["liaison"]
            everybody.append(
                {"login": login, "name": name, "name_en": name_en, "role": LIAISON, "unit": unit["code"],
                 "window": desks.get(unit["code"]), "title": "部门联络员", "title_en": "Department liaison"}
            )  # fmt: skip
            login, name, name_en, title, title_en = unit["head"]
            everybody.append(
                {"login": login, "name": name, "name_en": name_en, "role": DEPARTMENT_HEAD, "unit": unit["code"],
                 "title": title, "title_en": title_en}
            )  # fmt: skip
        return everybody

    def _person(self, facts: dict[str, Any]) -> None:
        since = (
            self.now - dt.timedelta(days=facts["since_days"]) if "since_days" in facts else self.now - SERVED
        )
        user = User.objects.filter(username=facts["login"]).first()
        if user is None:
            user = register_user(
                actor=SYSTEM, username=facts["login"], name=facts["name"], name_en=facts["name_en"], now=since
            )
            password = temporary_password(user)
            user = change_password(actor=Actor(user.name, user.pk), old="", new=password, now=self.now)
            self.logins.keep(user, password)
            unit, window = self.units.get(facts.get("unit", "")), self.windows.get(facts.get("window") or 0)
            post_person(
                actor=SYSTEM,
                user_id=user.pk,
                role=facts["role"],
                title=facts["title"],
                title_en=facts["title_en"],
                hall_id=None if unit and unit.jurisdiction_id != self.hall.jurisdiction_id else self.hall.pk,
                department_id=unit.pk if unit else None,
                window_id=window.pk if window else None,
                portfolio=facts.get("portfolio", ""),
                portfolio_en=facts.get("portfolio_en", ""),
                from_on=timezone.localdate(since),
                kind=facts.get("kind", POSTED),
                home_department_id=self.units[facts["home"]].pk if "home" in facts else None,
                now=self.now,
            )
        self.people[facts["login"]] = user

    def act(self, login: str, at: dt.datetime | None = None) -> Actor:
        return actor_of(self.people[login], today=timezone.localdate(at or self.now))

    def by_role(self, role: str) -> list[User]:
        return [self.people[f["login"]] for f in self.plan["people"] if f["role"] == role]

    # -- clocks --------------------------------------------------------------------------------------------------

    def _clocks(self) -> None:
        if not LadderRung.objects.exists():
            for ladder in self.plan["ladder"]:
                for offset, unit, role, name, name_en in ladder["rungs"]:
                    rung = LadderRung(
                        term=ladder["term"], offset=offset, unit=unit, role=role, name=name, name_en=name_en
                    )
                    save_place(actor=SYSTEM, place=rung, now=self.now)
        for term, (days, unit) in self.plan["lights"].items():
            self._row(LightThreshold, {"term": term}, amber_days=days, unit=unit)
