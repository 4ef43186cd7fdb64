"""Leaflets: written, published, withdrawn; and those that come with the house."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from hall import journal
from hall.access import Actor
from staffing import rules
from staffing.models import Hall, Leaflet
from staffing.rules import LeafletFacts


@transaction.atomic
def save_leaflet(
    *,
    actor: Actor,
    facts: LeafletFacts,
    hall_id: int | None = None,
    leaflet_id: int | None = None,
    now: dt.datetime,
) -> Leaflet:
    """Write one, or change its words. A published one says the new words at once; the journal keeps the old ones."""
    leaflet = Leaflet.objects.locked(leaflet_id) if leaflet_id else None
    if leaflet is not None:
        hall_id = leaflet.hall_id
    hall = Hall.objects.get(pk=hall_id) if hall_id else None
    rules.check_can_save_leaflet(actor, hall, facts, leaflet=leaflet, now=now)
    return _save(actor, leaflet or Leaflet(hall=hall), facts, "save_leaflet", now=now)


def _save(actor: Actor, leaflet: Leaflet, facts: LeafletFacts, verb: str, *, now: dt.datetime) -> Leaflet:
    is_new = leaflet.pk is None
    said = {
        key: value.strip().replace("\r\n", "\n") if isinstance(value, str) else value
        for key, value in asdict(facts).items()
    }
    before = {} if is_new else {key: getattr(leaflet, key) for key in said}
    changed = {key: value for key, value in said.items() if is_new or before[key] != value}
    if not changed:
        return leaflet
    for key, value in changed.items():
        setattr(leaflet, key, value)
    leaflet.updated_at = now
    if is_new:
        leaflet.save(force_insert=True)
    else:
        leaflet.save(update_fields=[*changed, "updated_at"])
    journal.record(
        actor, verb, leaflet, before={key: before[key] for key in changed if before}, after=changed, now=now
    )
    return leaflet


@transaction.atomic
def publish_leaflet(*, actor: Actor, leaflet_id: int, now: dt.datetime) -> Leaflet:
    leaflet = Leaflet.objects.locked(leaflet_id)
    rules.check_can_publish_leaflet(actor, leaflet, now=now)
    leaflet.published_at, leaflet.withdrawn_at = now, None
    leaflet.save(update_fields=["published_at", "withdrawn_at"])
    journal.record(actor, "publish_leaflet", leaflet, after={"slug": leaflet.slug}, now=now)
    return leaflet


@transaction.atomic
def withdraw_leaflet(*, actor: Actor, leaflet_id: int, now: dt.datetime) -> Leaflet:
    """The public finds it no more; it stays to be mended and published again."""
    leaflet = Leaflet.objects.locked(leaflet_id)
    rules.check_can_withdraw_leaflet(actor, leaflet, now=now)
    leaflet.withdrawn_at = now
    leaflet.save(update_fields=["withdrawn_at"])
    journal.record(actor, "withdraw_leaflet", leaflet, after={"slug": leaflet.slug}, now=now)
    return leaflet


@transaction.atomic
def load_leaflets(
    *, actor: Actor, rows: Sequence[LeafletFacts], replace: bool = False, now: dt.datetime
) -> tuple[int, int]:
    """Those of a file that are not there yet, published at once, for every hall. One that was mended in the house
    stays as it is unless `replace`. Returns how many were new and how many replaced.
    """
    rules.check_can_load_leaflets(actor, rows, now=now)
    known = {one.slug: one for one in Leaflet.objects.select_for_update().filter(hall=None)}
    created = replaced = 0
    for row in rows:
        there = known.get(row.slug)
        if there is not None and not replace:
            continue
        leaflet = _save(actor, there or Leaflet(published_at=now), row, "load_leaflets", now=now)
        created += there is None
        replaced += there is not None and leaflet.updated_at == now
    return created, replaced
