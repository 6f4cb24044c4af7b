"""Places where only a secret can stand, whatever it looks like: in a URL before the @, in a header, on a command line.

A row has a literal (in lower case) that must occur before the pattern is tried, the kind, and the pattern, whose group
1 is the secret. Repetitions are bounded, so that each pattern takes time linear in the text.
"""

from __future__ import annotations

import re

PLACES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "secret",
        "aws-secret",
        re.compile(
            r"(?i:aws_?-?secret_?-?(?:access_?-?)?key(?:_?id)?)[\"']?\s{0,3}[:=]\s{0,3}[\"']?([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/])"
        ),
    ),
    ("x-amz-", "aws-signature", re.compile(r"\b(?i:X-Amz-(?:Signature|Security-Token))=([A-Za-z0-9%+/=-]{40,2000})")),
    ("eyj", "jwt", re.compile(r"(?<![\w.-])(eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{0,2000})(?![\w-])")),
    (
        "eyj",  # encrypted: five parts
        "jwt",
        re.compile(r"(?<![\w.-])(eyJ[\w-]{8,4000}\.[\w-]{0,1000}\.[\w-]{8,100}\.[\w-]{8,8000}\.[\w-]{8,100})(?![\w-])"),
    ),
    (
        "://",
        "url-password",
        re.compile(r"\b[a-zA-Z][\w+.-]{1,30}://[^\s:/@\"'<>`]{0,100}:([^\s@/\"'<>`]{2,200})@[\w.\[\]-]"),
    ),
    ("://", "url-token", re.compile(r"\bhttps?://([A-Za-z0-9_-]{20,200})@[\w.-]")),
    (
        "authorization",
        "authorization",
        re.compile(
            r"(?i:authorization)[\"']?\s{0,3}[:=,]\s{0,3}[\"'`]?(?:(?i:bearer|basic|token|apikey|bot|digest|negotiate|splunk)\s{1,3})?"
            r"([A-Za-z0-9_.~+/=:-]{8,4000})"
        ),
    ),
    ("bearer ", "bearer-token", re.compile(r"\b(?i:bearer) ([A-Za-z0-9_.~+/-]{16,4000}={0,2})")),
    (
        "api-key",
        "api-key-header",
        re.compile(
            r"\b(?i:x-(?:[a-z]{1,20}-)?api-key|api-key|apikey)[\"']?\s{0,3}:\s{0,3}[\"'`]?([A-Za-z0-9_.~+/=-]{12,400})"
        ),
    ),
    (
        "-token",
        "token-header",
        re.compile(
            r"\b(?i:(?:x|private|job|deploy)-(?:[a-z]{1,20}-){0,2}token)[\"']?\s{0,3}:\s{0,3}[\"'`]?([A-Za-z0-9_.~+/=-]{12,400})"
        ),
    ),
    (
        "curl",
        "basic-auth",
        re.compile(r"\bcurl\b[^\n]{0,300}?\s(?:-u|--user)[ =]?[\"']?[\w.@+-]{1,80}:([^\s\"'@:/]{4,100})"),
    ),
    ("mysql", "password", re.compile(r"\bmysql(?:dump|admin)?\b[^\n|;]{0,200}?\s-p([^\s\"'-][^\s\"']{3,80})")),
    ("sshpass", "password", re.compile(r"\bsshpass\s{1,3}-p[ ]?[\"']?([^\s\"']{4,80})")),
    (
        "password",  # .netrc
        "password",
        re.compile(r"\bmachine\s{1,3}[\w.-]{1,100}\s{1,3}login\s{1,3}\S{1,80}\s{1,3}password\s{1,3}(\S{3,200})"),
    ),
    (
        "auth",  # of a container registry, of npm
        "registry-auth",
        re.compile(r"(?:\"auth\"\s{0,3}:\s{0,3}\"|:_auth(?:Token)?\s{0,3}=\s{0,3}\"?)([A-Za-z0-9+/=_-]{12,2000})"),
    ),
    ("key-data", "private-key", re.compile(r"\bclient-key-data:\s{0,3}\"?([A-Za-z0-9+/=]{60,8000})")),
    (
        "cookie",
        "cookie",
        re.compile(
            r"(?i:\b(?:set-)?cookie):[^\n]{0,300}?(?i:sess[a-z]{0,6}|sid|auth|token|jwt)[\w.-]{0,30}=([\w%.+/=-]{16,2000})"
        ),
    ),
)
