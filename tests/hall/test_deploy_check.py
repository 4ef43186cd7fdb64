"""`manage.py check --deploy` says nothing about a hall that stands as docker-compose.yml puts it up."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

GIVEN = {
    "HALL_DOMAIN": "hall.example.org",
    "POSTGRES_PASSWORD": "letters1and2digits",
    "REDIS_PASSWORD": "again5and6",
    "HALL_ROLE_PASSWORD": "others3and4digits",
    "HALL_SECRET_KEY": base64.b64encode(os.urandom(48)).decode(),
    "HALL_FIELD_KEYS": base64.b64encode(os.urandom(32)).decode(),
    "HALL_INDEX_KEY": base64.b64encode(os.urandom(32)).decode(),
}
"""What a city writes into `.env`, no more than it must."""
OF_THE_MACHINE = "hall.W040"
"""No Chinese font on the machine that runs the test: nothing of the settings."""


def filled(text: str) -> str:
    """`${NAME}`, `${NAME:-else}` and `${NAME:?say}` as docker compose fills them in."""

    def one(found: re.Match[str]) -> str:
        name, how, more = found.groups()
        if not how:
            return GIVEN.get(name, "")
        assert how == ":-" or name in GIVEN, f"{name}: {more}"
        return GIVEN.get(name) or filled(more)

    return re.sub(r"\$\{(\w+)(?:(:[-?])((?:[^{}]|\{[^{}]*\})*))?\}", one, text)


def environment() -> dict[str, str]:
    file: dict[str, Any] = yaml.safe_load((Path(settings.BASE_DIR) / "docker-compose.yml").read_text("utf-8"))
    return {name: filled(str(value)) for name, value in file["x-part"]["environment"].items()}


def started(command: list[str], tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A process of the hall as a city has it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HALL_", "PYTEST_"))}
    env = (
        kept
        | environment()
        | {"DJANGO_SETTINGS_MODULE": "hall.settings", "HALL_STATE_DIR": str(tmp_path)}
        | more
    )
    program = [sys.executable, *command]
    return subprocess.run(
        program, cwd=settings.BASE_DIR, env=env, text=True, capture_output=True, timeout=120
    )


CHECK = ["check", "--deploy", "--fail-level", "INFO"]


def said(done: subprocess.CompletedProcess[str]) -> set[str]:
    return set(re.findall(r"\(([a-z_]+\.[A-Z]\d+)\)", done.stderr)) - {OF_THE_MACHINE}


def test_what_is_left_open_is_said(tmp_path: Path) -> None:
    """The check looks: a hall without TLS, with a short key and with debugging is not clean."""
    done = started(["manage.py", *CHECK], tmp_path, HALL_TLS="0", HALL_SECRET_KEY="short", HALL_DEBUG="1")
    assert {"security.W004", "security.W008", "security.W009", "security.W012", "security.W018"} <= said(done)
    assert done.returncode != 0


CITY = f"""
import manage
try:
    print(manage.main(["manage.py", *{CHECK}]))
except SystemExit as end:
    print(end.code)
from django.conf import settings
from django.test import Client
page = Client(SERVER_NAME="hall.example.org", headers={{"X-Forwarded-Proto": "https"}}).get("/healthz")
print(page["Strict-Transport-Security"])
facts = ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH")
for name in ("SESSION", "CSRF"):
    print(*[getattr(settings, f"{{name}}_COOKIE_{{what}}") for what in facts])
"""
"""Both questions to one process: starting costs more than either."""


def test_a_city_is_clean_and_its_cookies_belong_to_its_host_alone(tmp_path: Path) -> None:
    done = started(["-c", CITY], tmp_path, HALL_PROCESS="web")
    assert said(done) == set(), done.stderr
    code, *rest = done.stdout.splitlines()[-4:]
    assert code == "0" or OF_THE_MACHINE in done.stderr, done.stderr
    assert rest == [
        "max-age=31536000; includeSubDomains",
        "__Host-sessionid True True Lax /",
        "__Host-csrftoken True True Lax /",
    ], done.stderr
