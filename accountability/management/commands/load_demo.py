"""A hall to look at: `manage.py load_demo` brings in an invented county, its people and their matters."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accountability.management.demo_accounting import accounting
from accountability.management.demo_joint import joint
from cases.models import ContentCategory, StatutoryRoute
from hall.access import Refused
from hall.models import CalendarDay, User
from intake.management.demo import booking, field, life, plan, posts, social
from intake.management.demo.desk import guide_desk
from intake.management.demo.docket import docket
from intake.management.demo.house import House
from intake.management.demo.public import public
from intake.management.demo.rota import rota
from staffing.lifecycle import ROLES
from staffing.models import Leaflet

ROLES_EN = {
    "clerk": "clerk",
    "guide": "guide",
    "liaison": "liaison",
    "department_head": "department head",
    "leader": "leader",
    "hall_manager": "hall manager",
    "supervisor": "supervisor",
    "administrator": "administrator",
    "security_admin": "security administrator",
    "auditor": "audit administrator",
    "participant": "participant from outside",
}
REFERENCE = (
    ("load_calendar", CalendarDay),
    ("load_categories", ContentCategory),
    ("load_routes", StatutoryRoute),
    ("load_leaflets", Leaflet),
)


class Command(BaseCommand):
    help = "装入演示大厅，可重复执行。 / Bring in the demonstration hall; may be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print-logins", action="store_true", help="列出演示账户 / list the demo logins")
        parser.add_argument(
            "--force",
            action="store_true",
            help="在正式数据库上也装入 / also into a database that is not embedded",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED and not options["force"]:
            raise CommandError(
                "这是正式数据库，不装入演示数据；确需装入请加 --force。"
                " This is a real database: no demo data goes into it without --force."
            )
        now = timezone.now()
        for command, table in REFERENCE:
            if not table._default_manager.exists():
                call_command(command, verbosity=0, stdout=self.stdout)
        house = House(now)
        try:
            new = house.build()
            plan.rhythm(house, now)
            posts.posts(house, now)
            counts = (
                life.receptions(house, now),
                life.matters(house, now),
                life.today(house, now),
            )
            docket(house, now)
            booking.bookings(house, now)
            plan.surprises(house, now)
            field.leaders_go_down(house, now)
            rota(house, now)
            social.participants(house, now)
            public(house, now)
            guide_desk(house, now)
            joint(house, now)
            accounting(house, now)
        except Refused as refused:
            raise CommandError(f"{refused.field} {refused}".strip()) from refused
        if new or any(counts):
            self._say("演示大厅已就绪：接访%d场，信访事项%d件，今日取号%d个。", counts)
            self._say("Demo hall ready: %d receptions, %d matters, %d numbers taken today.", counts)
        if options["print_logins"]:
            self._print_logins(house)

    def _say(self, text: str, counts: tuple[int, ...]) -> None:
        self.stdout.write(text % counts)

    def _print_logins(self, house: House) -> None:
        """Two columns to copy, two to know who it is; a password that was changed since is not shown."""
        rows = [("用户名 user name", "密码 password", "角色 role", "姓名 name")]
        rows += [self._row(house, facts) for facts in house._everybody()]
        widths = [max(_width(row[n]) for row in rows) for n in range(4)]
        self.stdout.write(f"\n演示账户 / demo logins（{house.logins.path}）")
        for number, row in enumerate(rows):
            line = "  ".join(
                text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
            )
            self.stdout.write("  " + line.rstrip())
            if number == 0:
                self.stdout.write("  " + "  ".join("─" * width for width in widths))
        self.stdout.write(f"  {settings.HALL_SITE_URL}/sign-in/\n")

    def _row(self, house: House, facts: dict[str, Any]) -> tuple[str, str, str, str]:
        user: User = house.people[facts["login"]]
        unit = house.units.get(facts.get("unit", ""))
        where = f"，{unit.name.removeprefix('云溪县')}" if unit else ""
        role = f"{ROLES[facts['role']]} {ROLES_EN[facts['role']]}{where}"
        shown = house.logins.password_of(user) or "（已更改 changed）"
        return user.username, shown, role, f"{user.name} {user.name_en}"


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)
