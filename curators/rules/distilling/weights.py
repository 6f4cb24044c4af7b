"""Weights of the signals: log odds that a careful engineer would keep a passage.

Each row: the name, what it was expected to weigh before any data was seen, what it weighs since bench/tune_distil.py
held it against labelled sessions, and why it says anything at all. The learned weight is drawn towards the expected
one (a Gaussian prior), because thirty sessions are few and a reader's judgement of a line is more than a score.

What it comes to on sessions that the weights never saw, with what ``standing`` adds (thirty, with 131 labelled notes;
ten deals into six folds, the spread between deals in brackets): found .60 (.01), weighed by importance .65 (.01),
grounded .99, kind .80, junk .02, 1.09 statements a note, of which useful .55. The signals were thought of on these
sessions. On 33 others of the same team, which two readers labelled later (108 notes): found .60, weighed .66, junk .12
(.18 before two signals were made of what was seen there), 1.10 a note, useful .55. Learning from both sets found less
on either. Only .82 of the notes are stated by any passage that may be taken. Trees over the same signals found .52, and
they spoiled the mean with this; so did signals of how often a passage is said again or what is edited next, and labels
that count all of a statement's evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

#: nothing below these log odds is taken. Out of sample .61 of the labelled notes are found so, by 1.01 statements for
#: each. With .9 less it was .007 more, by 1.06, of which a reader keeps fewer; with .6 more it was .03 less
FLOOR = -0.9


@dataclass(frozen=True)
class Weight:
    """One signal's row."""

    name: str
    expected: float
    learned: float
    why: str


TABLE: tuple[Weight, ...] = (
    Weight("bias", -1.0, -1.33, "where a passage without any signal stands"),
    Weight("denied", -1.5, -1.50, "the person's next message begins by denying it"),
    Weight("retracted", -1.0, -0.97, "the agent later admits an error in words that come back to it"),
    Weight("loose", -0.8, -0.74, "tells to do something with an it whose noun is elsewhere"),
    Weight("verbless", -0.6, 0.18, "has no finite verb: the name of something"),
    Weight("insight", 0.8, 0.80, "announces the point itself: root cause, turns out, the catch"),
    Weight("cause", 0.6, 0.45, "says what a problem came from"),
    Weight("reason", 0.5, 0.36, "gives a reason: because, since, so that"),
    Weight("which", 0.2, 0.28, "draws a consequence"),
    Weight("contrast", 0.4, 0.42, "sets one thing against another: instead of, rather than, but"),
    Weight("only", 0.2, 0.11, "draws a limit"),
    Weight("universal", 0.1, 0.18, "holds for all, every, never"),
    Weight("must", 0.4, 0.26, "states a requirement"),
    Weight("negation", 0.2, 0.12, "says what is not so, where an obvious guess fails"),
    Weight("failure", 0.2, 0.03, "tells of something that breaks, is lost or skipped in silence"),
    Weight("behaves", 0.4, 0.09, "says in the present tense what a named thing does"),
    Weight("condition", 0.3, -0.03, "says when it holds"),
    Weight("formerly", 0.0, -0.08, "tells of the past, which is often only history"),
    Weight("by_now", 0.1, -0.05, "tells of a change of behaviour"),
    Weight("default", 0.4, 0.43, "names a default or a fallback"),
    Weight("switched", 0.4, 0.45, "says what is on and what is off"),
    Weight("design", 0.4, 0.20, "names a design, convention or guarantee"),
    Weight("prefers", 0.2, 0.05, "states a preference or decision"),
    Weight("abandons", 0.3, 0.33, "tells of what was tried, dropped or left open"),
    Weight("hedges", -0.4, -0.21, "is not sure of itself"),
    Weight("first_person", -0.5, -0.42, "tells what the speaker does"),
    Weight("you", -0.4, -0.41, "speaks to one person"),
    Weight("we", 0.0, 0.02, "speaks for the team"),
    Weight("status", -0.7, -0.53, "reports that something passes or is complete"),
    Weight("counts", -0.6, -0.45, "counts things, which goes stale at once"),
    Weight("line_number", -0.5, -0.50, "names lines, which move"),
    Weight("test_name", -0.6, -0.51, "restates a test"),
    Weight("tests", -0.2, -0.08, "is about tests, which the code shows"),
    Weight("docs", -0.3, -0.29, "is about wording or documents"),
    Weight("example", -0.2, -0.19, "is an example"),
    Weight("sell", -0.4, -0.27, "praises the result"),
    Weight("effort", -0.5, -0.48, "estimates, ranks or recommends"),
    Weight("pull_request", 0.0, 0.16, "is about branches and reviews"),
    Weight("plan", -0.3, -0.20, "tells what is going to be done"),
    Weight("command", 0.2, 0.21, "holds a command in code"),
    Weight("value", 0.1, 0.25, "gives a value"),
    Weight("arrow", -0.2, 0.06, "maps one thing to another"),
    Weight("security", 0.2, 0.54, "is about safety, races or secrets"),
    Weight("scope", 0.2, 0.40, "is about settings, hooks, builds, environments"),
    Weight("instance", -1.0, -0.74, "holds hashes, timings, homes or links of one occasion"),
    Weight("this", -0.3, -0.28, "points with this or that"),
    Weight("users_see", 0.0, -0.16, "is about what people see"),
    Weight("length", 0.0, 0.39, "logarithm of length over 100 characters"),
    Weight("short", -0.4, -0.47, "has little room to stand alone"),
    Weight("long", 0.0, 0.22, "has room for a reason"),
    Weight("very_long", -0.2, -0.18, "is nearly too long for a line"),
    Weight("sentences_2", 0.0, -0.13, "two sentences"),
    Weight("sentences_3", -0.2, -0.21, "three sentences"),
    Weight("list", -0.4, -0.24, "a line joined with its list"),
    Weight("under_name", 0.0, -0.07, "begins with the name that its heading gives"),
    Weight("recovered", 2.0, 2.01, "the command that worked after one that was given wrongly"),
    Weight("item", -0.2, -0.40, "a list item, part of something"),
    Weight("names_1", 0.0, -0.04, "names one thing that can be looked up"),
    Weight("names_2", 0.0, 0.42, "names two or three things and their relation"),
    Weight("names_4", 0.0, -0.25, "names many things: a list rather than a statement"),
    Weight("paths", 0.0, -0.16, "names a file"),
    Weight("symbols", 0.0, 0.20, "names a symbol"),
    Weight("flags", 0.0, 0.05, "names an option"),
    Weight("changed", -0.9, 0.35, "begins as a line of a change list"),
    Weight("bare_change", -1.5, -0.68, "a line of a change list and nothing else"),
    Weight("test_first", -1.5, -1.20, "begins with the name of a test"),
    Weight("options", -1.5, -1.35, "lists ways that were weighed"),
    Weight("reports", -1.5, -1.48, "reports what was done, looked at or shall be tried again"),
    Weight("common", -1.5, -1.54, "what any book on the language says"),
    Weight("labelled", -0.2, -0.22, "begins with a label"),
    Weight("path_first", -0.8, -0.88, "begins with a path: what was done in which file"),
    Weight("name_first", -0.1, 0.15, "begins with code"),
    Weight("dangles", -1.0, -1.01, "begins with a pronoun whose noun is elsewhere"),
    Weight("points", -1.0, -0.91, "refers to an option or step by number"),
    Weight("colon_end", -0.5, -0.45, "announces what follows"),
    Weight("bang", -0.3, -0.28, "is excited"),
    Weight("quotes", -0.3, -0.20, "quotes wording"),
    Weight("code_share", 0.0, 0.16, "share of characters in code"),
    Weight("stripped", 0.0, 0.03, "began with words that were taken off"),
    Weight("parenthesis", 0.0, -0.01, "has an aside"),
    Weight("dash", -0.2, -0.30, "joins two parts by a dash"),
    Weight("lead_cause", 0.4, 0.19, "stands under a heading about a cause or finding"),
    Weight("lead_works", 0.2, -0.08, "stands under a heading about how something works"),
    Weight("lead_fix", 0.0, 0.16, "stands under a heading about a fix"),
    Weight("lead_changes", -0.5, -0.16, "stands under a list of changes"),
    Weight("lead_options", -0.8, -0.69, "stands under options, questions or proposals"),
    Weight("lead_benefit", -0.4, -0.38, "stands under benefits"),
    Weight("lead_plan", -0.5, -0.45, "stands under a plan"),
    Weight("pushed", 0.0, -0.12, "answers a message that pushes back"),
    Weight("pushed_hard", 0.0, 0.08, "answers a plain contradiction"),
    Weight("concedes", 0.3, 0.33, "its message begins by admitting that the person is right"),
    Weight("concedes_first", 0.4, 0.49, "right after such an admission: the corrected statement"),
    Weight("ends_turn", 0.0, -0.11, "the person speaks next"),
    Weight("ends_session", 0.0, -0.18, "the last words of a session"),
    Weight("doubted", -0.3, -0.08, "the person contradicts next"),
    Weight("stopped", -0.4, -0.19, "the person stops the agent next"),
    Weight("after_failure", 0.0, 0.17, "a tool has just failed"),
    Weight("before_work", -0.3, -0.48, "said in passing, a tool call follows"),
    Weight("late", 0.3, 0.64, "how far into the session: later beats earlier"),
    Weight("answers_first", 0.0, -0.13, "first words after a prompt, before anything was looked at"),
    Weight("closes", 0.0, 0.45, "its message sums up what was done"),
    Weight("committed", 0.5, 0.50, "from a commit's message, which sums up what was done and why"),
    Weight("opens_message", 0.0, 0.27, "first sentence of its message"),
    Weight("early_in_message", 0.0, 0.04, "near the beginning of its message"),
    Weight("message_long", 0.0, -0.50, "from a long message"),
    Weight("message_very_long", 0.0, -0.19, "from a very long message"),
    Weight("message_short", 0.0, -0.08, "from a short message"),
    Weight("people_words", 0.0, 0.04, "share of its words that people used too"),
    Weight("spread", 0.3, 0.40, "how much of the session its words come up in"),
    Weight("content", 0.2, 0.59, "logarithm of content words over 8"),
    Weight("central", 0.2, 0.35, "is near the middle of all that was said"),
    Weight("topic", 0.0, -0.27, "share of its words that the first prompt used"),
    Weight("answers", 0.0, -0.20, "answers a question"),
    Weight("answers_why", 0.2, -0.09, "answers why, or what the difference is"),
    Weight("prompt_share", 0.0, 0.19, "share of its words that the prompt it answers used"),
    Weight("taken_up", 0.2, 0.19, "share of its words that the person's next message takes up"),
    Weight("accepted", 0.0, 0.05, "the person goes along with it next"),
    Weight("last_turn", 0.0, 0.07, "no person speaks after it"),
    Weight("in_message", 0.0, -0.17, "how far into its message"),
    Weight("alone_in_message", 0.0, 0.13, "its message holds little else"),
    Weight("message_code", 0.0, 0.03, "its message shows code"),
    Weight("message_table", 0.0, 0.07, "its message has a table"),
    Weight("commas", 0.0, 0.04, "has many parts"),
    Weight("semicolon", 0.0, 0.17, "joins items or clauses"),
    Weight("not_but", 0.2, 0.17, "says what holds against what one would think"),
    Weight("reason_named", 0.2, 0.31, "gives a reason and names the thing"),
    Weight("turn_0", 0.0, -0.10, "said before a second prompt"),
    Weight("person", 0.0, 0.08, "a person said it"),
    Weight("person_rejected", 0.5, 0.50, "said while rejecting a tool call: a correction"),
    Weight("person_asks", -0.8, -0.68, "a question"),
    Weight("person_states", 0.2, 0.15, "neither a question nor a task"),
    Weight("person_task", -0.8, -0.75, "a task for now"),
    Weight("person_one_off", -0.8, -0.75, "holds for this once"),
    Weight("person_remember", 2.0, 1.98, "asks to remember it, or says from now on"),
    Weight("person_rule", 3.5, 3.50, "lays down what holds for all times, all of a kind, or as the team's habit"),
    Weight("person_here", 2.0, 2.00, "says how things are or have to be here"),
    Weight("person_must", 0.7, 0.68, "a person requires it"),
    Weight("person_negates", 0.5, 0.55, "a person forbids or corrects"),
    Weight("person_reasons", 0.5, 0.45, "a person gives a reason"),
    Weight("person_prefers", 0.4, 0.43, "a person states a preference"),
    Weight("person_quotes", -2.0, -1.97, "from a message that holds up what the agent said, mostly to doubt it"),
    Weight("person_decides", 1.0, 1.00, "a person says what the team does from here on, or that the old way was wrong"),
    Weight("person_drops", 1.0, 1.06, "a person gives something up"),
    Weight("person_first", -0.4, -0.51, "the first prompt, which is usually a task"),
    Weight("person_long", -0.6, -0.56, "from a long message: a description or a paste"),
    Weight("person_i", -0.8, -0.72, "about the person, not the project"),
)

WEIGHTS = {row.name: row.learned for row in TABLE}
