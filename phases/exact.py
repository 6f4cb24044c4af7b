"""Vague claims made exact where the repository proves them: "tests need Redis" and the file that starts it.

Only what is certain: a file that starts services for tests has one that the claim can mean, and it listens on one port.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..language.manifests import Service

_CLAIM = re.compile(
    r"^(?:(?i:the|all|our)\s+)?(?:(?!(?i:no|some|not|few|most|many|if|when|do)\b)[\w/-]+\s+){0,2}(?i:tests?)\s+"
    r"(?:needs?|requires?|expects?|wants?|depends? on|rel(?:y|ies) on)\s+"
    r"(?P<what>(?:(?:a|an|the|some|another|external)\s+)*(?:(?:running|local|real|live)\s+)?(?P<name>[A-Za-z][\w-]*))"
    r"(?P<rest>(?:\s+(?:service|server|instance|container|database|cache|broker))?"
    r"(?:\s+(?:to be )?(?:running|up|started|available))?)\s*[.!]?$"
)
_UNNAMED = re.compile(r"\b(?:some|a|an|another|external)\b", re.IGNORECASE)
#: a file of that name starts what tests need
_FOR_TESTS = re.compile(r"(?:^|[/._-])(?:tests?|testing|ci|e2e|integration)(?=[/._-])")
_DATABASES = frozenset({"postgres", "mysql", "mariadb", "mongo", "mssql", "cockroach", "clickhouse-server"})
_SPELT = {"postgresql": "postgres", "mongodb": "mongo", "elastic": "elasticsearch"}
_SORTS = frozenset({"service", "server", "container", "backend"})


def made_exact(text: str, services: Sequence[Service]) -> tuple[str, Service] | None:
    """Given a claim and the services that compose files start, return it with port and file, and the service.

    None where it is no such claim, says a port itself, or could mean none of them or several.
    """
    match = _CLAIM.match(text)
    if match is None or re.search(r"\d", match["what"] + match["rest"]):
        return None
    meant = _meant(match, [service for service in services if _FOR_TESTS.search(service.file)])
    if len(meant) != 1:
        return None
    service = meant[0]
    unnamed = match["name"].lower() in _SORTS or match["name"].lower() == "database"
    name = service.names[-1].capitalize() if unnamed else match["what"]
    rest = "" if unnamed else match["rest"]
    return f"{text[: match.start('what')]}{name}{rest} on {service.port}: {service.file}", service


def _meant(match: re.Match[str], services: list[Service]) -> list[Service]:
    name = match["name"].lower()
    if name in _SORTS and _UNNAMED.search(match["what"]):
        return services
    if name == "database" and _UNNAMED.search(match["what"]):
        return [service for service in services if _DATABASES & set(service.names)]
    return [service for service in services if _SPELT.get(name, name) in service.names]
