"""The repeating parts of an opportunity as values: what a page or a file gives and an action writes."""

from dataclasses import dataclass

from app.core.bilingual import N_, Bilingual

MANDATORY = "mandatory"
RATED = "rated"
MOST_ROWS = 30
NOTHING = Bilingual()
STAGE_TITLES = {
    MANDATORY: Bilingual("Mandatory criteria", "Critères obligatoires"),
    RATED: Bilingual("Rated criteria", "Critères cotés"),
}


@dataclass(frozen=True)
class MilestoneLine:
    """One part of the work: what it is, when it is accepted, its amount and the days it takes from the start."""

    title: Bilingual
    accepted_when: Bilingual = NOTHING
    amount_cents: int | None = None
    due_days: int | None = None


@dataclass(frozen=True)
class CriterionLine:
    """One criterion; an empty `key` makes a new one, `weight` and `max_points` speak of rated ones only."""

    kind: str
    title: Bilingual
    earns: Bilingual = NOTHING
    weight: int = 0
    max_points: int = 5
    minimum: int | None = None
    word_limit: int | None = None
    key: str = ""


@dataclass(frozen=True)
class Pattern:
    """A common way to buy, as settings of the one evaluation plan that a new draft begins with."""

    code: str
    name: str
    about: str
    format: str
    award_by: str = "rank"
    formula: str = "none"
    price_weight: int = 0
    kinds: tuple[str, ...] = (MANDATORY, RATED)


PATTERNS = {
    pattern.code: pattern
    for pattern in (
        Pattern(
            "fixed_price",
            N_("Fixed price"),
            N_("You state the price. Proposals are scored on how the work would be done."),
            "fixed_price",
        ),
        Pattern(
            "priced",
            N_("Quality and price"),
            N_("Each proposal states a price. Quality and price are scored together."),
            "priced",
            formula="lowest",
            price_weight=30,
        ),
        Pattern(
            "pass_fail_draw",
            N_("Pass or fail, then a draw"),
            N_("You state the price. A public draw chooses among the proposals that meet every criterion."),
            "pass_fail_draw",
            award_by="draw",
            kinds=(MANDATORY,),
        ),
    )
}
