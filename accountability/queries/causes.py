"""Whose days they were: a period from its start to its end, split by cause, out of recorded facts alone. Pure.

The facts are the clocks of the case and the entries of its journal; what the case is now is never asked. Day 0 is the
day from which the period counts, so the days are those after it, up to and with the last. A change belongs to the day
on which it was made: the day of a decision is still the decider's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

ONE = dt.timedelta(days=1)
TAKING_PART = frozenset({"contribute", "confer", "countersign"})
"""What a unit owes to the one that leads; past its day the lead unit waits for it."""
LEADING = frozenset({"handle", "simple_handle", "report", "review", "reexamine"})
"""Periods of a lead unit, which waits for others and for the office."""
HANDOVER_DAYS = 3
"""After a failed attempt at service so many days are nobody's fault; then the unit should have tried another way."""
DISPUTES = ("arbitrate",)
VERBS = (
    "start_deadline", "meet_deadline", "void_deadline", "approve_extension", "place_hold", "lift_hold", "serve_opinion",
    "serve_document",
)  # fmt: skip
"""The entries of a case's journal that are read here."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry of the case's journal: when, which act, on what, what it said."""

    pk: int
    at: dt.datetime
    on: dt.date
    verb: str
    object: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline as it was started: whose, which period, from which day."""

    pk: int
    kind: str
    department_id: int | None
    started_on: dt.date
    due_on: dt.date | None
    item: str = ""

    @property
    def ref(self) -> str:
        return f"cases.deadline:{self.pk}"


@dataclass(frozen=True, slots=True)
class File:
    """All that is known of one case. `office_id`: the petition office, whose days are the hall's; `pausable`: periods
    that a hold stops.
    """

    clocks: tuple[Clock, ...]
    facts: tuple[Fact, ...]
    office_id: int | None = None
    pausable: frozenset[str] = frozenset({"reexamine"})


@dataclass(frozen=True, slots=True)
class Span:
    """Days of one cause, the first and the last included, with the entries that prove where they begin and end."""

    cause: str
    from_on: dt.date
    to_on: dt.date
    department_id: int | None = None
    entries: tuple[int, ...] = ()
    is_late: bool = False
    posting_id: int | None = None

    @property
    def days(self) -> int:
        return (self.to_on - self.from_on).days + 1


@dataclass(frozen=True, slots=True)
class Layer:
    """From the day after `after` to `until` this is the cause, unless a layer before it says otherwise."""

    cause: str
    department_id: int | None
    after: dt.date
    until: dt.date
    began: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Life:
    """A clock with the entries of its begin and its end; `ended` None while it runs."""

    clock: Clock
    began: Fact | None
    ended: Fact | None


@dataclass(frozen=True, slots=True)
class Period:
    """One period, in the hands of one unit or of several after each other."""

    lives: tuple[Life, ...]

    @property
    def clock(self) -> Clock:
        """The one that runs, or ran last."""
        return self.lives[-1].clock

    @property
    def started_on(self) -> dt.date:
        return self.lives[0].clock.started_on

    @property
    def ended_on(self) -> dt.date | None:
        ended = self.lives[-1].ended
        return ended.on if ended else None

    @property
    def is_met(self) -> bool:
        ended = self.lives[-1].ended
        return ended is not None and ended.verb == "meet_deadline"

    @property
    def pks(self) -> tuple[int, ...]:
        return tuple(life.clock.pk for life in self.lives)


def lives_of(file: File) -> dict[int, Life]:
    """Every clock with its two entries."""
    began: dict[str, Fact] = {}
    ended: dict[str, Fact] = {}
    for fact in file.facts:
        if fact.verb == "start_deadline":
            began.setdefault(fact.object, fact)
        elif fact.verb in ("meet_deadline", "void_deadline"):
            ended.setdefault(fact.object, fact)
    return {clock.pk: Life(clock, began.get(clock.ref), ended.get(clock.ref)) for clock in file.clocks}


def period_of(file: File, pk: int) -> Period:
    """The period of that deadline from its first unit to its last: a clock that ended in the moment in which another
    began with the same term and the same first day went on in that one.
    """
    lives = lives_of(file)
    chain = [lives[pk]]
    while (earlier := next((one for one in lives.values() if _passes_to(one, chain[0])), None)) is not None:
        chain.insert(0, earlier)
    while (later := next((one for one in lives.values() if _passes_to(chain[-1], one)), None)) is not None:
        chain.append(later)
    return Period(tuple(chain))


def _passes_to(one: Life, other: Life) -> bool:
    same = (one.clock.kind, one.clock.item, one.clock.started_on) == (
        other.clock.kind, other.clock.item, other.clock.started_on,
    )  # fmt: skip
    return (
        same
        and one.clock.pk < other.clock.pk
        and one.ended is not None
        and other.began is not None
        and one.ended.verb == "void_deadline"
        and one.ended.at == other.began.at
    )


def days_by_cause(file: File, period: Period, *, until: dt.date) -> list[Span]:
    """Every day of the period exactly once, oldest first; `until` is the last day that is counted while it runs.

    Days that the law gives come first (a pause, an extension), then those in which the office had to decide whose
    matter it is, those on which service was tried in vain, those in which the lead unit waited for another; what is
    left is the unit's whose period it is. The regulations give no pause while the petitioner is asked for material (see
    `supplement` in `cases.terms`), so these days stay the unit's.
    """
    last = min(period.ended_on, until) if period.ended_on else until
    layers = [*_lawful(file, period, last), *_office(file, period, last), *_served(file, period, last),
              *_waiting(file, period, last), *_own(file, period, last)]  # fmt: skip
    chosen: list[tuple[dt.date, Layer]] = []
    day = period.started_on + ONE
    while day <= last:
        chosen.append((day, next(one for one in layers if one.after < day <= one.until)))
        day += ONE
    return _late(list(_joined(chosen, period)), period)


def _joined(chosen: Sequence[tuple[dt.date, Layer]], period: Period) -> Iterator[Span]:
    first, end = period.lives[0].began, period.lives[-1].ended
    begins: tuple[int, ...] = (first.pk,) if first else ()
    at = 0
    while at < len(chosen):
        day, layer = chosen[at]
        stop = at
        while stop + 1 < len(chosen) and chosen[stop + 1][1] is layer:
            stop += 1
        to_on = chosen[stop][0]
        if stop + 1 < len(chosen):
            following = chosen[stop + 1][1]
            ends = following.began if following.after == to_on else layer.ended
        else:
            ends = (end.pk,) if end else ()
        proofs = tuple(dict.fromkeys((*begins, *ends)))
        yield Span(layer.cause, day, to_on, layer.department_id, proofs)
        begins, at = ends, stop + 1


def _late(spans: list[Span], period: Period) -> list[Span]:
    """Split where the period was due: the days after it are late."""
    due = period.clock.due_on
    if due is None:
        return spans
    found: list[Span] = []
    for span in spans:
        if span.to_on <= due:
            found.append(span)
        elif span.from_on > due:
            found.append(replace(span, is_late=True))
        else:
            found += [replace(span, to_on=due), replace(span, from_on=due + ONE, is_late=True)]
    return found


def _lawful(file: File, period: Period, last: dt.date) -> Iterator[Layer]:
    """A pause, where the law lets this period stop; the days of an extension that was approved."""
    if period.clock.kind in file.pausable:
        yield from _holds(file, last)
    if period.clock.kind == "handle":
        first = period.lives[0].began
        for fact in file.facts:
            old, new = fact.before.get("due_on"), fact.after.get("due_on")
            if fact.verb == "approve_extension" and old and new and (first is None or fact.at >= first.at):
                ended = period.lives[-1].ended
                if ended is None or fact.at <= ended.at:
                    yield Layer("lawful", None, _day(old), _day(new), (fact.pk,), (fact.pk,))


def _holds(file: File, last: dt.date) -> Iterator[Layer]:
    placed: dict[str, Fact] = {}
    lifted: dict[str, Fact] = {}
    for fact in file.facts:
        if fact.verb == "place_hold":
            placed[fact.object] = fact
        elif fact.verb == "lift_hold":
            lifted[fact.object] = fact  # the last word counts
    for ref, fact in placed.items():
        end = lifted.get(ref)
        said = end.after.get("to_on") if end else fact.after.get("to_on")
        # The first paused day counts as paused, the day on which it goes on does not.
        until = _day(said) - ONE if said else last
        ended = (end.pk,) if end else ((fact.pk,) if said else ())
        yield Layer("lawful", None, _day(fact.after["on"]) - ONE, until, (fact.pk,), ended)


def _office(file: File, period: Period, last: dt.date) -> Iterator[Layer]:
    """While the office decides whose matter it is, and before the unit had it at all."""
    if not is_office(file, period.clock.department_id) and period.clock.kind not in TAKING_PART:
        for life in lives_of(file).values():
            if life.clock.kind in DISPUTES and life.began:
                until = life.ended.on if life.ended else last
                ended = (life.ended.pk,) if life.ended else ()
                yield Layer("hall", life.clock.department_id, life.began.on, until, (life.began.pk,), ended)
    first = _had(file, period)
    if first and first.on > period.started_on:
        yield Layer("hall", file.office_id, period.started_on, first.on, (first.pk,), (first.pk,))


def _had(file: File, period: Period) -> Fact | None:
    """By which entry the unit got the matter. A period that is chosen later and counts from an earlier day, as the
    short procedure does, finds it there already.
    """
    own = period.lives[0].clock.department_id
    begun = [
        life.began
        for life in lives_of(file).values()
        if life.began and life.clock.department_id == own and life.clock.kind in (*LEADING, "notify")
    ]
    began = period.lives[0].began
    return min((one for one in begun if began and one.pk < began.pk), key=lambda one: one.pk, default=began)


def _served(file: File, period: Period, last: dt.date) -> Iterator[Layer]:
    """After an attempt at service that failed, until the next one, for some days at the most."""
    if period.clock.kind != "serve":
        return
    tried = [one for one in file.facts if one.verb in ("serve_opinion", "serve_document")]
    for number, fact in enumerate(tried):
        if fact.after.get("outcome") != "failed":
            continue
        after = _day(fact.after.get("on") or fact.on.isoformat())
        following = tried[number + 1] if number + 1 < len(tried) else None
        until = after + HANDOVER_DAYS * ONE
        ended = (fact.pk,)
        if following and following.on <= until:
            until, ended = following.on, (following.pk,)
        if until > after:
            yield Layer("petitioner", None, after, until, (fact.pk,), ended)


def _waiting(file: File, period: Period, last: dt.date) -> Iterator[Layer]:
    """Another unit's answer past its day, in a period of the unit that waits for it; the one that was due first."""
    if period.clock.kind not in LEADING:
        return
    own = {life.clock.department_id for life in period.lives}
    waited = [
        life
        for life in lives_of(file).values()
        if life.clock.kind in TAKING_PART and life.clock.due_on and life.began and life.clock.department_id not in own
    ]  # fmt: skip
    for life in sorted(waited, key=lambda one: (one.clock.due_on, one.clock.pk)):
        due = life.clock.due_on
        until = life.ended.on if life.ended else last
        if due is not None and life.began is not None and until > due:
            ended = (life.ended.pk,) if life.ended else ()
            yield Layer("taking_part", life.clock.department_id, due, until, (life.began.pk,), ended)


def _own(file: File, period: Period, last: dt.date) -> Iterator[Layer]:
    """The unit that had it on that day."""
    after = period.started_on
    for number, life in enumerate(period.lives):
        is_last = number + 1 == len(period.lives)
        until = last if is_last or life.ended is None else life.ended.on
        if is_office(file, life.clock.department_id):
            cause = "hall"
        else:
            cause = "taking_part" if life.clock.kind in TAKING_PART else "handler"
        began = (life.began.pk,) if life.began else ()
        ended = (life.ended.pk,) if life.ended else ()
        yield Layer(cause, life.clock.department_id, after, max(until, after), began, ended)
        after = max(until, after)


def is_office(file: File, department_id: int | None) -> bool:
    return department_id is None or department_id == file.office_id


def _day(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text)[:10])


# -- who held the post ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Post:
    """A posting, as far as it matters here. `rank`: the lower is asked first (the liaison before the head)."""

    pk: int
    department_id: int | None
    hall: bool
    rank: int
    from_on: dt.date
    until_on: dt.date | None

    def held_on(self, day: dt.date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


def by_holder(spans: Iterable[Span], posts: Sequence[Post]) -> list[Span]:
    """The same days, split again where the holder of the post changes; None on days on which nobody held it.

    In a unit the liaison, without one the head; for the hall its manager. Where two hold it, who came first. The law's
    days and the petitioner's are nobody's.
    """
    order = sorted(posts, key=lambda one: (one.rank, one.from_on, one.pk))
    found: list[Span] = []
    for span in spans:
        if span.cause in ("lawful", "petitioner"):
            found.append(span)
            continue
        able = [one for one in order if (one.hall if span.cause == "hall" else _of(one, span))]
        day = span.from_on
        while day <= span.to_on:
            holder = next((one for one in able if one.held_on(day)), None)
            stop = day
            while (
                stop < span.to_on and next((one for one in able if one.held_on(stop + ONE)), None) == holder
            ):
                stop += ONE
            found.append(replace(span, from_on=day, to_on=stop, posting_id=holder.pk if holder else None))
            day = stop + ONE
    return found


def _of(post: Post, span: Span) -> bool:
    return not post.hall and post.department_id == span.department_id


# -- what follows for the unit -------------------------------------------------------------------------------------


def totals(spans: Iterable[Span]) -> dict[str, int]:
    """Days of each cause."""
    found: dict[str, int] = {}
    for span in spans:
        found[span.cause] = found.get(span.cause, 0) + span.days
    return found


def own_late_days(spans: Sequence[Span], own: Callable[[Span], bool]) -> int:
    """How many of the late days remain when the days that others took are given back to the unit: a proposal for the
    person who decides, no more. What the law gave it has moved the due date already.
    """
    late = sum(span.days for span in spans if span.is_late)
    others = sum(span.days for span in spans if span.cause != "lawful" and not own(span))
    return max(0, late - others)
