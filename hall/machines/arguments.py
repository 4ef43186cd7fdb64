"""What an action takes, read from its signature: the serializer that checks a body, and the values that it becomes.

`int`, `str`, `bool`, dates, times, UUID, decimals, their optional and listed forms, mappings and frozen dataclasses are
understood. A keyword of any other type cannot be asked of a machine: where it has a default it is `withheld`, else
opening the action is an error at start. So it is with what the house makes itself: a dataclass with
`of_the_house`, such as a stored file, whose path a machine must never name: where the house signs a name for it
(`named`), that name is asked.

A `str` that is a code says its values: a room gives `codes`, keyed as `action.keyword` or `Dataclass.field`.
"""

from __future__ import annotations

import collections.abc as abc
import dataclasses
import datetime as dt
import decimal
import inspect
import types
import typing
import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from hall.access import Refused

SMALL, LARGE = 2**31 - 1, 2**63 - 1
"""A number of ours and an id: what PostgreSQL's integer and bigint hold."""
TEXT, LONG_LIST = 100_000, 2_000
GIVEN = frozenset({"actor", "now"})
"""What the door puts in."""
_LISTS = (abc.Sequence, abc.Collection, abc.Iterable, list, tuple, set, frozenset)
_MAPS = (abc.Mapping, dict)
Codes = Mapping[str, Collection[str]]
"""`action.keyword` or `Dataclass.field` → the codes that it may be."""
Who = tuple[int, dt.datetime]
"""Who says it and when: the id of their account."""
NO_CODES: Codes = types.MappingProxyType({})
_PLAIN: Mapping[type, Callable[..., serializers.Field[Any, Any, Any, Any]]] = {
    bool: serializers.BooleanField,
    dt.date: serializers.DateField,
    dt.datetime: serializers.DateTimeField,
    dt.time: serializers.TimeField,
    uuid.UUID: serializers.UUIDField,
}


class NotForMachines(TypeError):
    """The action takes something that no JSON value can stand for."""


class Arguments(serializers.Serializer[Any]):
    """A body with exactly these keys: an unknown one is an error, lest a misspelt reason be left out in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := set(map(str, data)) - set(self.fields)):
            raise serializers.ValidationError({name: [_("没有这一项。")] for name in sorted(unknown)})
        return super().to_internal_value(data)


class OfHall(Arguments):
    """`hall`: of that hall alone."""

    hall = serializers.IntegerField(min_value=1, max_value=LARGE, required=False)


class Uploaded(serializers.CharField):
    """A file, by the `upload` that `keep_upload` answered with."""


class ById(serializers.DictField):
    """A mapping from ids; JSON has them as texts, and the document says so (`schema`)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Signature:
    """The keywords of an action as serializer fields, less those that the address or the door gives."""

    action: Callable[..., Any]
    serializer: type[Arguments]
    hints: Mapping[str, Any]
    withheld: tuple[str, ...] = ()

    def values(self, checked: Mapping[str, Any], who: Who) -> dict[str, Any]:
        """What was checked, as the action takes it. Raises Refused at a file that is not theirs or not any more."""
        return {name: _value(self.hints[name], value, who, name) for name, value in checked.items()}


def signature_of(
    action: Callable[..., Any], *, taken: Collection[str] = (), codes: Codes = NO_CODES, sent: str = ""
) -> Signature:
    """`taken`: keywords that address or door give; `sent`: the member that is a file. Raises NotForMachines."""
    plain = inspect.unwrap(action)
    hints = typing.get_type_hints(plain)
    fields: dict[str, Any] = {}
    asked: dict[str, Any] = {}
    withheld: list[str] = []
    for name, parameter in inspect.signature(plain).parameters.items():
        if name in GIVEN or name in taken:
            continue
        if name == sent:
            continue
        where = f"{plain.__name__}.{name}"
        try:
            fields[name] = _field(name, hints[name], parameter.default, where, codes)
        except NotForMachines:
            if parameter.default is inspect.Parameter.empty:
                raise
            withheld.append(name)
        else:
            asked[name] = hints[name]
    if sent:
        fields[sent] = serializers.FileField(max_length=200)
    title = "".join(part.title() for part in plain.__name__.split("_"))
    fields["__doc__"] = _first(plain.__doc__)
    return Signature(action, type(title, (Arguments,), fields), asked, tuple(withheld))


def filter_of(kind: type, codes: Codes = NO_CODES) -> type[Arguments]:
    """What a list may be asked, from the dataclass of its page's filter."""
    return _nested(kind, codes)


def _first(doc: str | None) -> str:
    return inspect.cleandoc(doc or "").split("\n\n")[0]


def _field(
    name: str, hint: Any, default: Any, where: str, codes: Codes
) -> serializers.Field[Any, Any, Any, Any]:
    more: dict[str, Any] = {}
    if default is not inspect.Parameter.empty and default is not dataclasses.MISSING:
        more["required"] = False
    hint, optional = _bare(hint)
    if optional:
        more["allow_null"] = True
    if _is_of_the_house(hint):
        return _uploaded(hint, where, more)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _nested(hint, codes)(**more)
    if hint is str and where in codes:
        return serializers.ChoiceField(choices=list(codes[where]), allow_blank=default == "", **more)
    if (plain := _scalar(name, hint, more)) is not None:
        return plain
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in _LISTS:
        if origin is tuple and args[-1:] != (Ellipsis,):
            return _tuple(args, where, more, codes)
        item = "_id" if name.endswith("ids") else "item"
        child = _field(item, args[0], inspect.Parameter.empty, where, codes)
        return serializers.ListField(child=child, max_length=LONG_LIST, **more)
    if origin in _MAPS:
        child = _field("value", args[1], inspect.Parameter.empty, where, codes)
        return (ById if args[0] is int else serializers.DictField)(child=child, **more)
    raise NotForMachines(f"{where}: {hint!r}")


def _uploaded(hint: Any, where: str, more: dict[str, Any]) -> Uploaded:
    if _named(hint) is None:
        raise NotForMachines(f"{where}: {hint!r}")
    return Uploaded(max_length=2_000, help_text=_("keep_upload 答复的 upload。"), **more)


def _scalar(name: str, hint: Any, more: dict[str, Any]) -> serializers.Field[Any, Any, Any, Any] | None:
    if hint is int and name == "year":
        return serializers.IntegerField(min_value=1900, max_value=9000, **more)
    if hint is int:
        return serializers.IntegerField(
            min_value=-SMALL, max_value=LARGE if name == "pk" or name.endswith("_id") else SMALL, **more
        )
    if hint is str:
        return serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=TEXT, **more)
    if hint is decimal.Decimal:
        return serializers.DecimalField(max_digits=18, decimal_places=6, **more)
    if isinstance(hint, type) and hint in _PLAIN:
        return _PLAIN[hint](**more)
    return None


def _tuple(
    args: tuple[Any, ...], where: str, more: dict[str, Any], codes: Codes
) -> serializers.Field[Any, Any, Any, Any]:
    """A pair of one type is a list of two; of several types it is none that JSON Schema 2020 and we agree on."""
    if len(set(args)) != 1:
        raise NotForMachines(f"{where}: {args!r}")
    child = _field("item", args[0], inspect.Parameter.empty, where, codes)
    return serializers.ListField(child=child, min_length=len(args), max_length=len(args), **more)


_MADE: dict[type, type[Arguments]] = {}
"""One serializer for a dataclass: the document names it once."""


def _nested(kind: type, codes: Codes) -> type[Arguments]:
    if kind in _MADE:
        return _MADE[kind]
    hints = typing.get_type_hints(kind)
    fields: dict[str, Any] = {}
    for one in dataclasses.fields(kind):
        has = one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING
        default = one.default if one.default is not dataclasses.MISSING else None
        where = f"{kind.__name__}.{one.name}"
        try:
            fields[one.name] = _field(
                one.name, hints[one.name], default if has else dataclasses.MISSING, where, codes
            )
        except NotForMachines:
            if not has:
                raise
    fields["__doc__"] = _first(kind.__doc__)
    # Two rooms have an `Answer`: the room is part of the name.
    name = kind.__module__.partition(".")[0].title() + kind.__name__
    return _MADE.setdefault(kind, type(name, (Arguments,), fields))


def _is_of_the_house(hint: Any) -> bool:
    """What the house makes itself: one such dataclass, or one of several."""
    kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return all(getattr(kind, "of_the_house", False) for kind in kinds)


def _named(hint: Any) -> Callable[[str, int, dt.datetime], Any] | None:
    """What finds it by a name that the house has signed for that person."""
    kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return next((kind.named for kind in kinds if hasattr(kind, "named")), None)


def _bare(hint: Any) -> tuple[Any, bool]:
    """The type without `| None`, and whether that was there."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [one for one in typing.get_args(hint) if one is not types.NoneType]
        if len(rest) == 1:
            return rest[0], True
    return hint, False


def _value(hint: Any, value: Any, who: Who, at: str) -> Any:
    hint, _optional = _bare(hint)
    if value is None:
        return None
    if _is_of_the_house(hint) and (named := _named(hint)) is not None:
        try:
            return named(value, *who)
        except Refused as refused:
            refused.field = at
            raise
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = typing.get_type_hints(hint)
        return hint(**{name: _value(hints[name], one, who, f"{at}.{name}") for name, one in value.items()})
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in _LISTS:
        made = [_value(args[0], one, who, f"{at}.{number}") for number, one in enumerate(value)]
        return made if origin in (abc.Sequence, abc.Collection, abc.Iterable, list) else origin(made)
    if origin in _MAPS:
        return {_key(args[0], key): _value(args[1], one, who, f"{at}.{key}") for key, one in value.items()}
    return value


def _key(hint: Any, key: str) -> Any:
    if hint is not int:
        return key
    if key.isascii() and key.isdecimal() and len(key) <= 18:
        return int(key)
    raise serializers.ValidationError({key: [_("应当是数字编号。")]})
