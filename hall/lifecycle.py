"""Lifecycles as literal tables: which states, which moves, by which role, under which article.

A `Lifecycle` is checked when it is made, so a table with an orphan state, a dead end that is not marked
final, or a move from nowhere cannot be imported. The rules ask `refuse`, the database trigger is generated
from `legal_pairs`, the drawing in docs/lifecycles.md from `mermaid`. Pure: no Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property


class BadLifecycle(ValueError):
    """The table itself is wrong; raised at import."""


@dataclass(frozen=True, slots=True)
class State:
    """`final`: never left again; a move may stay in it, as when the last paper is handed over. `resting`: an end as
    well, but a stated reason can open it again.
    """

    code: str
    label: str
    final: bool = False
    resting: bool = False

    @property
    def ends(self) -> bool:
        """Nobody has anything to do any more."""
        return self.final or self.resting


@dataclass(frozen=True, slots=True)
class Move:
    """One verb: from any of `sources` to `target`, by any of `roles`, under `article` ("" = internal order)."""

    name: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    article: str = ""


@dataclass(frozen=True)
class Lifecycle:
    name: str
    initial: tuple[str, ...]
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        codes = [state.code for state in self.states]
        if len(set(codes)) != len(codes):
            raise BadLifecycle(f"{self.name}: a state is listed twice")
        if unknown := set(self.initial) - set(codes):
            raise BadLifecycle(f"{self.name}: unknown initial state {sorted(unknown)}")
        self._check_moves(set(codes))
        self._check_ways(set(codes))

    def _check_moves(self, known: set[str]) -> None:
        keys = set()
        for move in self.moves:
            if unknown := {*move.sources, move.target} - known:
                raise BadLifecycle(f"{self.name}.{move.name}: unknown state {sorted(unknown)}")
            if not move.sources or not move.roles:
                raise BadLifecycle(f"{self.name}.{move.name}: needs a source and a role")
            for source in move.sources:
                if (move.name, source) in keys:
                    raise BadLifecycle(f"{self.name}.{move.name}: two targets from {source}")
                keys.add((move.name, source))
                if self.state(source).final and move.target != source:
                    raise BadLifecycle(f"{self.name}.{move.name}: leaves the final state {source}")

    def _check_ways(self, known: set[str]) -> None:
        """Every state is reached, and every one that is not final can be left."""
        reached, frontier = set(self.initial), list(self.initial)
        while frontier:
            here = frontier.pop()
            for move in self.moves:
                if here in move.sources and move.target not in reached:
                    reached.add(move.target)
                    frontier.append(move.target)
        if orphans := known - reached:
            raise BadLifecycle(f"{self.name}: no move leads to {sorted(orphans)}")
        left = {source for move in self.moves for source in move.sources if move.target != source}
        if dead := {state.code for state in self.states if not state.final} - left:
            raise BadLifecycle(f"{self.name}: {sorted(dead)} cannot be left and is not marked final")

    @cached_property
    def _by_source(self) -> dict[tuple[str, str], Move]:
        return {(move.name, source): move for move in self.moves for source in move.sources}

    @cached_property
    def _roles(self) -> dict[str, frozenset[str]]:
        return {
            name: frozenset(role for move in self.moves if move.name == name for role in move.roles)
            for name in self.verbs()
        }

    def state(self, code: str) -> State:
        return next(state for state in self.states if state.code == code)

    def move(self, name: str, source: str) -> Move | None:
        """The move of that name from that state; None when the state does not allow it."""
        return self._by_source.get((name, source))

    def target(self, name: str, source: str) -> str:
        """Where the move leads. Raises KeyError when it is not in the table: ask the rule first."""
        move = self.move(name, source)
        if move is None:
            raise KeyError(f"{self.name}: no move {name} from {source}")
        return move.target

    def roles(self, name: str) -> frozenset[str]:
        return self._roles.get(name, frozenset())

    def sources(self, name: str) -> tuple[str, ...]:
        return tuple(source for move in self.moves if move.name == name for source in move.sources)

    def verbs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(move.name for move in self.moves))

    def legal_pairs(self) -> tuple[tuple[str, str], ...]:
        """Every (from, to) that the database may let through, each once, in the table's order."""
        return tuple(dict.fromkeys((s, m.target) for m in self.moves for s in m.sources if s != m.target))

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(state.code, state.label) for state in self.states]

    @property
    def finals(self) -> tuple[str, ...]:
        return tuple(state.code for state in self.states if state.final)

    @property
    def ends(self) -> tuple[str, ...]:
        return tuple(state.code for state in self.states if state.ends)

    def mermaid(self) -> Iterator[str]:
        """The drawing, line by line."""
        yield "stateDiagram-v2"
        for state in self.states:
            yield f"    {state.code}: {state.label} ({state.code})"
        for code in self.initial:
            yield f"    [*] --> {code}"
        for move in self.moves:
            for source in move.sources:
                yield f"    {source} --> {move.target}: {move.name}"
        for state in self.states:
            if state.ends:
                yield f"    {state.code} --> [*]"
