"""Words of the frame around a value: what has one at a time, and what has several.

General English of work and of everyday life; verbs and nouns by stem. No project's names are here.
"""

from __future__ import annotations

import re

from .reading import canonical


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _stems(words: str) -> frozenset[str]:
    return frozenset(canonical(word) for word in words.split())


#: what one does to several, or has several of
SEVERAL = _stems(
    """
    accept add approve assign attend bake beat block break bring buy call cite close commit connect contain cook
    copy cover crash delete deny depend describe draw drink eat emit explain export fail fix get grow handle have
    hear help ignore import include invite join know like list log lose love make match meet mention merge move need
    notify offer order parse pass plant play print provide pull push quote read reject remove rename render report
    require return review score see sell send share show skip speak study support talk teach test throw try use
    validate visit watch win write
    """
)
#: of such a thing there is one
ATTRIBUTES = _stems(
    """
    address age alias anthem author average backend birthplace blood boss bucket budget capital captain chairperson
    chief citizenship coach codename color colour cost currency deadline default director email employer encoding
    engine father favorite favourite fee format founder framework genre head headquarters height hobby host hostname
    husband id image indentation interval label landlord language level library licence license limit major manager
    maximum mayor minimum mode mother name nationality nickname owner package passphrase password pattern phone pin
    port position predecessor president price profession protocol queue quota rating record region religion rent
    retention salary schedule score size slug sponsor sport subject successor supplier target teacher timeout tool
    total type username version weight wife
    """
)
#: so much of something there is, always
AMOUNTS = _stems("allow charge cost earn expire hold keep limit need pay require reserve retain wait weigh")
#: and such a verb takes one version of a product
RUNS = _stems("be is are pin require run target use")
SUPERLATIVE = re.compile(r"^(?:only|sole|main|primary|default|current|(?!test|request|latest)[a-z]{2,}est|best|worst)$")
PREPOSITIONS = frozenset(
    [
        "after",
        "as",
        "at",
        "before",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "over",
        "per",
        "through",
        "to",
        "under",
        "until",
        "via",
        "with",
        "within",
    ]
)
BE = _words("am are be been being is was were")
INDEFINITE = frozenset(["a", "an", "another", "any", "both", "each", "every", "many", "most", "one", "several", "some"])
OURS = _words("her his my our their your")
