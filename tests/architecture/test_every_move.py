"""Every state × move × role of a case, through the action, the database and the page: the table is what holds.

Generated from `cases.lifecycle`: what the table does not list is refused, with the reason; a refusal of the person
says so whatever the state, and nothing changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from cases import actions, rules
from cases.lifecycle import CASE, HANDLER_ROLES
from cases.models import Case
from cases.views.all_doors import DOORS
from cases.views.doors import Door
from hall.access import Actor, Refused, allowed
from hall.models import User
from tests.architecture.walking import Walker
from tests.cast import Cast, yunxi
from tests.life import IN_STATE, REVIEW_VERBS, arguments, people, reviewers

pytestmark = pytest.mark.django_db
ROLES = {
    "clerk": "clerk",
    "guide": "guide",
    "liaison": "liaison",
    "department_head": "head",
    "leader": "leader",
    "hall_manager": "manager",
    "supervisor": "supervisor",
    "administrator": "administrator",
}
"""Role → who of the cast holds it where the case is handled."""


class Here:
    """The cast, and a case in every state."""

    def __init__(self, cast: Cast, now: dt.datetime) -> None:
        self.cast, self.now = cast, now
        people(cast)
        self.cases = {state: make(cast, now) for state, make in IN_STATE.items()}
        self.walkers: dict[int, Walker] = {}
        self.actors: dict[int, Actor] = {}
        self.seen: dict[tuple[str, int], bool] = {}
        self.said: dict[tuple[str, str], dict[str, Any]] = {}
        for verb, state, role in product((*REVIEW_VERBS[:1], ""), IN_STATE, ROLES):
            user = self.user(role, verb, state)
            if user.pk not in self.walkers:
                self.walkers[user.pk] = Walker()
                self.walkers[user.pk].force_login(user)
                self.actors[user.pk] = cast.act(user, now)

    def user(self, role: str, verb: str, state: str) -> User:
        """Who holds the role for this verb: a review is the reviewing unit's."""
        if verb in REVIEW_VERBS and role in HANDLER_ROLES:
            return reviewers(self.cast, state)[role]
        return self.cast.people[ROLES[role]]

    def actor(self, role: str, verb: str, state: str) -> Actor:
        return self.actors[self.user(role, verb, state).pk]

    def arguments(self, verb: str, state: str) -> dict[str, Any]:
        key = (verb, state)
        if key not in self.said:
            self.said[key] = arguments(verb, self.cases[state], self.cast, self.now)
        return self.said[key]

    def sees(self, actor: Actor, state: str) -> bool:
        """Asked once: what a test does is undone."""
        key = (state, actor.user_id or 0)
        if key not in self.seen:
            visible = Case.objects.visible_to(actor)
            self.seen[key] = visible.filter(pk=self.cases[state].pk).exists()
        return self.seen[key]

    def has_it(self, verb: str, state: str) -> bool:
        """The unit that would act has the case in that state: it handles it, or reviews it; and owes a report."""
        case = self.cases[state]
        if verb in REVIEW_VERBS:
            return state in ("in_review", "in_reexamination")
        return verb != "report_back" and case.first_handler_id == self.cast.units["labour"].pk


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[Here]:
    with django_db_blocker.unblock(), transaction.atomic():
        here = Here(yunxi(), timezone.now())
        connection.check_constraints()  # else each test's end checks all of its foreign keys again
        yield here
        transaction.set_rollback(True)


def refusal(here: Here, verb: str, state: str, role: str) -> Refused | None:
    """What the action says to this person in this state; None when it was done. Always undone."""
    case = here.cases[state]
    try:
        with transaction.atomic():
            getattr(actions, verb)(
                actor=here.actor(role, verb, state),
                case_id=case.pk,
                now=here.now,
                **here.arguments(verb, state),
            )
            transaction.set_rollback(True)
    except Refused as refused:
        return refused
    return None


def test_a_case_was_brought_to_every_state(here: Here) -> None:
    assert set(IN_STATE) == {state.code for state in CASE.states}
    found = dict(
        Case.objects.filter(pk__in=[case.pk for case in here.cases.values()]).values_list("pk", "status")
    )
    assert {state: found[case.pk] for state, case in here.cases.items()} == {
        state: state for state in IN_STATE
    }


def expected(here: Here, verb: str, state: str, role: str) -> set[str]:
    """How the table wants this refused; empty where it allows it, for then the verb's own rule has the word."""
    if role not in CASE.roles(verb):
        return {"role", "unseen"}
    if role in HANDLER_ROLES and not here.has_it(verb, state):
        return {"role", "unseen", "state"}
    return {"state"} if CASE.move(verb, state) is None else set()


@pytest.mark.parametrize("verb", CASE.verbs())
def test_the_rule_refuses_what_the_table_does_not_list(here: Here, verb: str) -> None:
    """Every state × every role."""
    check, wrong = getattr(rules, f"check_can_{verb}"), []
    for state, case in here.cases.items():
        for role in ROLES:
            verdict = allowed(check, here.actor(role, verb, state), case, now=here.now)
            wanted = expected(here, verb, state, role)
            if wanted and (verdict or verdict.kind not in wanted or not str(verdict.reason)):
                wrong.append(f"{role} {verb} in {state}: {verdict.kind} {verdict.reason}")
    assert wrong == []


def cross(verb: str) -> list[tuple[str, str]]:
    """State and role: who may in every state, everybody in one where it may be done."""
    able = next(role for role in ROLES if role in CASE.roles(verb))
    pairs = [*((state, able) for state in IN_STATE), *((CASE.sources(verb)[0], role) for role in ROLES)]
    return list(dict.fromkeys(pairs))


@pytest.mark.parametrize("verb", CASE.verbs())
def test_the_action_asks_the_rule_before_all_else(here: Here, verb: str) -> None:
    wrong = []
    for state, role in cross(verb):
        wanted = expected(here, verb, state, role)
        refused = refusal(here, verb, state, role) if wanted else None
        if wanted and (refused is None or refused.kind not in wanted):
            wrong.append(f"{role} {verb} in {state}: {refused and refused.kind} {refused}")
    assert wrong == []


def test_the_database_lets_no_other_move_through(here: Here) -> None:
    legal, through = set(CASE.legal_pairs()), []
    for state, case in here.cases.items():
        for target in CASE.states:
            if target.code == state or (state, target.code) in legal:
                continue
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("UPDATE cases_case SET status = %s WHERE id = %s", [target.code, case.pk])
                    transaction.set_rollback(True)
            except Error:
                continue
            through.append(f"{state} → {target.code}")
    assert through == []


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_the_page_answers_as_the_table_says(here: Here, door: Door) -> None:
    """403 for the wrong person, 404 for who sees no case at all, 409 in the wrong state, with the reason."""
    verb, wrong = door.verb, []
    answers = {"role": 403, "unseen": 404, "state": 409}
    for state, role in cross(verb) if CASE.sources(verb) else ():
        wanted = {answers[kind] for kind in expected(here, verb, state, role)}
        if not wanted:
            continue
        actor = here.actor(role, verb, state)
        client = here.walkers[actor.user_id or 0]
        with transaction.atomic():
            # A refusal of the person is asked for in words that a machine reads, without the page around it.
            answer = client.post(
                f"/cases/{here.cases[state].pk}/{verb.replace('_', '-')}/",
                headers={"accept": "application/json"},
            )
            transaction.set_rollback(True)
        if answer.status_code not in (wanted if here.sees(actor, state) else {404}):
            wrong.append(f"{role} {verb} in {state}: {answer.status_code}")
    assert wrong == []
