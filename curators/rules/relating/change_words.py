"""Verbs by what a new object of theirs does to the old one, and other words of statements that change.

General English of work and of everyday life, by stem. What may have several objects at once ("supports", "knows",
"reviews", "calls") is in none of these groups, on purpose.
"""

from __future__ import annotations

from .reading import canonical


def _stems(words: str) -> frozenset[str]:
    return frozenset(canonical(word) for word in words.split())


#: they are no part of what is compared
DETERMINERS = frozenset({"a", "an", "the", "our", "their"})
_PREPOSITIONS = "until to in on at with by through via as into from than after every per least most"
PREPOSITIONS = frozenset(_PREPOSITIONS.split())
COPULAS = frozenset({"is", "are", "am", "be"})
#: most words of a value
VALUE_WORDS = 4

#: the object of such a verb gives way to another where somebody says "now"
REPLACING = _stems("use using run prefer drive learn learning read reading rent wear date call called named")
#: what follows such a verb is put or looked after somewhere: another may be there too, but where that is, is one place
FILLING = _stems(
    "store stored keep kept put save saved log logged publish published upload uploaded send sent write written "
    "document documented track tracked deploy deployed handle handled manage managed maintain maintained build "
    "built report teach own owned lead led play study attend work live host hosted listen base based train sleep "
    "do done take wake"
)
ACTING = REPLACING | FILLING
#: such a verb says how a thing is, and with a number how much
STATES = _stems(
    "is are am be has have hold keep expire allow start end last cost need require limit limited contain go take "
    "wait retry default set point accept plan planned schedule scheduled due run meet leave arrive open close "
    "stand sit weigh earn pay remain stay consist use ship own goes"
)
#: where such a thing is done, it is done nowhere else
PLACED = _stems(
    "live work store stored host hosted is are am be run keep kept write written manage managed locate located "
    "base based track document documented log logged publish published upload uploaded deploy deployed put save "
    "saved study sit handle handled build built stay go goes"
)
#: such a time has one value, and what else is said of the time of a thing may be true of several
WHEN = _stems("ship is are start end expire due plan planned schedule scheduled take")
#: and such a time of day
DAILY = _stems("wake go goes meet open close leave arrive get")
#: a thing may run on several of these
PLATFORMS = frozenset(
    {"linux", "windows", "macos", "ios", "android", "freebsd", "debian", "ubuntu", "fedora", "arm", "x86"}
)
#: with whom one does this, one may do it with others too
TOGETHER = _stems("work play read study learn run meet")
#: one does this alone
LEADS = _stems(
    "lead leads head heads chair chairs maintain maintains own owns manage manages run runs write writes "
    "coordinate handle handles moderate"
)
#: which verbs of the older statement a change answers
CHANGES = {
    "place": _stems("deploy live is are am be host hosted locate located store stored keep kept base based put sit"),
    "use": _stems("use run deploy handle base manage study learn play drive prefer host is are be"),
    "made": _stems("written write built build implemented is are"),
    "version": _stems("is are be use run has have set"),
    "amount": _stems("is are be has have hold allow last take cost keep run default set need"),
    "time": _stems("is are be plan planned schedule scheduled due start take end"),
    "any": _stems("is are be default set call name"),
    "job": _stems("work works"),
    "back": _stems("use run store stored keep host live work deploy build built write written"),
    "who": _stems("is are be lead leads head chair maintain own manage run coordinate handle"),
}
#: to what somebody belongs so, they belong no more once they left it
BELONGING = _stems("member employee player student")
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
        "open shut",
        "full empty",
        "allowed forbidden",
        "allowed prohibited",
        "online offline",
        "synchronous asynchronous",
        "sequential parallel",
        "ascending descending",
        "mutable immutable",
        "signed unsigned",
        "sorted unsorted",
        "eager lazy",
        "static dynamic",
        "strict lenient",
        "stateful stateless",
        "inclusive exclusive",
        "left-handed right-handed",
        "male female",
        "faster slower",
        "higher lower",
        "larger smaller",
        "longer shorter",
        "older younger",
        "older newer",
        "north south east west",
        "accepts rejects",
        "accepts refuses",
        "includes excludes",
        "allows forbids",
        "likes dislikes",
        "public private internal",
        "optional mandatory required",
        "manual automatic",
        "tabs spaces",
        "black white red blue green yellow orange purple pink brown grey gray silver",
    )
)
#: after such a word a number says where one stands
POSITIONS = _stems("page level floor version port chapter stage")
#: what such a verb is "for" is the one aim
AIMS = _stems("train training study studying prepare preparing save saving")
#: of such a thing an everyday word may be the value
ATTRIBUTES = _stems(
    "status state colour level mode format type theme language encoding strategy protocol license engine backend "
    "provider style sport religion instrument genre profession occupation favourite mascot animal hobby drink "
    "food dish default convention name job role position title"
)
_MEASURED = {
    "time": (
        "ms s sec secs second seconds min mins minute minutes h hr hrs hour hours day days week weeks month months "
        "year years night nights"
    ),
    "size": "b kb mb gb tb kib mib gib byte bytes kilobyte megabyte megabytes gigabyte gigabytes",
    "share": "% percent",
    "often": "times once twice",
    "way": "km m cm mm mile miles meter meters kilometres kilometers metres",
    "weight": "kg g lb lbs pounds kilo kilos",
}
#: words for units by what they measure
UNITS = {canonical(word): of for of, words in _MEASURED.items() for word in words.split()}
