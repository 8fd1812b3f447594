"""What an opportunity still lacks before it can be reviewed and published: pure, on its snapshot."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.core.bilingual import N_, Bilingual

WHOLE = 100
Snapshot = Mapping[str, Any]

TEXTS = (
    ("title", "need", N_("The title is missing.")),
    ("problem", "need", N_("The problem is not described.")),
    ("users", "need", N_("The users and their context are not described.")),
    ("deliverables", "deliverables", N_("The deliverables are not described.")),
    ("acceptance", "deliverables", N_("The acceptance criteria of the deliverables are missing.")),
)
"""Texts without which nothing is published: key, the page that mends it, the sentence."""

MONEY = (
    ("value_cents", "milestones", N_("The value is missing.")),
    ("taxes", "milestones", N_("It does not say whether taxes are included in the value.")),
)
TERMS = (
    ("licence", "terms", N_("The licence of the work is missing.")),
    ("repository", "terms", N_("The repository is missing.")),
)

OTHER_TEXTS = ("summary", "additional", "place")
PRICED = "priced"
HELD = ("challenge", "interview")
PAGES = ("need", "deliverables", "milestones", "terms", "dates", "stages", "criteria")
"""The pages of a draft that a developer reads."""

PLACES = {
    "title": ("need", N_("Title")),
    "summary": ("need", N_("Summary")),
    "problem": ("need", N_("The problem")),
    "users": ("need", N_("Users and context")),
    "deliverables": ("deliverables", N_("What is delivered")),
    "acceptance": ("deliverables", N_("Acceptance criteria")),
    "additional": ("deliverables", N_("More information")),
    "place": ("terms", N_("Place")),
    "repository": ("terms", N_("Repository")),
    "milestones-title": ("milestones", N_("Milestone %(number)s: title")),
    "milestones-accepted_when": ("milestones", N_("Milestone %(number)s: accepted when")),
    "stages-title": ("stages", N_("Stage %(number)s: name")),
    "criteria-title": ("criteria", N_("Criterion %(number)s: what is judged")),
    "criteria-earns": ("criteria", N_("Criterion %(number)s: what earns points, or passes")),
}
"""Where each text is written: its page, and its name there."""


@dataclass(frozen=True)
class Missing:
    """One thing that is lacking: the page that mends it, and the sentence with its values."""

    page: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


def missing(snapshot: Snapshot, at: datetime) -> tuple[Missing, ...]:
    """List what is lacking at a moment, in the order of the pages; nothing left means it can be published."""
    return (
        *_texts(snapshot),
        *_facts(snapshot, MONEY),
        *_milestones(snapshot),
        *_facts(snapshot, TERMS),
        *_dates(snapshot, at),
        *_stages(snapshot["plan"]),
        *_prizes(snapshot["plan"], snapshot["value_cents"]),
        *_plan(snapshot["plan"]),
        *_languages(snapshot),
    )


@dataclass(frozen=True)
class Place:
    """Where a text is written: the page, and the text's name with its values."""

    page: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


def one_sided(snapshot: Snapshot) -> tuple[Place, ...]:
    """List the texts that stand in one language only."""
    return tuple(place for place, value in all_texts(snapshot) if not value.empty and not value.complete)


def all_texts(snapshot: Snapshot) -> Iterator[tuple[Place, Bilingual]]:
    """Give every text that developers will read, in the order of the pages, with where it is written."""
    for name in (*(text[0] for text in TEXTS), *OTHER_TEXTS):
        yield place(name), _text(snapshot[name])
    criteria = [one for stage in snapshot["plan"]["stages"] for one in stage["criteria"]]
    for kind, rows, keys in (
        ("milestones", snapshot["milestones"], ("title", "accepted_when")),
        ("stages", snapshot["plan"]["stages"], ("title",)),
        ("criteria", criteria, ("title", "earns")),
    ):
        for number, row in enumerate(rows, 1):
            for key in keys:
                yield place(f"{kind}-{key}", number), _text(row[key])


def place(name: str, number: int | None = None) -> Place:
    """Say where a text is written, of a row with its number."""
    page, words = PLACES[name]
    return Place(page, words, {} if number is None else {"number": number})


def _text(value: Mapping[str, str]) -> Bilingual:
    return Bilingual.of(dict(value))


def _texts(snapshot: Snapshot) -> Iterator[Missing]:
    for key, page, sentence in TEXTS:
        if _text(snapshot[key]).empty:
            yield Missing(page, sentence)


def _facts(snapshot: Snapshot, wanted: tuple[tuple[str, str, str], ...]) -> Iterator[Missing]:
    for key, page, sentence in wanted:
        if not snapshot[key]:
            yield Missing(page, sentence)


def _milestones(snapshot: Snapshot) -> Iterator[Missing]:
    lines, value = snapshot["milestones"], snapshot["value_cents"]
    if not lines:
        yield Missing("milestones", N_("There is no milestone."))
        return
    for number, line in enumerate(lines, 1):
        if _text(line["title"]).empty or _text(line["accepted_when"]).empty or not line["amount_cents"]:
            yield Missing(
                "milestones",
                N_("Milestone %(number)s needs a title, what is accepted, and an amount."),
                {"number": number},
            )
    if value and sum(line["amount_cents"] or 0 for line in lines) != value:
        yield Missing("milestones", N_("The milestones do not add up to the value."))


def _dates(snapshot: Snapshot, at: datetime) -> Iterator[Missing]:
    closing, questions = _moment(snapshot["closing_at"]), _moment(snapshot["questions_until"])
    if closing is None:
        yield Missing("dates", N_("The closing date is missing."))
    elif closing <= at:
        yield Missing("dates", N_("The closing date has passed; choose a later one."))
    if closing and questions and questions > closing:
        yield Missing("dates", N_("Questions must end before the closing."))


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _plan(plan: Mapping[str, Any]) -> Iterator[Missing]:
    criteria = [(stage["kind"], one) for stage in plan["stages"] for one in stage["criteria"]]
    rated = [one for kind, one in criteria if kind != "mandatory"]
    if not criteria:
        yield Missing("criteria", N_("There is no criterion."))
    if any(_text(one["title"]).empty for _kind, one in criteria):
        yield Missing("criteria", N_("A criterion has no title."))
    if plan["award_by"] == "draw" and not any(kind == "mandatory" for kind, _one in criteria):
        yield Missing("criteria", N_("A draw needs at least one mandatory criterion to pass."))
    yield from _weights(plan, rated)


def _stages(plan: Mapping[str, Any]) -> Iterator[Missing]:
    for number, stage in enumerate(plan["stages"], 1):
        if not stage["criteria"]:
            yield Missing("criteria", N_("Stage %(number)s has no criterion: add one, or take the stage out."),
                          {"number": number})  # fmt: skip
        if stage["kind"] in HELD and not (stage["held_from"] and stage["held_until"]):
            yield Missing("stages", N_("Stage %(number)s needs the days on which it is held."), {"number": number})
    last = plan["stages"][-1] if plan["stages"] else None
    if last is not None and last["top_n"] and plan["formula"] == "none":
        yield Missing("stages", N_("Nothing follows the last stage, so it lets nobody on: leave its number empty."))


def _prizes(plan: Mapping[str, Any], value: int | None) -> Iterator[Missing]:
    prizes = plan["prizes"]
    if not prizes:
        return
    if plan["formula"] != "none":
        yield Missing("criteria", N_("Prizes have fixed amounts, so the price earns no points."))
    if value and sum(prizes) != value:
        yield Missing("stages", N_("The prizes do not add up to the value."))
    if prizes != sorted(prizes, reverse=True):
        yield Missing("stages", N_("A later place has a larger prize than an earlier one."))


def _weights(plan: Mapping[str, Any], rated: list[Mapping[str, Any]]) -> Iterator[Missing]:
    priced, weight = plan["formula"] != "none", plan["price_weight"]
    if plan["format"] == PRICED and not (priced and weight):
        yield Missing("criteria", N_("Choose the price formula and the weight of the price."))
    elif priced != bool(weight):
        yield Missing("criteria", N_("The price formula and the weight of the price go together."))
    total = weight + sum(one["weight"] for one in rated)
    if (plan["award_by"] == "rank" or rated) and total != WHOLE:
        yield Missing("criteria", N_("The weights add up to %(total)s, not to 100."), {"total": total})


def _languages(snapshot: Snapshot) -> Iterator[Missing]:
    if not snapshot["one_language_reason"].strip() and one_sided(snapshot):
        yield Missing("languages", N_("Some texts stand in one language only. Translate them, or give the reason."))
