"""Headings that people use for the everyday matters of software work, and words that make no heading.

General trade vocabulary: what is particular to a project comes from its own memories.
"""

from __future__ import annotations

from ..curators.rules.relating.reading import canonical
from ..curators.rules.vocabulary import FUNCTION_WORDS, LIGHT

_EVERYDAY = {
    "testing": "test tests fixture mock assertion assert coverage pytest jest unittest flaky e2e testing stub",
    "git": "git commit branch rebase merge push stash worktree checkout upstream remote",
    "reviews": "review reviewer pr approve approval",
    "ci": "ci pipeline workflow runner job",
    "builds": "build compile compiler makefile bundle linker binary",
    "dependencies": "dependency package lockfile npm pnpm pip install vendor upgrade",
    "releases": "release changelog tag publish semver",
    "deployment": "deploy deployment staging production rollback kubernetes docker container rollout freeze",
    "documentation": "documentation readme comment docstring tutorial",
    "style": "lint linter formatter style indentation",
    "configuration": "configuration setting environment option",
    "security": "secret password credential permission auth redact encryption vulnerability",
    "errors": "error exception logging warning panic traceback stacktrace",
    "performance": "slow latency cache performance benchmark throughput profile",
    "database": "database sql schema migration query transaction postgres sqlite table",
    "api": "api endpoint request response http header webhook payload",
    "command-line": "cli command argument terminal shell prompt stdout stderr",
    "interface": "ui button page css component screen dialog layout",
    "dates": "timezone utc clock timestamp date",
}

_NO_TOPIC = """
able accept access across act action actual add additional address affect after again against agent ago agree ahead
allow almost already although always answer anyway apparent appear apply approach argument around ask assume attach
attempt automatic available avoid aware away back bad base because become before behave behavior behaviour behind
believe below beside between big bit block body both bother break bring broken bug call callee caller cannot care
carry catch certain chance change check choose class clean clear close code come common compare complete concern
condition confirm confuse connect consider consist contain content context continue contrast control convert copy
correct count couple cover create current custom day decide decision declare deep default define definition delete
depend describe design detail detect determine different direct directly directory discard discuss distinct do double
down drop due during each early easy edit effect effort either element else empty enable end enough entire entry equal
escape especially even event ever everything exact example except exist exit expect explain explicit expose extend
extra fact fail failure fall false far fast feel few field figure file fill filter final find fine finish first fit
fix flow follow force forget form former forward found free fresh full function further future gain general given go
goal good great group grow guard guess half hand handle happen hard have head hear help here hide high hit hold hour
however idea identical ignore immediate implement important improve include inside instance instead instruction intend
internal introduce invoke issue item itself join keep kind know lack large last late later latest lead learn leave
left length less let level like likely limit line link list little live load local locate logic long look lose lot low
main maintain major manage manual many map mark match matter maybe mean message method middle might mind minor minute
miss mistake mode month more most move multiple must name near necessary need never new next nice node normal not note
notice now null number object obvious occur off offer ok old once one open operate operation opposite order original
other otherwise outside own pair parameter part particular pass past path people perform perhaps period person pick
piece place plain plan point possible potential practice prefer prepare present preserve prevent previous print prior
probably problem proceed process produce program project proper propose prove provide pull purpose put quality
question quick quiet quite raise range rare rather read ready real really reason receive recent recommend record
reduce refer reflect regular reject relate relevant rely remain remember remove rename repeat replace report represent
require reset resolve respect rest restore result return reuse rewrite right root round rule run safe same save say
scope second section see seem select self send sense separate sequence serve set several share short should show side
sign significant silent similar simple simply since single site situation size skip small solution solve some
something sort source special specific split stage stand standard start state statement stay step stick still stop
store straight string strip strong structure subject succeed success such suggest suit support suppose sure surface
surprise switch system take target task tell term text then thing think through throw tie time today together tomorrow
too tool top total touch track treat trigger true trust try turn twice two type typical under understand unexpected
unique unless unlike until unused update upon use useful user usual valid value various verify view visible wait want
warn way week well whatever whenever whether while whole wide will wish within without word work world worry worth
would wrap write wrong year yes yesterday yet zero
anybody anyone anything auto everybody everyone everything nobody nothing somebody someone
"""

NO_TOPIC = frozenset(canonical(word) for word in _NO_TOPIC.split()) | LIGHT | FUNCTION_WORDS

#: everyday heading by stem
EVERYDAY = {canonical(word): topic for topic, words in _EVERYDAY.items() for word in words.split()}
