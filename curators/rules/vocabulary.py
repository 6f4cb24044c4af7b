"""Words that say little, and everyday words of software work that say the same.

General English and general trade vocabulary only: nothing here knows a project. Groups are small on purpose: two words
are one only where swapping them never changes what a rule or a finding says.
"""

from __future__ import annotations

from ...language.stems import stem

_FUNCTION = (
    "a an the this that these those it its they them their there here he she his her him i me my we us our you your "
    "one ones is are was were be been being am do does did has have had having will would can could may might shall "
    "to of in on at by for from with into onto upon over under about as per via and or nor than then too very and/or "
    "who whom whose what how why also just really quite rather some any such each every both either own same other "
    "i'm i've i'll we've we're we'll you're you've it's that's there's they're they've he's she's here's what's let's "
    "if when while because since so but not no again further once only inside within whenever"
)
FUNCTION_WORDS = frozenset(_FUNCTION.split())

#: they carry a statement along but a statement without them is still the same
_LIGHT = (
    "must should shall need needs require required ought always ensure sure make makes making use uses used using "
    "run runs running execute get gets getting keep keeps set sets let lets want wants please remember note important "
    "now currently already actually simply still even well like thing things way ways case cases work works go goes "
    "going come comes take takes give gives put puts do done doing try tries new good better best right correct "
    "properly explicitly clearly basically generally usually typically probably likely whole entire all "
    "project repo repository prefer preferred mean means happen happens cause causes up out "
    "located resides start started "
    "stored kept remain remains remained stay stays stayed obtain obtains occur occurs discussed receive receives "
    "begin via careful warning reminder btw fyi hint tip heads-up correctly however therefore"
)
LIGHT_WORDS = _LIGHT.split()

_GROUPS = (
    "remove delete erase drop",
    "directory folder dir",
    "configuration config configure",
    "documentation docs doc document",
    "environment env",
    "authentication auth authenticate",
    "database db",
    "function func method",
    "argument arg parameter param",
    "create generate produce",
    "build built construct",
    "write wrote written",
    "send sent",
    "keep kept",
    "choose chose chosen select pick",
    "find found",
    "run ran",
    "hold held",
    "lose lost loss",
    "check verify validate",
    "fail break broke broken crash",
    "repository repo",
    "specification spec",
    "dependency dep",
    "variable var",
    "fix repair resolve",
    "message msg",
    "password passwd",
    "temporary temp tmp",
    "production prod",
    "development dev",
    "application app",
    "asynchronous async",
    "synchronous sync",
    "concurrent parallel",
    "modify edit change alter",
    "start launch begin began begun",
    "stop halt abort",
    "show display shown showed",
    "mistake bug defect",
    "swallow ignore suppress",
    "colour color",
    "behaviour behavior",
    "terminate end finish",
    "split divide",
    "depend rely",
    "large big huge",
    "small tiny",
    "latest newest",
    "allow permit",
    "succeed pass",
    "fast quick",
    "throw raise thrown threw",
    "call invoke",
    "fetch retrieve",
    "trim strip",
    "exit quit",
    "forbid prohibit",
    "identical equal",
    "mandatory obligatory",
    "override overridden overrode",
    "give gave given",
    "see saw seen",
    "know knew known",
    "drive drove driven",
    "hide hid hidden",
    "catch caught",
    "bring brought",
    "pay paid",
    "spend spent",
    "grow grew grown",
    "draw drew drawn",
    "forget forgot forgotten",
    "rewrite rewrote rewritten",
    "rebuild rebuilt",
    "tell told",
    "buy bought",
    "take took taken",
    "go went gone",
    "come came",
    "get got gotten",
    "make made",
    "sell sold",
    "teach taught",
    "think thought",
    "win won",
    "meet met",
    "speak spoke spoken",
    "stand stood",
    "understand understood",
    "become became",
    "fall fell fallen",
    "fly flew flown",
    "eat ate eaten",
    "wear wore worn",
    "steal stole stolen",
    "sing sang sung",
    "swim swam swum",
    "drink drank drunk",
    "ride rode ridden",
    "freeze froze frozen",
    "shake shook shaken",
    "wake woke woken",
    "sleep slept",
    "sweep swept",
    "fight fought",
    "seek sought",
    "deal dealt",
    "lend lent",
    "bend bent",
    "hang hung",
    "dig dug",
    "swing swung",
    "feed fed",
    "arise arose arisen",
    "awake awoke",
    "strike struck",
    "blow blew blown",
    "undertake undertook undertaken",
    "withdraw withdrew withdrawn",
    "overcome overcame",
    "say said",
    "second sec",
    "minute min",
    "hour hr h",
    "megabyte mb",
    "gigabyte gb",
    "kilobyte kb",
    "millisecond ms",
)

_COUNTED = "two three four five six seven eight nine ten eleven twelve"
#: numbers as words, by their figures; "one" is mostly no number
NUMBERS = {word: str(value) for value, word in enumerate(_COUNTED.split(), start=2)}


def _canonical() -> dict[str, str]:
    found = {}
    for group in _GROUPS:
        first, *rest = (stem(word) for word in group.split())
        found.update(dict.fromkeys(rest, first))
    return found


#: a word that is the other with the opposite sign
_OPPOSITES = (
    ("disable", "enable"),
    ("exclude", "include"),
    ("deny", "allow"),
    ("deactivate", "activate"),
    ("hide", "show"),
    ("unavailable", "available"),
    ("unsafe", "safe"),
    ("unsupported", "supported"),
    ("invalid", "valid"),
    ("incompatible", "compatible"),
    ("impossible", "possible"),
    ("unstable", "stable"),
)
OPPOSITES = frozenset(stem(word) for word, _other in _OPPOSITES)
CANONICAL = _canonical()
CANONICAL |= {stem(word): CANONICAL.get(stem(other), stem(other)) for word, other in _OPPOSITES}

_SORTS = (
    "function method class struct type field flag option command script file folder directory path branch variable "
    "constant package module library table column endpoint tool helper setting argument parameter"
)
#: what a name can be: beside the name they add nothing
CATEGORIES = frozenset(CANONICAL.get(stem(word), stem(word)) for word in _SORTS.split())
#: stems of them that other words have too: an import is not important
_OTHERS = frozenset({"import"})
LIGHT = frozenset(CANONICAL.get(stem(word), stem(word)) for word in LIGHT_WORDS) - _OTHERS | frozenset(LIGHT_WORDS)
