"""Who may write, publish and withdraw leaflets."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from staffing.models import Hall, Leaflet
from staffing.rules.who import check_administrator, check_manages


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafletFacts:
    slug: str
    topic: str
    title: str
    body: str
    topic_en: str = ""
    title_en: str = ""
    body_en: str = ""
    order: int = 0


def check_keeps(actor: Actor, hall_id: int | None) -> None:
    """A hall's own leaflets are its manager's; those of every hall the administrator's."""
    if hall_id is None:
        check_administrator(actor)
    else:
        check_manages(actor, hall_id)


def check_can_save_leaflet(
    actor: Actor, hall: Hall | None, facts: LeafletFacts, *, leaflet: Leaflet | None, now: dt.datetime
) -> None:
    check_keeps(actor, hall.pk if hall else None)
    check_leaflet(facts)
    same = Leaflet.objects.filter(slug=facts.slug)
    if leaflet is not None:
        same = same.exclude(pk=leaflet.pk)
        if leaflet.published_at and leaflet.slug != facts.slug:
            raise Refused(_("已公布的宣传单，网址不再更改：印出的二维码指向它。"), "input", field="slug")
    if same.exists():
        raise Refused(_("这个网址短名已有宣传单使用。"), "input", field="slug")


def check_leaflet(facts: LeafletFacts) -> None:
    for field, text in (("topic", facts.topic), ("title", facts.title), ("body", facts.body)):
        if not text.strip():
            raise Refused(_("请填写主题、标题和正文。"), "input", field=field)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,39}", facts.slug):
        raise Refused(_("网址短名用小写字母、数字和短横线，2至40个字符。"), "input", field="slug")


def check_can_publish_leaflet(actor: Actor, leaflet: Leaflet, *, now: dt.datetime) -> None:
    check_keeps(actor, leaflet.hall_id)
    if leaflet.published_at and not leaflet.withdrawn_at:
        raise Refused(_("这份宣传单已经公布。"), "state")


def check_can_withdraw_leaflet(actor: Actor, leaflet: Leaflet, *, now: dt.datetime) -> None:
    check_keeps(actor, leaflet.hall_id)
    if not leaflet.published_at or leaflet.withdrawn_at:
        raise Refused(_("这份宣传单没有公布，或者已经撤下。"), "state")


def check_can_load_leaflets(actor: Actor, rows: Sequence[LeafletFacts], *, now: dt.datetime) -> None:
    check_administrator(actor)
    if len({row.slug for row in rows}) != len(rows):
        raise Refused(_("文件中有重复的网址短名。"), "input", field="slug")
    for row in rows:
        check_leaflet(row)
