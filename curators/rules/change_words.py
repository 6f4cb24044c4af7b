"""Verbs by what a new object of theirs does to the old one, and other words of statements that change.

General English of work and of everyday life, by stem. What may have several objects at once ("supports", "knows",
"reviews", "calls") is in none of these groups on purpose.
"""

from __future__ import annotations

from .reading import canonical


def _stems(words: str) -> frozenset[str]:
    return frozenset(canonical(word) for word in words.split())


#: what follows such a verb is what is put somewhere, and other things may be put there too
FILLS = _stems("store stores keep keeps put save saves log logs publish publishes upload uploads send sends write writes document track tracks deploy deploys")
#: they are no part of what is compared
DETERMINERS = frozenset("a an the our their".split())
#: such a verb has one object at a time where somebody says "now"
EXCLUSIVE = _stems(
    "use uses using run runs prefer prefers live lives work works deploy deploys store stores stored write writes written "
    "build built handle handled manage managed host hosted send sends upload uploaded listen listens drive drives learn "
    "learning read reading take takes wake keep keeps put track tracks track call called name named own save saved log "
    "logged publish published play plays study studies teach teaches train trains sleep sleeps lead leads base based "
    "rent rents attend attends wear wears smoke date dates report reports document documented maintain maintained do done"
)
#: such a verb says how a thing is
STATES = _stems(
    "is are am be has have holds hold keeps expire expires allow allows start starts end ends last lasts cost costs need "
    "needs require requires limit limited contain contains go goes take takes wait waits retry default defaults set points "
    "accept accepts plan planned schedule scheduled due run runs meet meets leave leaves arrive open opens close closes "
    "stands sits weigh weighs earn earns pay pays remain remains stay stays consist uses use"
)
#: where such a thing is done, it is done nowhere else
PLACED = _stems(
    "live lives work works store stored host hosted is are am be run runs keep kept write written manage managed locate "
    "located base based track tracks document documented log logged publish published upload deploy deployed put save study "
    "sit sits handle handled build built stay stays go goes"
)
#: such a time has one value
WHEN = _stems("is are start starts end ends expire expires due plan planned schedule scheduled take takes meet meets go wake close closes open opens")
#: one does this alone
LEADS = _stems("lead leads head heads chair chairs maintain maintains own owns manage manages run runs write writes coordinate handle handles moderate")
#: which verbs of the older statement a change answers
CHANGES = {
    "place": _stems("deploy live lives is are am be host hosted locate located store stored keep kept reside base based put sit"),
    "use": _stems("use uses run runs deploy deploys handle base manage study learn play drive prefer host is are be"),
    "made": _stems("written write built build implemented is are"),
    "version": _stems("is are be use uses run runs has have set"),
    "amount": _stems("is are be has have hold allow last take cost keep run default set need"),
    "time": _stems("is are be plan planned schedule scheduled due start take end"),
    "any": _stems("is are be default set call name"),
    "back": _stems("use uses run store stores stored keep host live work deploy build built write written"),
    "who": _stems("is are be lead leads head chair maintain own manage run coordinate handle"),
}
#: in what a thing is made, not what it makes
MADE = frozenset({"written", "built", "implemented", "coded"})
#: of such words one is the state at a time
ALTERNATIVES = tuple(
    frozenset(group.split())
    for group in (
        "enabled disabled on off",
        "vegetarian vegan pescatarian omnivore",
        "single married engaged divorced widowed",
        "open closed merged draft rejected",
        "public private internal",
        "optional mandatory required",
        "manual automatic",
        "tabs spaces",
        "black white red blue green yellow orange purple pink brown grey gray silver",
    )
)
#: after such a word a number says where one stands
POSITIONS = _stems("page level floor version port chapter stage")
#: what follows "for" is the one aim
PURPOSES = _stems("train training study studying prepare preparing save saving")
#: of such a thing an everyday word may be the value
ATTRIBUTES = _stems(
    "status state colour level mode format type theme language encoding strategy protocol license engine backend provider "
    "style sport religion instrument genre profession occupation favourite mascot animal hobby drink food dish default "
    "convention name"
)
#: words for units by what they measure
UNITS = {
    canonical(word): of
    for of, words in {
        "time": "ms s sec secs second seconds min mins minute minutes h hr hrs hour hours day days week weeks month months year years",
        "size": "b kb mb gb tb kib mib gib byte bytes kilobyte megabyte megabytes gigabyte gigabytes",
        "share": "% percent",
        "often": "times once twice",
        "way": "km m cm mm mile miles meter meters kilometres kilometers metres",
        "weight": "kg g lb lbs pounds kilo kilos",
    }.items()
    for word in words.split()
}
