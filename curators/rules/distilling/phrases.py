"""Phrases that speak for or against a statement, and headings above it: their names are signals (``weights``)."""

from __future__ import annotations

import re

_PATTERNS: dict[str, str] = {
    "reason": r"\b(?:because|since|so that|due to|otherwise|to avoid|in order to|that'?s why|as (?:it|they|this|"
    r"the)|therefore|hence|to (?:prevent|ensure|make sure))\b",
    "which": r"\b(?:which|meaning|so (?:the|it|that|we|you|they|a|any|existing|new))\b",
    "contrast": r"\b(?:instead of|rather than|instead|but|however|although|even though|whereas|while|despite|"
    r"in contrast|unlike|except|regardless)\b",
    "only": r"\b(?:only|just|solely|single|exclusively)\b",
    "universal": r"\b(?:all|every|each|any|both|always|never|whenever|everything|anywhere|everywhere)\b",
    "must": r"\b(?:must|should|needs? to|ha(?:s|ve) to|required?|requires|cannot|can't|ought|shouldn't|mustn't|"
    r"supposed to|expects?)\b",
    "negation": r"\b(?:not|n't|never|no|none|without|nor|neither)\b|n't\b",
    "cause": r"\b(?:root cause|the (?:actual |real |main |underlying )?(?:issue|problem|bug|culprit|reason|cause)|"
    r"caused by|turns out|misdiagnos\w+|the gap)\b",
    "failure": r"\b(?:fail(?:s|ed|ure)?|breaks?|broke|missing|drop(?:s|ped)?|silently|ignor(?:es|ed)|lost|loses?|"
    r"losing|wrong|incorrect\w*|stale|skip(?:s|ped)?|hang(?:s|ed)?|hung|panic\w*|crash\w*|dangerous|"
    r"leak\w*|duplicat\w+|orphan\w*|conflict\w*|compet\w+|doesn't|didn't|isn't|wasn't|aren't)\b",
    "behaves": r"(?:`|\)|\b[A-Za-z]+[A-Z_]\w+|\b(?i:it|that|which|hook|function|command|method|test|tool|server|"
    r"service|client|strategy|flag|option|handler|script|job|field|code|cli|api|library|linter|rule|"
    r"config|build|parser))`?\s+(?:\w+ly |only |also |always |never |already |just )?(?:returns|uses|"
    r"reads|writes|checks|calls|runs|stores|expects|requires|takes|falls|skips|treats|handles|creates|"
    r"deletes|sets|gets|looks|works|opens|sends|matches|rejects|allows|supports|ignores|loads|saves|keeps|"
    r"contains|provides|needs|has|is|are|does|doesn't|don't|isn't|can't|cannot|won't|tracks|generates|"
    r"makes|drives|resolves|includes|prints|shows|maps|lacks|only|never|always)\b",
    "condition": r"\b(?:when|if|unless|until|after|before|once|whenever|in case|as soon as|on each|on every|during)\b",
    "formerly": r"\b(?:was|were|had|did|previously|used to|formerly|originally|earlier|anymore|any more)\b",
    "by_now": r"\b(?:no longer|from now on|now|going forward|as of|any ?more|already|new behaviou?r)\b",
    "default": r"\b(?:by default|defaults?|fall(?:s)? ?back|fallback)\b",
    "switched": r"\b(?:enabled|disabled|turned (?:on|off)|opt(?:s|ed)?[- ](?:in|out))\b",
    "design": r"\b(?:source of truth|design(?:ed)?|intentional(?:ly)?|by design|on purpose|convention|pattern|"
    r"architecture|responsib\w+|invariant|contract|semantic\w*|backward\w* compatib\w*|trade-?off|"
    r"guarantee\w*)\b",
    "prefers": r"\b(?:prefer\w*|better|decid\w+|agreed|agree|chose\w*|go(?:ing)? with|let'?s|rejected|we want|i want|"
    r"i'?d like|would like|no need|don'?t need|we need|makes sense)\b",
    "abandons": r"\b(?:abandon\w*|revert\w*|gave up|dead end|roll(?:ed)? back|out of scope|follow[- ]?up|left (?:open|"
    r"as is)|not (?:yet |been )?(?:implemented|done|addressed|fixed|covered|supported|tested)|remain\w*|"
    r"still (?:open|missing|needs?|fails?)|todo|later|for now|deferred?|tried|attempt\w*|does(?:n't|"
    r" not) work|didn't work|not possible|unsupported)\b",
    "hedges": r"\b(?:might|may|maybe|perhaps|probably|possibly|likely|seems?|appears?|suspect|could|guess|i think|"
    r"not sure|potential(?:ly)?|presumably|would|assuming|assume|unclear)\b",
    "first_person": r"\bI(?:'\w+)?\b|\b(?:my|me)\b",
    "you": r"\b(?:you|your|yours)\b",
    "we": r"\b(?:we|our|us)\b",
    "status": r"\b(?:tests? pass|pass(?:es|ed|ing)?|lint|clean|0 issues|compiles?|successfully|works? (?:correctly|"
    r"now|fine|as expected)|working (?:now|correctly)|properly|correctly|verified|complete[d]?)\b",
    "counts": r"\b\d+ (?:tests?|files?|lines?|places?|locations?|commits?|issues?|fields?|functions?|commands?|"
    r"columns?|chars?|characters?|uses?|occurrences?|steps?|items?|times?)\b|\+\d+|-\d{2,}",
    "line_number": r"\blines? \d+|\.\w{1,5}:\d+\b|\bL\d+\b",
    "test_name": r"\b(?:Test[A-Z_]\w+|test_\w+|\w+_test\b|\w+(?:_test|\.test|\.spec)\.\w+|[Ii]t\(\")",
    "tests": r"\b(?:tests?|testing|coverage|assert\w*|mock\w*|fixture\w*|suite|ci)\b",
    "docs": r"\b(?:docs?|documentation|comments?|readme|section|diagram|docstring|description|wording)\b",
    "example": r"\b(?:e\.g\.|for example|like \"|such as|i\.e\.|for instance|example)\b",
    "sell": r"\b(?:clean(?:er|ly)|flexible|robust|comprehensive|consisten\w+|clear(?:er)?|better (?:visibility|"
    r"experience|ux)|maintainab\w+|best practice\w*|easy|easily|simpl(?:e|er|y)|elegant\w*|nice|great|"
    r"perfect\w*|straightforward|future-proof|smooth\w*|graceful\w*|benefits?|helpful)\b",
    "effort": r"\b(?:effort|priority|severity|medium|estimate\w*|complexity|phase|mvp|"
    r"recommend\w*|consider|suggest\w*|nice to have)\b",
    "pull_request": r"\b(?:prs?|pull requests?|commit message|commit(?:ted)? (?:this|the changes)|merge|branch|rebase|"
    r"review(?:er|s|ed)?)\b",
    "plan": r"\b(?:will|going to|plan|todo|next|implement\w*|proceed|proposal|propose[ds]?)\b",
    "command": r"`[a-z][\w.-]* [^`]{2,}`",
    "value": r"=\b|\b(?:set to|is set|equals?|port|version|timeout|limit|at least|at most|minimum|maximum)\b"
    r"|`(?:true|false|nil|null|none|\d+)`",
    "arrow": r"\u2192|->|=>",
    "security": r"\b(?:secur\w+|malicious|sensitive|secrets?|credential\w*|race condition|race|atomic\w*|concurren\w+|"
    r"deadlock|symlinks?|injection|permission\w*|token)\b",
    "scope": r"\b(?:environment|env var\w*|settings?|config\w*|hooks?|flags?|schema|migration|cache|database|build|"
    r"release|deploy\w*|production|staging|local(?:ly)?|interactive|subdirector\w+|working directory|"
    r"root)\b",
    "instance": r"\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,}\b|\b\d+(?:\.\d+)? ?(?:ms|s|mb|kb|%)\b|/(?:users|home|"
    r"tmp)/|https?://",
    "this": r"\b(?:this|these|those) (?!is\b|are\b|was\b)\w+|^that \w+",
    "users_see": r"\b(?:users?|people|customers?|developers?|team|everyone|somebody|someone|admin\w*)\b",
}
#: these tell capitals from small letters; the others are held against the text in lower case, which is much faster
WITH_CASE = ("behaves", "first_person", "test_name", "line_number")
COMPILED = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}

_LEADS: dict[str, str] = {
    "lead_cause": r"cause|problem|issue|bug|what (?:was|went|happen)|why|finding|impact|symptom|discover",
    "lead_works": r"how it works|behavio|flow|logic|current|key|note|design|architecture|rules?|overview|explanation|"
    r"insight|important|differen",
    "lead_fix": r"fix|solution|resolution|approach",
    "lead_changes": r"change|file|modif|added|updated|summary of|implement|test|verif|what'?s|result|done|commit|step|"
    r"task|remaining|check",
    "lead_options": r"option|alternativ|recommend|suggest|propos|question|pros|cons|consider|improve|next|could|"
    r"approach \d|trade",
    "lead_benefit": r"benefit|advantage|why this|pros|result",
    "lead_plan": r"plan|phase|todo|step|action|requirement|acceptance|criteria|goal|scope|deliverable",
}
LEAD_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _LEADS.items()}
