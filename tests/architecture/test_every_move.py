"""Every state × move × role of a case, through the action, the database and the page: the table is what holds.

Generated from `cases.lifecycle`: what the table does not list is refused, with the reason; a refusal of the person
says so whatever the state, and nothing changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone
from tests.life import IN_STATE, REVIEW_VERBS, arguments, reviewers

from cases import actions
from cases.lifecycle import CASE, HANDLER_ROLES
from cases.models import Case
from cases.views.all_doors import DOORS
from hall.access import Refused
from tests.cast import Cast, yunxi

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
        self.cases = {state: make(cast, now) for state, make in IN_STATE.items()}

    def actor(self, role: str, verb: str, state: str) -> Any:
        """Who holds the role for this verb: a review is the reviewing unit's."""
        if verb in REVIEW_VERBS and role in HANDLER_ROLES:
            return self.cast.act(reviewers(self.cast, state)[role], self.now)
        return self.cast.act(self.cast.people[ROLES[role]], self.now)


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[Here]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Here(yunxi(), timezone.now())
        transaction.set_rollback(True)


def refusal(here: Here, verb: str, state: str, role: str) -> Refused | None:
    """What the action says to this person in this state; None when it was done. Always undone."""
    case = here.cases[state]
    try:
        with transaction.atomic():
            getattr(actions, verb)(
                actor=here.actor(role, verb, state), case_id=case.pk, now=here.now, **arguments(verb, case, here.cast)
            )
            transaction.set_rollback(True)
    except Refused as refused:
        return refused
    return None


def test_a_case_was_brought_to_every_state(here: Here) -> None:
    assert set(IN_STATE) == {state.code for state in CASE.states}
    found = dict(Case.objects.filter(pk__in=[case.pk for case in here.cases.values()]).values_list("pk", "status"))
    assert {state: found[case.pk] for state, case in here.cases.items()} == {state: state for state in IN_STATE}


@pytest.mark.parametrize("verb", CASE.verbs())
def test_the_action_refuses_what_the_table_does_not_list(here: Here, verb: str) -> None:
    wrong = []
    for state in IN_STATE:
        for role in ROLES:
            refused = refusal(here, verb, state, role)
            if role not in CASE.roles(verb):
                expected = {"role", "unseen"}
            elif CASE.move(verb, state) is None:
                expected = {"state"}
            else:
                continue  # allowed by the table; what else the verb asks is in its own tests
            if refused is None or refused.kind not in expected or not str(refused.reason):
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


def test_the_page_answers_as_the_table_says(here: Here) -> None:
    """One who may, in every wrong state: 409. Everybody else, in a right state: 403, or 404 who sees no case at all."""
    wrong = []
    for door in DOORS.values():
        verb = door.verb
        roles, sources = CASE.roles(verb), CASE.sources(verb)
        if not sources:
            continue
        asked = [(state, role) for state in IN_STATE for role in ROLES if role in roles and state not in sources]
        asked = [*dict(asked).items()] + [(sources[0], role) for role in ROLES if role not in roles]
        for state, role in asked:
            client = Client()
            client.force_login(_user(here, role, verb, state))
            with transaction.atomic():
                answer = client.post(f"/cases/{here.cases[state].pk}/{verb.replace('_', '-')}/", _typed(here, verb, state))
                transaction.set_rollback(True)
            expected = {409} if role in roles else {403, 404}
            if answer.status_code not in expected:
                wrong.append(f"{role} {verb} in {state}: {answer.status_code}")
    assert wrong == []


def _user(here: Here, role: str, verb: str, state: str) -> Any:
    if verb in REVIEW_VERBS and role in HANDLER_ROLES:
        return reviewers(here.cast, state)[role]
    return here.cast.people[ROLES[role]]


def _typed(here: Here, verb: str, state: str) -> dict[str, Any]:
    """The form filled in rightly, so that the answer is about the person or the state."""
    from tests.life import typed

    return typed(verb, here.cases[state], here.cast)
