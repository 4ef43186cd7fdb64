"""How the house itself fares: what waits, what failed, what will be missing. Bounded, however old the house is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from accountability.models import JournalCheck
from accountability.queries.digests import days_due
from cases.queries.scans import at_the_door, in_quarantine, kept_before
from hall.models import TaskRun, statutory_calendar
from hall.operations import replica
from hall.uploads import scanning
from hall.uploads.clamav import Away
from hall.uploads.space import disk

GOOD, WARN, BAD = "good", "warn", "bad"
MOST = 10_000
"""Counted no further: past this the number is no news."""
MEGABYTE = 1 << 20
BACKUP = "backup"
"""The name under which the command notes its runs."""
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of the house. `value` in seconds, bytes or pieces; None: it could not be learned."""

    name: str
    label: str | Promise
    value: float | None
    shown: str
    state: str
    way: str | Promise = ""


def lasting(seconds: float) -> str:
    """A time in the reader's language, in its largest unit."""
    if (n := int(seconds // 86400)) > 0:
        return ngettext("%(n)s天", "%(n)s天", n) % {"n": n}
    if (n := int(seconds // 3600)) > 0:
        return ngettext("%(n)s小时", "%(n)s小时", n) % {"n": n}
    if (n := int(seconds // 60)) > 0:
        return ngettext("%(n)s分钟", "%(n)s分钟", n) % {"n": n}
    n = int(seconds)
    return ngettext("%(n)s秒", "%(n)s秒", n) % {"n": n}


def _graded(value: float, warn: float, bad: float) -> str:
    return BAD if value >= bad else WARN if value >= warn else GOOD


_WAITING = f"""
WITH due AS (SELECT next_attempt_at AS at FROM hall_message
        WHERE state = 'pending' AND next_attempt_at <= %(now)s ORDER BY 1 LIMIT {MOST}),
    dead AS (SELECT 1 FROM hall_message WHERE state = 'dead' LIMIT {MOST}),
    papers AS (SELECT next_attempt_at AS at FROM hall_issueddocument
        WHERE rendered_at IS NULL AND next_attempt_at <= %(now)s ORDER BY 1 LIMIT {MOST}),
    steps AS (SELECT next_step_at AS at FROM cases_deadline
        WHERE met_at IS NULL AND void_at IS NULL AND next_step_at <= %(now)s ORDER BY 1 LIMIT {MOST})
SELECT (SELECT count(*) FROM due), (SELECT min(at) FROM due), (SELECT count(*) FROM dead),
    (SELECT count(*) FROM papers), (SELECT min(at) FROM papers), (SELECT count(*) FROM steps),
    (SELECT min(at) FROM steps), (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
    current_setting('max_connections')::int
"""  # noqa: S608 - a constant


def _waiting(now: dt.datetime) -> list[Fact]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"now": now})
        due, due_from, dead, papers, papers_from, steps, steps_from, busy, most = cursor.fetchone()

    def queue(name: str, label: Promise, count: int, since: dt.datetime | None, way: Promise) -> list[Fact]:
        age = (now - since).total_seconds() if since else 0.0
        shown = _("%(n)s件，最久的等了%(age)s") % {"n": count, "age": lasting(age)} if count else _("没有")
        return [
            Fact(f"{name}_waiting", label, count, str(count), GOOD),
            Fact(f"{name}_oldest_seconds", label, age, shown, _graded(age, 5 * MINUTE, 30 * MINUTE), way),
        ]

    worker = lazy("看worker和beat是否在运行，以及邮件、短信网关是否可用。")
    return [
        *queue("outbox", lazy("到时未发的消息"), due, due_from, worker),
        Fact("outbox_dead", lazy("发送失败的消息"), dead, str(dead), WARN if dead else GOOD,
             lazy("修好网关以后，在基础数据的消息里重发。")),
        *queue("documents", lazy("等待生成的文书"), papers, papers_from,
               lazy("看磁盘、字体和worker；原因写在文书上。")),
        *queue("deadlines", lazy("到点未处理的期限步骤"), steps, steps_from, worker),
        Fact("database_connections", lazy("数据库连接"), busy, f"{busy} / {most}",
             _graded(busy / most, 0.8, 0.95), lazy("减少进程或连接池，或者使用PgBouncer。")),
        Fact("database_connections_limit", lazy("数据库连接"), most, str(most), GOOD),
    ]  # fmt: skip


def _journal(now: dt.datetime) -> list[Fact]:
    missing = len(days_due(now))
    check = JournalCheck.objects.order_by("-id").first()
    age = (now - check.at).total_seconds() if check else None
    whole = check is None or check.is_whole
    if check is None:
        shown, state = _("还没有核对过"), WARN
    else:
        shown = _("%(age)s前") % {"age": lasting(age or 0)} if whole else _("不完整")
        state = _graded(age or 0, 36 * HOUR, 72 * HOUR) if whole else BAD
    return [
        Fact("journal_days_unpublished", lazy("未公布的每日摘要"), missing,
             ngettext("%(n)s天", "%(n)s天", missing) % {"n": missing}, _graded(missing, 2, 4),
             lazy("看任务accountability.publish_digests。")),
        Fact("journal_check_seconds", lazy("办理记录核对"), age, shown, state, lazy("运行manage.py verify_journal。")),
        Fact("journal_whole", lazy("办理记录核对"), int(whole), str(int(whole)), GOOD if whole else BAD),
    ]  # fmt: skip


def _calendar(now: dt.datetime) -> Fact:
    """The State Council publishes in autumn; from December on a missing year moves deadlines that run."""
    today = timezone.localdate(now)
    calendar = statutory_calendar()
    year = today.year + (today.month == 12)
    missing = year not in calendar.sources
    shown = _("缺%(year)s年") % {"year": year} if missing else _("已有%(year)s年") % {"year": year}
    return Fact("calendar_missing", lazy("工作日历"), int(missing), shown, BAD if missing else GOOD,
                lazy("用manage.py load_calendar导入放假安排。"))  # fmt: skip


def _disk() -> list[Fact]:
    try:
        usage = disk()
    except OSError:
        return [Fact("disk_free_bytes", lazy("材料和文书的磁盘"), None, _("读不到"), BAD)]
    least = settings.HALL_DISK_LEFT_MB * MEGABYTE
    state = BAD if usage.free < least / 4 else WARN if usage.free < least else GOOD
    shown = _("剩%(free)s GiB，共%(total)s GiB") % {
        "free": f"{usage.free / 2**30:.1f}", "total": f"{usage.total / 2**30:.1f}",
    }  # fmt: skip
    return [
        Fact(
            "disk_free_bytes",
            lazy("材料和文书的磁盘"),
            usage.free,
            shown,
            state,
            lazy("扩容，或者清理其他文件。"),
        ),
        Fact("disk_total_bytes", lazy("材料和文书的磁盘"), usage.total, shown, GOOD),
    ]


def _backup(now: dt.datetime) -> Fact:
    run = TaskRun.objects.filter(name=BACKUP).first()
    way = lazy("每日运行manage.py backup，见docs/operations.md。")
    if run is None or run.succeeded_at is None:
        return Fact("backup_seconds", lazy("最近的备份"), None, _("没有"), WARN, way)
    age = (now - run.succeeded_at).total_seconds()
    shown = _("%(age)s前") % {"age": lasting(age)}
    return Fact("backup_seconds", lazy("最近的备份"), age, shown, _graded(age, 30 * HOUR, 72 * HOUR), way)


def _replica() -> list[Fact]:
    if replica.REPLICA not in settings.DATABASES:
        return []
    try:
        lag = replica.lag_seconds() or 0.0
    except DatabaseError:
        return [
            Fact(
                "replica_lag_seconds",
                lazy("只读副本"),
                None,
                _("连不上"),
                BAD,
                lazy("报表和看板暂时打不开：看副本。"),
            )
        ]
    return [
        Fact("replica_lag_seconds", lazy("只读副本"), lag, _("落后%(age)s") % {"age": lasting(lag)},
             _graded(lag, MINUTE, 10 * MINUTE), lazy("看副本的复制状态。"))
    ]  # fmt: skip


def _scanner(now: dt.datetime) -> list[Fact]:
    """The virus scanner: whether there is one, whether it answers, how old its signatures are. That nobody set one up
    is no fault; that one was set up and does not answer is, and most where files are then refused.
    """
    label = lazy("病毒检查程序")
    if not scanning.is_on():
        return [
            Fact(
                "scanner_up",
                label,
                None,
                _("没有启用"),
                GOOD,
                lazy("要启用，设置HALL_CLAMAV，见docs/uploads.md。"),
            )
        ]
    signatures = lazy("病毒特征库")
    try:
        itself = scanning.itself()
    except Away:
        is_refusing = settings.HALL_CLAMAV_REQUIRED
        way = (
            lazy("看clamd是否在运行。它恢复之前，窗口和网上都不收文件。")
            if is_refusing
            else lazy("看clamd是否在运行。它恢复之后，期间收下的文件自动补查。")
        )
        return [Fact("scanner_up", label, 0, _("连不上"), BAD if is_refusing else WARN, way), *_scans(now)]
    update = lazy("看freshclam是否在运行、能否取到更新。")
    if itself.signed_at is None:
        known = Fact("scanner_signatures_seconds", signatures, None, _("没有"), BAD, update)
    else:  # its host's clock has no zone: a day of tomorrow is one of today
        age = max((now - itself.signed_at).total_seconds(), 0.0)
        shown = _("%(age)s前") % {"age": lasting(age)}
        known = Fact(
            "scanner_signatures_seconds", signatures, age, shown, _graded(age, 3 * DAY, 7 * DAY), update
        )
    return [Fact("scanner_up", label, 1, itself.name, GOOD, lazy("看clamd是否在运行。")), known, *_scans(now)]


def _scans(now: dt.datetime) -> list[Fact]:
    waiting = at_the_door().values("asked_at")[:MOST].aggregate(n=Count("asked_at"), since=Min("asked_at"))
    count, since = waiting["n"], waiting["since"]
    age = (now - since).total_seconds() if since else 0.0
    old, away = kept_before()[:MOST].count(), in_quarantine()[:MOST].count()
    shown = _("%(n)s件，最久的等了%(age)s") % {"n": count, "age": lasting(age)} if count else _("没有")
    way = lazy("看clamd和worker；文件照常可以打开。")
    return [
        Fact("scans_waiting", lazy("等待病毒检查的文件"), count, str(count), GOOD),
        Fact("scans_oldest_seconds", lazy("等待病毒检查的文件"), age, shown, _graded(age, HOUR, DAY), way),
        Fact("scans_of_old_files_waiting", lazy("排队补查的旧文件"), old, str(old), GOOD,
             lazy("每五分钟查一批；要快，运行manage.py rescan_files。")),
        Fact("scans_in_quarantine", lazy("隔离的带病毒文件"), away, str(away), WARN if away else GOOD,
             lazy("看安全管理员收到的消息；请收件窗口向提交人重新索取。隔离期满自动删除。")),
    ]  # fmt: skip


def facts(*, now: dt.datetime) -> list[Fact]:
    """What an administrator and a monitor are told; those with a `way` are shown on the page."""
    return [
        *_waiting(now),
        *_journal(now),
        _calendar(now),
        *_disk(),
        *_scanner(now),
        _backup(now),
        *_replica(),
    ]
