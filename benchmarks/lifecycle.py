"""The whole life of a matter through the actions, against plain SQL that writes the same rows.

The floor is read off: triggers that exist for one transaction alone note every row that whole lives write, act by
act, as the plain statement for it. Then the lives are taken back, and the floor writes those rows: into the real
tables with their constraints, indexes and triggers, one statement a row, one transaction an act. Rows that a trigger
of the application writes by itself (the heads of the journal's chains) come by themselves there too.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from benchmarks.measure import Figure, once
from cases import actions
from cases.actions import Person
from cases.models import Case, Claim
from tests.cast import Cast
from tests.life_opinions import WORDS
from tests.matters import REASON, matter

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER = NOW + dt.timedelta(days=40)
"""When the petitioner's month is over."""
RUNS, WARM = 40, 5
BOUND = 6.0
Act = Callable[[], object]
Rows = list[str]


class Life:
    """One matter; each act is a transaction of its own, as behind a door. Who acts is known, as the middleware
    has it.
    """

    def __init__(self, cast: Cast, serial: int) -> None:
        self.cast, self.serial = cast, serial
        self.case = Case()
        self.by = {name: cast.act(getattr(cast, name)) for name in ("clerk", "liaison", "head", "manager")}
        self.unit = cast.units["labour"].pk

    def _act(self, verb: str, by: str, now: dt.datetime = NOW, **facts: Any) -> Any:
        return getattr(actions, verb)(actor=self.by[by], case_id=self.case.pk, now=now, **facts)

    def register(self) -> None:
        own = f"{100_000 + self.serial:06d}"
        who = Person(name="张秀英", id_kind="passport", id_number=f"E{own}", phone=f"13800{own}")
        new = matter(NOW, people=(who,), title=f"第{self.serial}件：请求协调支付拖欠的工资")
        self.case = actions.register_case(actor=self.by["clerk"], hall_id=self.cast.hall.pk, new=new, now=NOW)

    def accept(self) -> None:
        self._act("accept_case", "clerk", department_id=self.unit, reason=REASON)

    def assign(self) -> None:
        self._act(
            "forward_case",
            "clerk",
            department_id=self.unit,
            reason=REASON,
            kind="assign",
            demand="查明人数和金额。",
        )

    def receive(self) -> None:
        self._act("receive_case", "liaison")

    def work(self) -> None:
        self._act(
            "record_work",
            "liaison",
            kind="visit",
            happened_on=NOW.date(),
            text="到工地核对考勤表。",
            is_open=True,
        )

    def draft(self) -> None:
        claims = Claim.objects.filter(case=self.case).values_list("pk", flat=True)
        rows = [actions.Answer(claim_id=pk, **WORDS) for pk in claims]
        self._act("draft_opinion", "liaison", rows=rows)

    def submit(self) -> None:
        self._act("submit_opinion", "liaison")

    def countersign(self) -> None:
        self._act("countersign_opinion", "head")

    def issue(self) -> None:
        self._act("issue_opinion", "liaison")

    def serve(self) -> None:
        service = actions.Service(method="direct", outcome="served", served_on=NOW.date(), receiver="张秀英")
        self._act("serve_opinion", "liaison", service=service)

    def report(self) -> None:
        self._act(
            "report_back", "liaison", text="已查清拖欠工资的人数和金额，督促企业支付完毕，信访人表示认可。"
        )

    def close(self) -> None:
        self._act("close_case", "manager", LATER)

    def acts(self, way: str) -> list[Act]:
        """From the counter to the end: accepted at the desk, or assigned to the unit that reports back."""
        handled = [self.work, self.draft, self.submit, self.countersign, self.issue, self.serve]
        if way == "accepted":
            return [self.register, self.accept, *handled, self.close]
        return [self.register, self.assign, self.receive, *handled, self.report, self.close]


# -- the floor ---------------------------------------------------------------------------------------------------

# Every row that is written, as one plain statement for it. What triggers write (the heads of the journal's chains)
# comes by itself.
_NOTE = """
CREATE TABLE bench_noted (id bigserial PRIMARY KEY, statement text);
CREATE FUNCTION bench_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    names text[]; texts text; was text[]; now text[]; key text := TG_ARGV[0];
BEGIN
    SELECT array_agg(quote_ident(attname) ORDER BY attnum),
        string_agg(format('quote_nullable(($1).%I::text)', attname), ', ' ORDER BY attnum)
    INTO names, texts FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('SELECT ARRAY[%s]', texts) INTO now USING NEW;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO bench_noted (statement) VALUES (format('INSERT INTO %I (%s) VALUES (%s)', TG_TABLE_NAME,
            array_to_string(names, ', '), array_to_string(now, ', ')));
    ELSE
        EXECUTE format('SELECT ARRAY[%s]', texts) INTO was USING OLD;
        INSERT INTO bench_noted (statement) SELECT format('UPDATE %I SET %s WHERE %s', TG_TABLE_NAME,
            coalesce(string_agg(name || ' = ' || value, ', ') FILTER (WHERE value <> before), key || ' = ' || key),
            max(name || ' = ' || value) FILTER (WHERE name = key))
        FROM unnest(names, now, was) AS one(name, value, before);
    END IF;
    RETURN NULL;
END $$;
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT c.oid::regclass AS name, a.attname AS key FROM pg_class c
        JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
            AND c.relname NOT IN ('hall_journalhead', 'bench_noted', 'staffing_hall')
    LOOP
        EXECUTE format('CREATE TRIGGER zz_bench AFTER INSERT OR UPDATE ON %s FOR EACH ROW'
            ' EXECUTE FUNCTION bench_note(%L)', one.name, one.key);
    END LOOP;
END $$;
"""


def _noted(cast: Cast, way: str, lives: int) -> list[list[Rows]]:
    """What so many lives write, act by act, as statements. They are taken back, and the triggers with them."""
    noted: list[list[Rows]] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NOTE)
        # Numbers of their own: those of the lives that are measured go on without a gap.
        cursor.execute("UPDATE staffing_hall SET code = 'floor', organ = '底' WHERE id = %s", [cast.hall.pk])
        for n in range(lives):
            noted.append([])
            for act in Life(cast, 500_000 + n).acts(way):
                act()
                cursor.execute("SELECT statement FROM bench_noted ORDER BY id")
                noted[-1].append([statement for (statement,) in cursor.fetchall()])
                cursor.execute("TRUNCATE bench_noted")
        transaction.set_rollback(True)
    return noted


def _write(life: list[Rows]) -> None:
    """The floor: these rows and nothing else."""
    for act in life:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in act:
                cursor.execute(statement)


def _live(life: Life, way: str) -> None:
    for act in life.acts(way):
        act()


def lifecycle(cast: Cast) -> Iterator[Figure]:
    """Both ways through, in turn with the floor."""
    for start, way in enumerate(("accepted", "assigned")):
        pairs = []
        for n, rows in enumerate(_noted(cast, way, WARM + RUNS)):
            life = Life(cast, 1 + n + start * 1000)
            pairs.append((once(partial(_live, life, way)), once(partial(_write, rows))))
        ours, floor = (statistics.median(times) for times in zip(*pairs[WARM:], strict=True))
        ratio = statistics.median(one / other for one, other in pairs[WARM:])
        name = f"{way} to closed, {1000 / ours:.1f}/s / {sum(map(len, rows))} rows, {len(rows)} transactions"
        yield Figure(name, ours, floor, ratio, BOUND)
