"""What an action takes, read from its signature: the serializer that checks a body, and the values that it becomes.

`int`, `str`, `bool`, dates, times, UUID, decimals, their optional and listed forms, mappings and frozen dataclasses are
understood; a keyword of any other type cannot be asked of a machine, and opening such an action is an error at start.
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
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

SMALL, LARGE = 2**31 - 1, 2**63 - 1
"""A number of ours and an id: what PostgreSQL's integer and bigint hold."""
TEXT, LONG_LIST = 100_000, 2_000
GIVEN = frozenset({"actor", "now"})
"""What the door puts in."""
_LISTS = (abc.Sequence, abc.Collection, abc.Iterable, list, tuple, set, frozenset)
_MAPS = (abc.Mapping, dict)
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


@dataclasses.dataclass(frozen=True, slots=True)
class Signature:
    """The keywords of an action as serializer fields, less those that the address or the door gives."""

    action: Callable[..., Any]
    serializer: type[Arguments]
    hints: Mapping[str, Any]

    def values(self, checked: Mapping[str, Any]) -> dict[str, Any]:
        """What was checked, as the action takes it."""
        return {name: _value(self.hints[name], value) for name, value in checked.items()}


def signature_of(action: Callable[..., Any], *, taken: abc.Collection[str] = ()) -> Signature:
    """`taken`: keywords that the address gives. Raises NotForMachines."""
    plain = inspect.unwrap(action)
    hints = typing.get_type_hints(plain)
    fields: dict[str, Any] = {}
    asked: dict[str, Any] = {}
    for name, parameter in inspect.signature(plain).parameters.items():
        if name in GIVEN or name in taken:
            continue
        asked[name] = hints[name]
        fields[name] = _field(name, hints[name], parameter.default, f"{plain.__name__}.{name}")
    title = "".join(part.title() for part in plain.__name__.split("_"))
    fields["__doc__"] = _first(plain.__doc__)
    return Signature(action, type(title, (Arguments,), fields), asked)


def _first(doc: str | None) -> str:
    return inspect.cleandoc(doc or "").split("\n\n")[0]


def _field(name: str, hint: Any, default: Any, where: str) -> serializers.Field[Any, Any, Any, Any]:
    more: dict[str, Any] = {}
    if default is not inspect.Parameter.empty and default is not dataclasses.MISSING:
        more["required"] = False
    hint, optional = _bare(hint)
    if optional:
        more["allow_null"] = True
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _nested(hint)(**more)
    if (plain := _scalar(name, hint, more)) is not None:
        return plain
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in _LISTS:
        if origin is tuple and args[-1:] != (Ellipsis,):
            return _tuple(args, where, more)
        child = _field("_id" if name.endswith("ids") else "item", args[0], inspect.Parameter.empty, where)
        return serializers.ListField(child=child, max_length=LONG_LIST, **more)
    if origin in _MAPS:
        child = _field("value", args[1], inspect.Parameter.empty, where)
        return serializers.DictField(child=child, **more)
    raise NotForMachines(f"{where}: {hint!r}")


def _scalar(name: str, hint: Any, more: dict[str, Any]) -> serializers.Field[Any, Any, Any, Any] | None:
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


def _tuple(args: tuple[Any, ...], where: str, more: dict[str, Any]) -> serializers.Field[Any, Any, Any, Any]:
    """A pair of one type is a list of two; of several types it is none that JSON Schema 2020 and we agree on."""
    if len(set(args)) != 1:
        raise NotForMachines(f"{where}: {args!r}")
    child = _field("item", args[0], inspect.Parameter.empty, where)
    return serializers.ListField(child=child, min_length=len(args), max_length=len(args), **more)


@cache
def _nested(kind: type) -> type[Arguments]:
    hints = typing.get_type_hints(kind)
    fields: dict[str, Any] = {}
    for one in dataclasses.fields(kind):
        has = one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING
        fields[one.name] = _field(
            one.name, hints[one.name], None if has else dataclasses.MISSING, f"{kind.__name__}.{one.name}"
        )
    fields["__doc__"] = _first(kind.__doc__)
    return type(kind.__name__, (Arguments,), fields)


def _bare(hint: Any) -> tuple[Any, bool]:
    """The type without `| None`, and whether that was there."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [one for one in typing.get_args(hint) if one is not types.NoneType]
        if len(rest) == 1:
            return rest[0], True
    return hint, False


def _value(hint: Any, value: Any) -> Any:
    hint, _optional = _bare(hint)
    if value is None:
        return None
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = typing.get_type_hints(hint)
        return hint(**{name: _value(hints[name], one) for name, one in value.items()})
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in _LISTS:
        made = [_value(args[0], one) for one in value]
        return made if origin in (abc.Sequence, abc.Collection, abc.Iterable, list) else origin(made)
    if origin in _MAPS:
        return {_key(args[0], key): _value(args[1], one) for key, one in value.items()}
    return value


def _key(hint: Any, key: str) -> Any:
    if hint is not int:
        return key
    if key.isascii() and key.isdecimal() and len(key) <= 18:
        return int(key)
    raise serializers.ValidationError({key: [_("应当是数字编号。")]})
