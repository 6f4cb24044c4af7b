"""Secrets that are given to a command or a call: an option's argument, what is piped in, an argument of a login.

What stands there is a secret only for certain commands and calls, so a value must not look like a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..patterns import compiled
from .values import is_password, is_placeholder, is_reference
from .view import Secret, View
from .words import is_drawn

_ARGUMENT = (
    r"(?:\\{0,4}\"(?P<double>[^\"\\\n]{4,400})\\{0,4}\"|'(?P<single>[^'\n]{4,400})'"
    r"|(?P<bare>[^\s\"'`;|&<>()\\-][^\s\"'`;|&<>()\\]{3,400}))"
)
_OPTION = (
    r" (?:--?(?P<option>[pPwkaAXtbuNU]|(?:[a-z]{1,20}-){0,2}pwd|pw|pass|auth|user|proxy-user|creds|value|body|data|"
    r"secret-string|login)"
    rf"(?:[ =]\s{{0,3}}|(?<=-[pu]))){_ARGUMENT}"
)
_USER = r"[\w.@+\\/-]{1,60}[:%,](?=.{4})"


#: shortest value that counts as drawn at random
_DRAWN_LEAST = 10


class Command(NamedTuple):
    """Commands, the options that are given a secret, and whether it follows a user's name there."""

    names: str
    options: frozenset[str]
    pair: bool


def _command(names: str, options: str, *, pair: bool = False) -> Command:
    return Command(rf"(?<![\w-])(?:{names})(?:\.exe|\.jar)?(?![\w-])[^\n;|&]*\Z", frozenset(options.split()), pair)


_COMMANDS = (
    _command(
        r"mysql\w*|mariadb\w*|mongo\w*|cqlsh|sqlcmd|bcp|ldap\w+|ipmitool|zip|unzip|7za?|psexec|snmp\w+|xfreerdp|plink|"
        r"mosquitto_\w+|kinit|\w+ login|redis-cli|valkey-cli|influx|rclone|keytool|clickhouse-client|vsql|isql|tsql",
        "p P w a A X pw pass",
    ),
    _command("openssl|ssh-keygen", "k N P"),
    _command("oathtool", "b"),
    _command("codecov|influx|cachix|snyk|wandb|doppler|k3s|nats|coveralls", "t k p"),
    _command(
        r"curl|https?|wget|etcdctl|smbclient|lftp|jenkins-cli|java|nats|rabbitmqadmin|ab|hey|siege|ncftp\w*",
        "u U a auth user proxy-user creds",
        pair=True,
    ),
    # a name that says secret stands in the command, its value follows
    _command(r"[\w./:-]*(?i:secret|token|passw|key|cred|parameter)[\w./:-]*", "value body b data secret-string"),
)

_HERE = rf"<<<\s?{_ARGUMENT}"
_TOLD = r"(?i:secret|token|pass|login|key|kinit|pbcopy|clip|auth|vault)[^\n;|]*\Z"
# What takes a secret from a pipe, and what puts it in.
_PIPE = (
    r"\|\s{0,3}(?:sudo )?(?:(?<=sudo )\S{0,20} ?-S|(?:docker|podman|gh|glab|gcloud|kubectl|wrangler|npm|chpasswd|"
    r"passwd|vault|op|az|aws|helm|heroku|flyctl|fly|doppler|vercel|netlify|twine|skopeo|crane|buildah|kinit|pass|gopass|"
    r"bw)\b[^\n|]{0,160}?(?:-stdin|secrets?\b|login|with-token|insert|data-file|(?<=chpasswd)|(?<=passwd)|(?<=kinit)))"
)
_PIPED = rf"(?:echo|printf)(?:\s-[neE]{{1,3}})?\s{{1,3}}(?:[\"']%s[\"']\s)?{_ARGUMENT}\s{{0,3}}\Z"
#: how far back the command or what is piped begins
_BACK = 240

# Calls that authenticate, sign or encrypt; a secret is among their arguments.
_CALLED = (
    "login Login authenticate Authenticate signIn sign_in Auth AUTH Credential Credentials getConnection mysqli PDO "
    "superuser create_user createUser basic_auth basicAuth jwt.sign jwt.encode jwt.verify jwt.decode hmac.new "
    "createHmac Fernet Realtime set_auth userpass UserPass createCipheriv SecretKeySpec"
)
_CALL = (
    r"\((?<=[a-zDT][a-zHOT]\()(?:"
    + "|".join(rf"(?<={re.escape(name)}\()" for name in _CALLED.split())
    + r")(?P<arguments>[^()\n]{6,300})"
)
_STRING = r"\\{0,4}\"([^\"\\\n]{6,200})\\{0,4}\"|'([^'\\\n]{6,200})'"


def commanded(view: View) -> Iterator[Secret]:
    """Given texts, return the secrets that are given to commands and calls."""
    flat = view.flat
    for match in compiled(_OPTION).finditer(flat) if " -" in flat else ():
        yield from _optional(view, match)
    for place in view.places.get("<", ()):
        here = compiled(_HERE).match(flat, place, view.end_of(place))
        if here and view.before(place, _TOLD, _BACK):
            yield from _value(here, certain=True)
    for match in compiled(_PIPE).finditer(flat) if "|" in flat else ():
        piped = view.before(match.start(), _PIPED, _BACK)
        if piped:
            yield from _value(piped, certain=True)
    for match in compiled(_CALL).finditer(flat) if "(" in flat else ():
        for string in compiled(_STRING).finditer(flat, *match.span("arguments")):
            if _is_strong(string[string.lastindex or 0], certain=False):
                yield Secret(*string.span(string.lastindex or 0), "password")


def _optional(view: View, match: re.Match[str]) -> Iterator[Secret]:
    if match["option"].endswith("pwd"):
        yield from _value(match, certain=True)
    for command in _COMMANDS:
        if match["option"] in command.options and view.before(match.start(), command.names, _BACK):
            yield from _value(match, certain=True, pair=command.pair)
            return


def _value(match: re.Match[str], *, certain: bool, pair: bool = False) -> Iterator[Secret]:
    group = next(name for name in ("double", "single", "bare") if match[name] is not None)
    start, end = match.span(group)
    user = compiled(_USER).match(match[group]) if pair else None
    if pair:
        if not user:
            return
        start += user.end()
    if _is_strong(match.string[start:end], certain=certain):
        yield Secret(start, end, "password")


def _is_strong(value: str, *, certain: bool) -> bool:
    return (
        not (value.isalpha() and value.islower())
        and (is_password(value, certain=certain) or is_drawn(value, _DRAWN_LEAST))
        and not is_reference(value)
        and not is_placeholder(value)
    )
