"""Leaflets, and their plain text in blocks for a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from staffing.models import Hall, Leaflet


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, or a list of items."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()


def public_leaflets(hall: Hall) -> QuerySet[Leaflet]:
    return Leaflet.objects.public(hall).order_by("order", "pk")


def blocks(text: str) -> list[Block]:
    """`## ` is a heading, lines with `- ` one list, an empty line ends a paragraph; whatever else is text."""
    return list(_blocks(text.replace("\r\n", "\n").split("\n")))


def _blocks(lines: list[str]) -> Iterator[Block]:
    said: list[str] = []
    items: list[str] = []

    def ended() -> Iterator[Block]:
        if items:
            yield Block("list", items=tuple(items))
            items.clear()
        if said:
            yield Block("text", text="\n".join(said))
            said.clear()

    for line in (line.strip() for line in lines):
        if line.startswith("- "):
            if said:
                yield from ended()
            items.append(line[2:].strip())
            continue
        if items or not line or line.startswith("## "):
            yield from ended()
        if line.startswith("## "):
            yield Block("heading", text=line[3:].strip())
        elif line:
            said.append(line)
    yield from ended()
