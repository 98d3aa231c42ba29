"""The manifest: what a kind of connector is, asks for and can do, read from its `manifest.toml` as one value.

name, title, duties, quality ("bronze", "silver" or "gold"), proof
[settings.<name>]   title, required, secret, pattern, default
[limits.<operation>]   burst, per_second (tokens of the vendor's own bucket)
[capabilities]      the fields of recall.ports.Capabilities
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from recall.errors import InputRefused, NotFound
from recall.ports import Capabilities, ContactMode, Limit, OrderFilter, StopSaleLevel, TraceLevel

QUALITIES = ("bronze", "silver", "gold")
LONGEST_SETTING = 8_192
_TYPES: Mapping[str, Any] = {
    "order_filter": OrderFilter,
    "trace_level": TraceLevel,
    "stop_sale_level": StopSaleLevel,
    "contact_modes": lambda modes: tuple(map(ContactMode, modes)),
    "classes": tuple,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that a kind must be told to reach a party's system."""

    name: str
    title: str
    required: bool = False
    secret: bool = False
    """Kept sealed, and never shown again."""
    pattern: str = ""
    """What the whole of it must match; empty: anything that is printable."""
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What one kind of connector says of itself."""

    name: str
    title: str
    duties: tuple[str, ...]
    quality: str
    proof: str
    """What stands behind the quality: a real server, a vendor's specification, fixtures."""
    settings: Mapping[str, Setting]
    limits: Mapping[str, Limit]
    capabilities: Capabilities

    def checked(
        self, *, settings: Mapping[str, str], given: Mapping[str, str], kept: Collection[str] = ()
    ) -> dict[str, str]:
        """The settings with defaults filled in, when nothing is wrong, unknown or missing.

        `given` are secrets that come now, `kept` the names of those that are known already. Raises
        InputRefused, which never repeats a secret.
        """
        for name, value in {**settings, **given}.items():
            setting = self.settings.get(name)
            if setting is None or setting.secret != (name in given):
                raise _unknown(self, name, secret=name in given)
            _check(setting, value, kind=self.name)
        full = {setting.name: setting.default for setting in self.settings.values() if setting.default}
        full |= settings
        there = {*full, *given, *kept}
        missing = [s.name for s in self.settings.values() if s.required and s.name not in there]
        if missing:
            raise InputRefused(
                f"The connector {self.name!r} needs more", value=missing[0], got="nothing",
                expected=", ".join(f"{name} ({self.settings[name].title})" for name in missing),
            )  # fmt: skip
        return full


def _unknown(manifest: Manifest, name: str, *, secret: bool) -> InputRefused:
    kind = "secret" if secret else "setting"
    fit = sorted(setting.name for setting in manifest.settings.values() if setting.secret == secret)
    expected = f"one of {', '.join(fit)}" if fit else f"no {kind}"
    advice = "Give it as a --secret." if not secret and name in manifest.settings else None
    message = f"The connector {manifest.name!r} has no {kind} {name!r}"
    return InputRefused(message, value=name, expected=expected, got=name, advice=advice)


def _check(setting: Setting, value: str, *, kind: str) -> None:
    fits = re.fullmatch(setting.pattern, value) if setting.pattern else value.isprintable() or setting.secret
    if not value or len(value) > LONGEST_SETTING or not fits:
        raise InputRefused(
            f"The connector {kind!r} cannot take this {setting.name} ({setting.title})",
            value=None if setting.secret else value[:120], got="another form",
            expected=f"a text that matches {setting.pattern}" if setting.pattern else "a text",
        )  # fmt: skip


@cache
def manifest_in(package: str) -> Manifest:
    """The manifest of the kind that stands in a package. Raises NotFound, InputRefused for a wrong one."""
    try:
        text = (files(package) / "manifest.toml").read_text("utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        raise NotFound(f"The package {package!r} has no manifest.toml", value=package) from None
    try:
        return _read(tomllib.loads(text))
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise InputRefused(
            f"The manifest of {package!r} is wrong: {type(error).__name__} {error}", value=package
        ) from None


def capabilities_of(document: Mapping[str, Any]) -> Capabilities:
    """The table [capabilities]; what it leaves out is not there. Raises ValueError, TypeError."""
    unknown = document.keys() - {field.name for field in fields(Capabilities)}
    if unknown:
        raise ValueError(f"no capability is called {sorted(unknown)[0]!r}")
    return Capabilities(**{name: _TYPES.get(name, _same)(value) for name, value in document.items()})


def _same(value: Any) -> Any:
    return value


def _read(document: Mapping[str, Any]) -> Manifest:
    quality = document.get("quality", "bronze")
    if quality not in QUALITIES:
        raise ValueError(f"no quality is called {quality!r}")
    settings = {n: Setting(name=n, **table) for n, table in document.get("settings", {}).items()}
    for setting in settings.values():
        re.compile(setting.pattern)
    limits = {
        name: Limit(burst=float(table["burst"]), per_second=float(table["per_second"]))
        for name, table in document.get("limits", {}).items()
    }
    return Manifest(
        name=document["name"], title=document["title"], duties=tuple(document.get("duties", ())),
        quality=quality, proof=document.get("proof", ""), settings=MappingProxyType(settings),
        limits=MappingProxyType(limits), capabilities=capabilities_of(document.get("capabilities", {})),
    )  # fmt: skip
