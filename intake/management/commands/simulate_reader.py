"""manage.py simulate_reader: the agent of an ID reader with invented people's cards, for trying and for tests."""

from __future__ import annotations

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from intake.management.simulation.reader import CARDS, PORT, Agent, enrol


class Command(BaseCommand):
    help = "Serves the contract of docs/devices.md on 127.0.0.1 with invented people's cards, until Ctrl+C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the enrolment code of a reader that was registered at /devices/")
        parser.add_argument("--hall", default="http://localhost:8000", help="where the hall answers")
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument("--again", action="store_true", help="lay the same cards again and again")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            credential = enrol(options["hall"], options["code"])
        except (PermissionError, OSError, ValueError) as error:
            raise CommandError(f"not enrolled: {error}") from error
        agent = Agent(credential, options["port"], cards=list(CARDS) * (1000 if options["again"] else 1))
        try:
            server = agent.serve()
        except OSError as error:
            raise CommandError(f"port {options['port']} cannot be used: {error}") from error
        self.stdout.write(
            f"reader {credential.reader} at http://127.0.0.1:{agent.port} for {credential.origin}"
        )
        ended = threading.Event()

        def ask() -> None:
            agent.ask_hall()
            while not ended.wait(300):
                agent.ask_hall()

        threading.Thread(target=ask, daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write("stopped")
        finally:
            ended.set()
            server.server_close()
