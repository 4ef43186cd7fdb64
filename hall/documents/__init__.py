"""Official papers: numbered when issued, printed once by a worker, never changed after.

`issue` checks the facts, composes the words, takes the number and freezes it all in the caller's transaction;
`render_due` (beat and nudge) prints what has no file yet; `void` keeps number and file and says why. Kinds and
wording are data in hall/typst/kinds.toml. Numbers: 〔year〕 and a serial that is not padded, each year from 1,
per kind and organ, without gaps; a void number is kept and never given again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import tempfile
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused
from hall.batch import insert, keys, together
from hall.documents.kinds import FACTS, KINDS, LAWS, Kind, compose, fill, sample, take
from hall.documents.press import Unprintable, count_pages, template_version, typeset
from hall.fields import decrypt, sealed
from hall.models import Counter, IssuedDocument, JournalEntry

log = logging.getLogger("hall.documents")

BACK_OFF = tuple(dt.timedelta(minutes=m) for m in (1, 5, 30, 120, 720))
"""Waits after the first, second, … failed attempt; the last one repeats, for a font may come any day."""


class Damaged(RuntimeError):
    """The file of a document is gone or no longer what was printed."""


def _kind(code: str) -> Kind:
    try:
        return KINDS[code]
    except KeyError:
        raise ValueError(f"no such kind of document: {code}; known: {', '.join(KINDS)}") from None


def titled(code: str, title: str) -> str:
    """What a paper is called in the reader's language: its own title, on the English pages that of its kind."""
    kind = KINDS.get(code)
    return kind.label if kind and kind.label != kind.title else title


def _word(kind: Kind, organ: str) -> str:
    words: Mapping[str, str] = settings.HALL_DOCUMENT_WORDS
    return words.get(kind.code, kind.word).replace("{organ}", organ)


def _number(kind: Kind, organ: str, year: int, facts: Mapping[str, Any]) -> tuple[int, int, str]:
    """Key, next serial and the number it makes: `云信受告字〔2026〕1号`, or a slip's own number."""
    asked = [Counter.objects.next_asked(f"document/{kind.code}/{organ}/{year}")]
    own = ""
    if kind.number:
        own = (
            fill(kind.number, {name: [value] for name, value in facts.items() if isinstance(value, str)})
            or ""
        )
        asked.append(Counter.objects.next_asked(f"document/{kind.code}/{own}"))
    (pk,), serial, *again = together(keys(IssuedDocument), *asked)
    if not again:
        return pk, serial, f"{_word(kind, organ)}〔{year}〕{serial}号"
    return pk, serial, own if again == [1] else f"{own}-{again[0]}"


def _seal(kind: Kind, content: Mapping[str, Any]) -> dict[str, Any]:
    if not kind.sealed:
        return dict(content)
    return {"sealed": sealed(json.dumps(content, ensure_ascii=False))}


def _open(document: IssuedDocument) -> dict[str, Any]:
    content: dict[str, Any] = document.content
    if "sealed" in content:
        content = json.loads(decrypt(b64decode(content["sealed"])))
    return content


def issue(
    kind: str,
    *,
    organ: str,
    ref: str,
    stream: str,
    content: Mapping[str, Any],
    actor: Actor,
    now: dt.datetime,
    law: str = "r22",
) -> IssuedDocument:
    """Issue a paper: check its facts, freeze its words, give it its number. Printed by a worker after commit.

    organ: the short form in the number, e.g. `云信`. ref, stream: what it belongs to, `cases.case:12`, `case:12`.
    content: the facts of the kind by name (KINDS[kind].facts). law: the law that the matter falls under.
    Raises Refused(input) that names every missing element. The number's row stays locked until the transaction
    ends, so call this late, and several kinds in one transaction always in the order of KINDS; a rollback gives
    the number back.
    """
    document, entry = make_out(
        kind, organ=organ, ref=ref, stream=stream, content=content, actor=actor, now=now, law=law
    )
    insert(document, entry)
    return document


def make_out(
    kind: str,
    *,
    organ: str,
    ref: str,
    stream: str,
    content: Mapping[str, Any],
    actor: Actor,
    now: dt.datetime,
    law: str = "r22",
) -> tuple[IssuedDocument, JournalEntry]:
    """`issue` but for the writing: the paper with its number, and its entry, for the caller to insert."""
    if not connection.in_atomic_block:
        raise RuntimeError("a paper is issued inside the transaction of the act that it certifies")
    spec = _kind(kind)
    facts = take(spec, content)
    on = localdate(now)
    page = compose(spec, facts, law=law, on=on)
    pk, serial, number = _number(spec, organ, on.year, facts)
    document = IssuedDocument(
        pk=pk,
        kind=kind,
        organ=organ,
        year=on.year,
        serial=serial,
        number=number,
        title=page["title"][:200],
        ref=ref,
        stream=stream,
        content=_seal(spec, {"law": law, "facts": facts, "page": page}),
        template_version=template_version(),
        issued_at=now,
        issued_by_id=actor.user_id,
        issued_by_name=actor.name,
        next_attempt_at=now,
    )
    digest = hashlib.sha256(json.dumps(page, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    entry = journal.entry(
        actor,
        "issue_document",
        document,
        now=now,
        stream=stream,
        after={"kind": kind, "number": number, "words": digest},
    )
    transaction.on_commit(nudge)
    return document, entry


def nudge() -> None:
    """Ask a worker to print now. Never fails and never waits: the sweep is the guarantee."""
    import_string(settings.HALL_NUDGE)("documents")


@transaction.atomic
def void(document_id: int, *, reason: str, actor: Actor, now: dt.datetime) -> IssuedDocument:
    """Declare a paper void. Its number is kept, its file stays as printed; the reason is shown with it."""
    document = IssuedDocument.objects.select_for_update().get(pk=document_id)
    if document.voided_at:
        raise Refused(_("%(number)s 已经作废。") % {"number": document.number}, "state")
    if not reason.strip():
        raise Refused(_("请写明作废的理由。"), "input", field="reason")
    document.voided_at, document.void_reason = now, reason.strip()
    document.save(update_fields=["voided_at", "void_reason"])
    journal.record(
        actor,
        "void_document",
        document,
        now=now,
        stream=document.stream,
        after={"number": document.number},
        reason=document.void_reason,
    )
    return document


def facts(document: IssuedDocument) -> dict[str, Any]:
    """The facts it was issued with, by name, in their stored form (dates as ISO text)."""
    found: dict[str, Any] = _open(document)["facts"]
    return found


def page(document: IssuedDocument) -> dict[str, Any]:
    """Its words, block by block, with the number: what the print page of the browser shows."""
    return {**_open(document)["page"], "number": document.number}


def preview(
    kind: str,
    content: Mapping[str, Any],
    *,
    organ: str,
    now: dt.datetime,
    law: str = "r22",
    as_: Literal["pdf", "png"] = "pdf",
) -> list[bytes]:
    """A draft to look at: the word 草稿 across it, no number taken. For workers and commands, not for requests."""
    spec = _kind(kind)
    drafted = take(spec, content)
    on = localdate(now)
    number = f"{_word(spec, organ)}〔{on.year}〕　号" if not spec.number else _("（草稿）")
    return typeset(compose(spec, drafted, law=law, on=on), number=number, moment=now, stamp="草稿", as_=as_)


# --- printing: in the worker ----------------------------------------------------------------------------------


def render_due(*, now: dt.datetime, limit: int = 200) -> int:
    """Print every issued paper that waits for it; returns how many were printed.

    Each is taken under its own lock, skip-locked, so two workers never print one twice. One that fails keeps its
    reason and waits its turn without holding up the others.
    """
    printed = 0
    for _n in range(limit):
        with transaction.atomic():
            document = (
                IssuedDocument.objects.select_for_update(skip_locked=True)
                .filter(rendered_at=None, next_attempt_at__lte=now)
                .order_by("next_attempt_at", "id")
                .first()
            )
            if document is None:
                break
            printed += _attempt(document, now)
    return printed


@transaction.atomic
def render(document_id: int, *, now: dt.datetime) -> IssuedDocument:
    """Print one paper now, also one that is waiting after a failure; already printed, it stays as it is."""
    document = IssuedDocument.objects.select_for_update().get(pk=document_id)
    if document.rendered_at is None:
        _attempt(document, now)
    return document


def _attempt(document: IssuedDocument, now: dt.datetime) -> bool:
    try:
        pdf = typeset(
            page(document),
            number=document.number,
            moment=document.issued_at,
            stamp="作废" if document.voided_at else "",
        )[0]
        document.sha256 = hashlib.sha256(pdf).hexdigest()
        document.file = _store(document, pdf)
    except Exception as error:  # noqa: BLE001  whatever it is, this paper waits and the others do not
        log.warning("%s (document %s) not printed: %s", document.number, document.pk, error)
        document.attempts += 1
        document.last_error = str(error)[:1000]
        document.next_attempt_at = now + BACK_OFF[min(document.attempts, len(BACK_OFF)) - 1]
        document.save(update_fields=["attempts", "last_error", "next_attempt_at"])
        return False
    document.rendered_at, document.pages = now, count_pages(pdf)
    document.next_attempt_at, document.last_error = None, ""
    document.save(update_fields=["rendered_at", "file", "sha256", "pages", "next_attempt_at", "last_error"])
    return True


def _store(document: IssuedDocument, pdf: bytes) -> str:
    """Write the file whole or not at all; its name says what is in it, so a repeated attempt writes the same."""
    name = f"documents/{document.year}/{document.kind}/{document.pk}-{document.sha256[:16]}.pdf"
    path = Path(settings.HALL_PRIVATE_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return name


def read(document: IssuedDocument) -> bytes:
    """The printed file, proved to be what was printed. Raises Refused while it waits, `Damaged` if it changed."""
    if document.rendered_at is None:
        raise Refused(document.last_error or _("文书正在生成，请稍候。"), "state")
    try:
        pdf = (Path(settings.HALL_PRIVATE_ROOT) / document.file).read_bytes()
    except FileNotFoundError as error:
        raise Damaged(f"{document.number}: {document.file} is gone; restore it from the backup") from error
    if hashlib.sha256(pdf).hexdigest() != document.sha256:
        raise Damaged(
            f"{document.number}: {document.file} is not what was printed; restore it from the backup"
        )
    return pdf


__all__ = [
    "FACTS", "KINDS", "LAWS", "Damaged", "Kind", "Unprintable", "facts", "issue", "make_out", "nudge", "page",
    "preview", "read", "render", "render_due", "sample", "titled", "void",
]  # fmt: skip
