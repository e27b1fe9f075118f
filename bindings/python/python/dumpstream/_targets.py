"""What names a server: URLs in two spellings, and mappings. Passwords leave the URL here, and go beside it."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping, Optional, Tuple, Union
from urllib.parse import parse_qsl, quote, unquote

from .errors import UsageError

# What a mapping may call the parts of an address.
_KEYS = {
    "host": "host",
    "hostname": "host",
    "user": "user",
    "username": "user",
    "password": "password",
    "passwd": "password",
    "port": "port",
    "database": "database",
    "db": "database",
    "dbname": "database",
    "socket": "socket",
    "unix_socket": "socket",
    "ssl_mode": "ssl-mode",
    "ssl_ca": "ssl-ca",
    "charset": "charset",
}

# What secrets of RDS hold besides. It says nothing that isn't known.
_OF_RDS = {"engine", "dbInstanceIdentifier", "dbClusterIdentifier", "masterarn"}

# Parameters that SQLAlchemy's drivers have, and what they are here.
_PARAMETERS = {"unix_socket": "socket", "socket": "socket", "ssl_ca": "ssl-ca", "ssl-ca": "ssl-ca"}
_PARAMETERS.update({"ssl_mode": "ssl-mode", "ssl-mode": "ssl-mode", "charset": "charset"})


def target(value: Any) -> Tuple[str, Optional[str]]:
    """A target in the words of the command line, and the password apart from it."""
    if isinstance(value, Mapping):
        return _of_mapping(value)
    if hasattr(value, "render_as_string"):  # sqlalchemy.engine.URL
        value = value.render_as_string(hide_password=False)
        return _of_url(value)
    if not isinstance(value, str):
        raise TypeError(f"a target is a str, a mapping or an SQLAlchemy URL, not {type(value).__name__}")
    url, password = _of_url(value)
    if password == "***":
        raise UsageError(
            "the target's password is ***, which SQLAlchemy writes in place of one",
            hint="pass the URL object itself, or url.render_as_string(hide_password=False)",
        )
    return url, password


def _of_mapping(given: "Mapping[Any, Any]") -> Tuple[str, Optional[str]]:
    parts: Dict[str, Any] = {}
    for key, value in given.items():
        if key in _OF_RDS or value is None:
            continue
        part = _KEYS.get(key)
        if part is None:
            raise UsageError(
                f"the target has an unknown key {key!r}", hint="known: " + ", ".join(_KEYS)
            )
        if part in parts:
            raise UsageError(f"the target has its {part} twice, once as {key!r}")
        parts[part] = value
    password = parts.pop("password", None)
    if password is not None and not isinstance(password, str):
        raise TypeError(f"the target's password is a str, not {type(password).__name__}")
    user, host, port = parts.pop("user", None), parts.pop("host", None), parts.pop("port", None)
    database = parts.pop("database", None)
    url = "mysql://"
    if user is not None:
        url += _quoted(user) + "@"
    if host is not None:
        url += f"[{host}]" if ":" in str(host) else _quoted(host)
    if port is not None:
        url += f":{port}"
    url += "/" + ("" if database is None else _quoted(database))
    return url + _query(list(parts.items())), password


def _of_url(url: str) -> Tuple[str, Optional[str]]:
    scheme, found, rest = url.partition("://")
    kind, plus, _driver = scheme.lower().partition("+")
    if not found or kind not in ("mysql", "mariadb"):
        return url, None
    address, asks, query = rest.partition("?")
    authority, slash, path = address.partition("/")
    # An @ behind the host: part of a password that wasn't encoded. The library says so, without showing it.
    if "@" in path or "@" in query:
        return "mysql://" + rest, None
    if plus:
        try:
            pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
        except ValueError:
            raise UsageError("the target's URL has parameters that can't be read") from None
        query = _query(pairs)[1:]
    else:
        # SQLAlchemy's spelling (and Airflow's), or the library's own, which decides about values.
        query = "&".join(_respelled(part) for part in query.split("&") if not _is_charset(part))
    asks = "?" if query else ""
    login, at, host = authority.rpartition("@")
    user, colon, password = login.partition(":")
    return f"mysql://{user}{at}{host}{slash}{path}{asks}{query}", (unquote(password) or None) if colon else None


def _respelled(parameter: str) -> str:
    key, equals, value = parameter.partition("=")
    return _PARAMETERS.get(key, key) + equals + value


def _is_charset(parameter: str) -> bool:
    """Whether it only says what everything is in anyway."""
    key, _, value = parameter.partition("=")
    if key != "charset":
        return False
    _only_utf8(unquote(value))
    return True


def _only_utf8(charset: Any) -> None:
    if charset not in ("utf8mb4", "utf8"):
        raise UsageError(
            f"the target's charset {charset!r} means nothing here: the dump says what it is written in",
            hint="leave it out; default_character_set= is for dumps that don't say",
        )


def _query(pairs: "List[Tuple[str, Any]]") -> str:
    """The parameters as the library spells them."""
    parts = []
    for key, value in pairs:
        name = _PARAMETERS.get(key)
        if name is None:
            raise UsageError(
                f"the target has an unknown parameter {key!r}", hint="known: " + ", ".join(sorted(set(_PARAMETERS)))
            )
        if name == "charset":
            _only_utf8(value)
            continue
        parts.append(f"{quote(name)}={quote(os.fsdecode(value), safe='/')}")
    return "?" + "&".join(parts) if parts else ""


def _quoted(part: Union[str, "os.PathLike[str]"]) -> str:
    return quote(str(part), safe="")
