"""What everything stands on: accounts, the journal, the outbox, issued documents, counters, the calendar."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import BrinIndex
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from hall.batch import Ask
from hall.citations import in_english
from hall.clock import Arrangement, Calendar, Day, arranged, packaged, reaches_back
from hall.fields import BlindIndexField, EncryptedTextField, SealedJSONField
from hall.webhooks import EVENTS


def worded(obj: object, field: str) -> str:
    """A text in the reader's language: `<field>_en` on the English pages where it was given, else `<field>`."""
    english = getattr(obj, f"{field}_en", "") if in_english() else ""
    return str(english or getattr(obj, field))


class Named(models.Model):
    """A thing with a Chinese name and, for the English pages, an English one."""

    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language; Chinese where no English name was given."""
        return worded(self, "name")


class UserManager(BaseUserManager["User"]):
    """No default or shared accounts: a user name is a person (GB/T 22239-2019 8.1.4)."""

    def create_user(self, username: str, password: str | None = None, **facts: Any) -> User:
        user = self.model(username=username.strip().lower(), **facts)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, username: str, password: str | None = None, **facts: Any) -> User:
        return self.create_user(username, password, is_staff=True, is_superuser=True, **facts)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin, Named):
    """An account of one member of staff. What they may do comes from their postings (staffing)."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    phone = EncryptedTextField(_("手机"), blank=True)
    phone_index = BlindIndexField("phone")
    language = models.CharField(_("界面语言"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(_("启用"), default=True)
    is_staff = models.BooleanField(_("可进入后台"), default=False)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    password_changed_at = models.DateTimeField(_("密码更改时间"), null=True, blank=True)
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)
    is_machine = models.BooleanField(_("设备账户"), default=False, db_default=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        constraints = [
            # Django writes "!" before what is no password: nobody signs in as a machine.
            models.CheckConstraint(
                condition=models.Q(is_machine=False) | models.Q(("password__startswith", "!")),
                name="machine_has_no_password",
            )
        ]


class CounterManager(models.Manager["Counter"]):
    def next(self, key: str) -> int:
        """The next number of a series, 1 first, without gaps or doubles.

        The row stays locked until the caller's transaction ends: a second connection waits, and a rollback
        gives the number back. Take it as late in the transaction as you can.
        """
        return self.next_asked(key).answer()

    def next_asked(self, key: str) -> Ask[int]:
        return Ask(
            "INSERT INTO hall_counter (key, value) VALUES (%s, 1)"
            " ON CONFLICT (key) DO UPDATE SET value = hall_counter.value + 1 RETURNING value",
            [key],
            lambda rows: int(rows[0][0]),
        )


class Counter(models.Model):
    """A gapless number series; the key names what is counted, e.g. ``ticket/1/A/2026-11-21``."""

    key = models.CharField(max_length=120, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    objects = CounterManager()


class JournalHead(models.Model):
    """Where each chain of the journal ends; written by the database alone (trigger on `JournalEntry`)."""

    stream = models.CharField(max_length=80, primary_key=True)
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)


# What the hash of an entry is over, here and nowhere else; `{0}` stands before the name of each column.
_SAID = """concat_ws(chr(31), {0}previous, {0}stream, {0}seq::text,
        to_char({0}at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), coalesce({0}actor_id::text, ''),
        {0}actor_name, {0}verb, {0}object, {0}before::text, {0}after::text, {0}reason)"""


def said_by_entry(row: str = "") -> str:
    """The text that the hash of a journal entry is over, as SQL: of `row` (`"NEW."`), else of the row at hand."""
    return _SAID.format(row)


# The lock on the chain's head makes its order; sha256 over the row and the hash before it makes it a chain. In
# SQL, so that a bulk insert or a psql session is chained just the same. The loop is for two connections that
# both begin a chain: one inserts its head, the other finds it.
_CHAIN = """
LOOP
    SELECT head.seq + 1, head.hash INTO NEW.seq, NEW.previous
        FROM hall_journalhead head WHERE head.stream = NEW.stream FOR UPDATE;
    known := FOUND;
    IF NOT known THEN
        NEW.seq := 1;
        NEW.previous := '';
    END IF;
    NEW.hash := encode(sha256(convert_to({said}, 'UTF8')), 'hex');
    IF known THEN
        UPDATE hall_journalhead SET seq = NEW.seq, hash = NEW.hash WHERE stream = NEW.stream;
        RETURN NEW;
    END IF;
    INSERT INTO hall_journalhead (stream, seq, hash) VALUES (NEW.stream, 1, NEW.hash) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN NEW;
    END IF;
END LOOP;
""".replace("{said}", said_by_entry("NEW."))


LOOKS = (
    "export_access_log", "export_advices", "export_allowance", "export_assessment", "export_consultations",
    "export_criticisms", "export_field_visits", "export_figure", "export_findings", "export_inspections",
    "export_ledger", "export_pool",
    "export_repeated", "export_sample", "export_sponsorships", "export_supervisions", "export_topic",
    "export_unusual_access", "export_work_list", "issue_personal_file", "look_up_history",
    "look_at_video_evidence", "read_incident", "read_people_list", "reveal_booking", "reveal_person", "watch_recording",
)  # fmt: skip
"""Verbs by which somebody was shown people's data: few among many entries, and asked for by themselves."""


_HAPPENS = f"""NEW.stream LIKE 'case:%' AND NEW.verb IN ({", ".join(f"'{verb}'" for verb in EVENTS)})
    AND (NEW.verb <> 'take_step' OR (NEW.after->>'days')::integer > 0)"""
# One row for each event, in the transaction of the act: whoever reads the journal by its numbers would miss an entry
# whose transaction ends after that of a later one.
_TELL = "INSERT INTO hall_happening (entry_id) VALUES (NEW.id); RETURN NULL;"


class JournalEntry(models.Model):
    """Who did what to what, when and why. Rows are added and never touched again.

    `stream` is the file the act belongs to ("case:12", "visit:7", "user:3"); each stream is a chain of its own,
    `seq` without gaps, `hash` over this row and the hash before it.
    """

    id = models.BigAutoField(primary_key=True)
    stream = models.CharField(max_length=80)
    seq = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=120)
    verb = models.CharField(max_length=60)
    object = models.CharField(max_length=80)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    previous = models.CharField(max_length=64, default="")
    hash = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = _("办理记录")
        verbose_name_plural = _("办理记录")
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="journal_one_chain")]
        indexes = [
            models.Index(fields=["actor", "-id"], name="journal_by_actor"),
            models.Index(fields=["object"], name="journal_by_object"),
            # Entries lie in the order of their time: a few kilobytes find a day among millions.
            BrinIndex(fields=["at"], name="journal_by_time", autosummarize=True),
            models.Index(
                fields=["-id"],
                include=["actor", "verb", "at"],
                condition=models.Q(verb__in=LOOKS),
                name="journal_looks",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="chain",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("known", "boolean")],
                func=_CHAIN,
            ),
            pgtrigger.Trigger(
                name="tell",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                condition=pgtrigger.Condition(_HAPPENS),
                func=_TELL,
            ),
        ]


class Happening(models.Model):
    """An event of `hall.webhooks` that nobody was told of yet; written by the database alone, gone once it was told."""

    entry = models.OneToOneField(JournalEntry, models.CASCADE, primary_key=True, related_name="+")


class ApiCall(models.Model):
    """A call of a machine that was done, so that the same key never does it again; what was answered, encrypted."""

    id = models.BigAutoField(primary_key=True)
    principal = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = EncryptedTextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["principal", "key"], name="api_call_once")]
        indexes = [BrinIndex(fields=["at"], name="api_call_by_time", autosummarize=True)]


class TaskRun(models.Model):
    """When a task of the worker last ran, and how it ended: what tells that a sweep has stopped. One row a task."""

    name = models.CharField(max_length=120, primary_key=True)
    runs = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)
    ended_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    error = models.CharField(max_length=120, blank=True)


class Message(models.Model):
    """One thing to be told to one person over one channel; the outbox.

    An in-app message is delivered by being there. E-mail and SMS wait in `pending` until a worker has sent
    them; after the last attempt they are `dead`, kept and shown. `once` makes a double impossible.
    """

    CHANNELS = [("app", _("站内")), ("email", _("邮件")), ("sms", _("短信"))]
    STATES = [("pending", _("待发")), ("sent", _("已发")), ("dead", _("发送失败"))]

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=8, choices=CHANNELS)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="messages", db_index=False)
    address = EncryptedTextField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    context = SealedJSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    once = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=8, choices=STATES, default="pending")
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | ~models.Q(channel="app"),
                name="message_app_has_reader",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state="pending"), name="message_pending"
            ),
            models.Index(fields=["-id"], condition=models.Q(state="dead"), name="message_dead"),
            models.Index(fields=["user", "-id"], condition=models.Q(channel="app"), name="message_inbox"),
            models.Index(
                fields=["user"],
                condition=models.Q(channel="app", read_at__isnull=True),
                name="message_unread",
            ),
        ]


class IssuedDocument(models.Model):
    """An official paper: numbered when issued, rendered once, never changed after (GB/T 9704-2012)."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    organ = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    ref = models.CharField(max_length=80)
    stream = models.CharField(max_length=80)
    content = SealedJSONField()
    template_version = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    issued_by_name = models.CharField(max_length=120)
    rendered_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("文书")
        verbose_name_plural = _("文书")
        constraints = [
            models.UniqueConstraint(fields=["kind", "organ", "year", "serial"], name="document_one_number")
        ]
        indexes = [
            models.Index(fields=["stream", "-id"], name="document_by_stream"),
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(rendered_at=None), name="document_unrendered"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="issued_is_issued",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "kind",
                    "organ",
                    "year",
                    "serial",
                    "number",
                    "title",
                    "ref",
                    "stream",
                    "content",
                    "template_version",
                    "issued_at",
                    "issued_by",
                    "issued_by_name",
                ),
            ),
            pgtrigger.Protect(
                name="rendered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.rendered_at IS NOT NULL AND (OLD.rendered_at, OLD.file, OLD.sha256, OLD.pages)"
                    " IS DISTINCT FROM (NEW.rendered_at, NEW.file, NEW.sha256, NEW.pages)"
                ),
            ),
            pgtrigger.Protect(
                name="void_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.voided_at IS NOT NULL AND (OLD.voided_at, OLD.void_reason)"
                    " IS DISTINCT FROM (NEW.voided_at, NEW.void_reason)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CalendarDayManager(models.Manager["CalendarDay"]):
    def replace(self, calendar: Calendar) -> None:
        """Make the table hold exactly the special days of this calendar."""
        rows = [
            CalendarDay(
                date=day.date,
                kind="workday" if day.worked else "holiday",
                name=day.name,
                source=calendar.sources.get(day.date.year, ""),
            )
            for day in calendar.days.values()
        ]
        with transaction.atomic():
            self.exclude(date__in=calendar.days).delete()
            self.bulk_create(
                rows, update_conflicts=True, unique_fields=["date"], update_fields=["kind", "name", "source"]
            )


class CalendarDay(models.Model):
    """One day of the official calendar that is not simply a weekday or a weekend.

    A year is published when any of its days came from the State Council's notice; `source` says which. The last
    days of December alone do not count: they may have come with the next year's.
    """

    KINDS = [("holiday", _("法定休假日")), ("workday", _("调休工作日"))]

    date = models.DateField(primary_key=True)
    kind = models.CharField(max_length=8, choices=KINDS)
    name = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=200)

    objects = CalendarDayManager()

    class Meta:
        verbose_name = _("工作日历")
        verbose_name_plural = _("工作日历")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.kind} {self.name}"


# The last calendar this process read, and the digest of the rows that it was made from.
_statutory: tuple[tuple[int, int | None] | None, Calendar] = (None, Calendar())


def statutory_calendar() -> Calendar:
    """The calendar in force: the years in the table as they stand there now, the others as the package has them.

    Kept per process. One small query for a digest of the rows tells whether it is still the one in the table, so
    every process sees a change at once. Ask once per request or batch and pass it down.
    """
    return calendar_asked().answer()


def calendar_asked() -> Ask[Calendar]:
    """See `statutory_calendar`."""
    return Ask(
        "SELECT count(*), bit_xor(hashtextextended(kind || name || source, date - date '2000-01-01'))"
        " FROM hall_calendarday",
        (),
        lambda rows: _stamped(rows[0]),
    )


def _stamped(stamp: tuple[int, int | None]) -> Calendar:
    global _statutory
    if stamp != _statutory[0]:
        _statutory = stamp, _read_calendar()
    return _statutory[1]


def _read_calendar() -> Calendar:
    rows = list(CalendarDay.objects.all())
    days = tuple(Day(row.date, worked=row.kind == "workday", name=row.name) for row in rows)
    sources = {row.date.year: row.source for row in rows if row.source and not reaches_back(row.date)}
    return arranged(arranged(Calendar(), packaged()), Arrangement(days, sources))


def stream_of(obj: models.Model) -> str:
    """The journal stream of an object: `case:12`."""
    return f"{obj._meta.model_name}:{obj.pk}"


def ref_of(obj: models.Model) -> str:
    """The name of an object in the journal and on documents: `cases.case:12`."""
    return f"{obj._meta.label_lower}:{obj.pk}"


__all__ = [
    "LOOKS", "ApiCall", "CalendarDay", "Counter", "IssuedDocument", "JournalEntry", "JournalHead", "Message", "Named",
    "TaskRun", "User", "calendar_asked", "ref_of", "said_by_entry", "statutory_calendar", "stream_of", "worded",
]  # fmt: skip
