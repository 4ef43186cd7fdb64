"""Stub: the doors of the topic."""

from __future__ import annotations

from cases.views.doors import Door

DOORS: tuple[Door, ...] = ()
