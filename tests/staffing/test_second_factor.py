"""make_authenticator, confirm_authenticator, renew_recovery_codes, remove_authenticator, reset_second_factor."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading

import pyotp
import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from hall.access import SYSTEM, Actor, Refused
from hall.models import JournalEntry, Message, User, stream_of
from staffing.actions import (
    change_password,
    confirm_authenticator,
    end_posting,
    make_authenticator,
    pass_second_step,
    remove_authenticator,
    renew_recovery_codes,
    reset_password,
    reset_second_factor,
)
from staffing.models import Authenticator, FactorDemand, RecoveryCode
from tests.cast import NOW, Cast

GOOD = "Green-Valley-27"


def set_up(cast: Cast, user: User, now: dt.datetime = NOW) -> tuple[pyotp.TOTP, list[str]]:
    app = pyotp.TOTP(make_authenticator(actor=cast.act(user), now=now).secret)
    return app, confirm_authenticator(actor=cast.act(user), code=app.at(now), now=now)


def with_password(user: User) -> User:
    now = timezone.now()
    reset_password(actor=SYSTEM, user_id=user.pk, password="Temporary-88-x", now=now)
    return change_password(actor=Actor(user.name, user.pk), old="Temporary-88-x", new=GOOD, now=now)


def take(user: User, code: str, now: dt.datetime = NOW) -> str:
    return pass_second_step(user_id=user.pk, code=code, tried=0, now=now)


def test_nothing_is_asked_until_the_phone_has_proved_itself(cast: Cast) -> None:
    clerk = cast.act(cast.clerk)
    first = make_authenticator(actor=clerk, now=NOW).secret

    second = make_authenticator(actor=clerk, now=NOW).secret
    assert first != second, "begun anew, the first picture is worth nothing"
    with pytest.raises(Refused) as refused:
        confirm_authenticator(actor=clerk, code=pyotp.TOTP(first).at(NOW), now=NOW)
    assert refused.value.field == "code"
    codes = confirm_authenticator(actor=clerk, code=f" {pyotp.TOTP(second).at(NOW)} ", now=NOW)
    assert len({*codes}) == 10
    with pytest.raises(Refused):
        make_authenticator(actor=clerk, now=NOW)
    verbs = JournalEntry.objects.filter(stream=stream_of(cast.clerk)).values_list("verb", flat=True)
    assert {"make_authenticator", "confirm_authenticator"} <= {*verbs}
    assert second not in str(list(JournalEntry.objects.values())), "no secret in the journal"


def test_the_secret_is_ciphertext_in_the_database(cast: Cast) -> None:
    secret = make_authenticator(actor=cast.act(cast.clerk), now=NOW).secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM staffing_authenticator")
        assert secret.encode() not in bytes(cursor.fetchone()[0])


def test_a_clock_that_goes_wrong_is_told_how_far(cast: Cast) -> None:
    app = pyotp.TOTP(make_authenticator(actor=cast.act(cast.clerk), now=NOW).secret)
    for seconds, said in ((150, "快约150秒"), (-240, "慢约240秒")):
        with pytest.raises(Refused) as refused:
            code = app.at(NOW + dt.timedelta(seconds=seconds))
            confirm_authenticator(actor=cast.act(cast.clerk), code=code, now=NOW)
        assert said in str(refused.value)


def test_a_code_is_good_once_and_one_step_to_either_side(cast: Cast) -> None:
    app, _codes = set_up(cast, cast.clerk, NOW - dt.timedelta(hours=1))
    step = dt.timedelta(seconds=30)
    with pytest.raises(Refused):
        take(cast.clerk, app.at(NOW - 2 * step))
    assert take(cast.clerk, app.at(NOW - step)) == "app"
    assert take(cast.clerk, app.at(NOW + step)) == "app"
    for code in (app.at(NOW + step), app.at(NOW)):
        with pytest.raises(Refused) as refused:
            take(cast.clerk, code)
        assert "用过" in str(refused.value), "neither the same again nor one that lies before it"


def test_the_code_that_confirmed_does_not_sign_in(cast: Cast) -> None:
    app, _codes = set_up(cast, cast.clerk)
    with pytest.raises(Refused):
        take(cast.clerk, app.at(NOW))


def test_a_recovery_code_is_good_once_however_it_is_typed(cast: Cast) -> None:
    _app, codes = set_up(cast, cast.clerk)
    assert take(cast.clerk, codes[3].lower().replace("-", " ")) == "recovery"
    with pytest.raises(Refused):
        take(cast.clerk, codes[3])
    assert RecoveryCode.objects.filter(used_at=None).count() == 9
    with pytest.raises(Refused):
        take(cast.guide, codes[4])
    fresh = renew_recovery_codes(actor=cast.act(cast.clerk), now=NOW)
    with pytest.raises(Refused):
        take(cast.clerk, codes[5])
    assert take(cast.clerk, fresh[0]) == "recovery"
    assert fresh[1].replace("-", "").encode() not in b"".join(
        bytes(one) for one in RecoveryCode.objects.values_list("hash", flat=True)
    )


def test_removing_goes_back_to_the_password_unless_the_role_asks_for_it(
    cast: Cast, settings: Settings
) -> None:
    set_up(cast, cast.clerk)
    settings.HALL_SECOND_FACTOR_ROLES = ["clerk"]
    with pytest.raises(Refused) as refused:
        remove_authenticator(actor=cast.act(cast.clerk), now=NOW)
    assert refused.value.kind == "state"
    settings.HALL_SECOND_FACTOR_ROLES = []
    remove_authenticator(actor=cast.act(cast.clerk), now=NOW)
    assert not RecoveryCode.objects.exists()
    with pytest.raises(Refused):
        remove_authenticator(actor=cast.act(cast.clerk), now=NOW)


def test_a_lost_phone_is_another_administrators_with_a_reason_and_the_owner_is_told(cast: Cast) -> None:
    set_up(cast, cast.leader)
    set_up(cast, cast.administrator)
    administrator = cast.act(cast.administrator)
    for actor, user, reason, kind in (
        (cast.act(cast.manager), cast.leader, "手机丢失，当面核实", "role"),
        (administrator, cast.administrator, "手机丢失，当面核实", "role"),
        (administrator, cast.leader, " ", "input"),
        (administrator, cast.clerk, "手机丢失，当面核实", "state"),
    ):
        with pytest.raises(Refused) as refused:
            reset_second_factor(actor=actor, user_id=user.pk, reason=reason, now=NOW)
        assert refused.value.kind == kind
    reset_second_factor(actor=administrator, user_id=cast.leader.pk, reason="手机丢失，当面核实", now=NOW)
    assert JournalEntry.objects.get(verb="reset_second_factor").reason == "手机丢失，当面核实"
    assert Message.objects.get(user=cast.leader, kind="second_factor_reset", channel="app").urgent


def test_signing_in_asks_for_the_code_on_a_second_page(client: Client, cast: Cast) -> None:
    user = with_password(cast.manager)
    app, _codes = set_up(cast, user, timezone.now() - dt.timedelta(hours=1))
    first = client.post("/sign-in/", {"username": "manager", "password": GOOD, "next": "/people/"})
    assert first["Location"] == "/sign-in/code/"
    assert client.get("/people/")["Location"].startswith("/sign-in/"), "half in is not in"
    assert "手机验证器" in client.get("/sign-in/code/").text
    wrong = client.post("/sign-in/code/", {"code": "000000"})
    assert (wrong.status_code, "验证码不正确" in wrong.text) == (422, True)
    done = client.post("/sign-in/code/", {"code": app.at(timezone.now())})
    assert (done.status_code, done["Location"]) == (302, "/people/")
    page = client.get("/security/").text
    assert "两步验证" in page
    assert "本次登录" in page
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/", "and the page is closed behind one"


def test_the_second_page_stops_a_guesser_and_tells_the_owner(client: Client, cast: Cast) -> None:
    user = with_password(cast.manager)
    set_up(cast, user, timezone.now() - dt.timedelta(hours=1))
    client.post("/sign-in/", {"username": "manager", "password": GOOD})
    answers = [client.post("/sign-in/code/", {"code": "000000"}).status_code for _n in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert Message.objects.filter(user=user, kind="second_step_failed", channel="app").count() == 1
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/", "the half way in is gone"
    assert client.post("/sign-in/", {"username": "manager", "password": GOOD}).status_code == 302
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 429


def test_half_a_way_in_ends_with_time_and_with_another_password(client: Client, cast: Cast) -> None:
    user = with_password(cast.manager)
    app, _codes = set_up(cast, user, timezone.now() - dt.timedelta(hours=1))
    client.post("/sign-in/", {"username": "manager", "password": GOOD})
    session = client.session
    session["half"] = {**session["half"], "at": session["half"]["at"] - 601}
    session.save()
    assert client.post("/sign-in/code/", {"code": app.at(timezone.now())})["Location"] == "/sign-in/"
    client.post("/sign-in/", {"username": "manager", "password": GOOD})
    change_password(actor=Actor(user.name, user.pk), old=GOOD, new="Other-Hill-31", now=timezone.now())
    assert client.post("/sign-in/code/", {"code": app.at(timezone.now())})["Location"] == "/sign-in/"


def test_a_role_that_asks_for_it_has_days_of_grace_and_then_one_page(
    client: Client, cast: Cast, settings: Settings
) -> None:
    settings.HALL_SECOND_FACTOR_ROLES = ["hall_manager"]
    with_password(cast.manager)
    answer = client.post("/sign-in/", {"username": "manager", "password": GOOD}, follow=True)
    assert "须使用两步验证" in answer.text
    assert client.get("/people/").status_code == 200
    FactorDemand.objects.update(since=timezone.now() - dt.timedelta(days=15))
    client.post("/sign-out/")
    client.post("/sign-in/", {"username": "manager", "password": GOOD})
    assert client.get("/people/")["Location"] == "/security/"
    assert "期限已过" in client.get("/security/").text
    assert client.post("/security/make/")["Location"] == "/security/set-up/"
    page = client.get("/security/set-up/")
    secret = Authenticator.objects.get().secret
    assert "<svg" in page.text
    assert secret[:4] in page.text
    shown = client.post("/security/set-up/", {"code": pyotp.TOTP(secret).at(timezone.now())})
    assert shown.text.count('class="code"') == 10
    assert shown["Cache-Control"].count("no-store")
    assert client.get("/people/").status_code == 200
    assert not FactorDemand.objects.exists()


def test_who_leaves_the_role_is_asked_for_nothing(client: Client, cast: Cast, settings: Settings) -> None:
    settings.HALL_SECOND_FACTOR_ROLES = ["supervisor"]
    with_password(cast.supervisor)
    client.post("/sign-in/", {"username": "supervisor", "password": GOOD})
    assert FactorDemand.objects.exists()
    today = timezone.localdate()
    end_posting(
        actor=SYSTEM, posting_id=cast.supervisor.postings.get().pk, on=today - dt.timedelta(days=1), reason="调离",
        now=timezone.now(),
    )  # fmt: skip
    client.post("/sign-out/")
    client.post("/sign-in/", {"username": "supervisor", "password": GOOD})
    assert not FactorDemand.objects.exists()


def test_a_role_that_is_none_is_named_at_the_start(settings: Settings) -> None:
    settings.HALL_SECOND_FACTOR_ROLES = ["leader", "boss"]
    assert [error.id for error in run_checks() if "boss" in error.msg] == ["staffing.E001"]


@pytest.mark.django_db(transaction=True)
def test_one_code_opens_one_door_of_two(cast: Cast) -> None:
    """Two connections with the same code at the same moment: one comes in."""
    app, codes = set_up(cast, cast.clerk, NOW - dt.timedelta(hours=1))
    for code in (app.at(NOW), codes[0]):
        came: list[str] = []

        def enter(typed: str = code, came: list[str] = came) -> None:
            with contextlib.suppress(Refused):
                came.append(take(cast.clerk, typed))
            connection.close()

        threads = [threading.Thread(target=enter) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(came) == 1
