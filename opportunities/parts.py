"""The repeating parts of an opportunity as values: what a page or a file gives and an action writes."""

from dataclasses import dataclass
from datetime import date

from app.core.bilingual import N_, Bilingual

MANDATORY = "mandatory"
RATED = "rated"
CHALLENGE = "challenge"
INTERVIEW = "interview"
KINDS = (MANDATORY, RATED, CHALLENGE, INTERVIEW)
HELD = (CHALLENGE, INTERVIEW)
CONSENSUS = "consensus"
MEAN = "mean"
MOST_ROWS = 30
MOST_PRIZES = 10
NOTHING = Bilingual()
STAGE_TITLES = {
    MANDATORY: Bilingual("Mandatory criteria", "Critères obligatoires"),
    RATED: Bilingual("Rated criteria", "Critères cotés"),
    CHALLENGE: Bilingual("Challenge", "Mise à l’épreuve"),
    INTERVIEW: Bilingual("Interview", "Entrevue"),
}


@dataclass(frozen=True)
class MilestoneLine:
    """One part of the work: what it is, when it is accepted, its amount and the days it takes from the start."""

    title: Bilingual
    accepted_when: Bilingual = NOTHING
    amount_cents: int | None = None
    due_days: int | None = None


@dataclass(frozen=True)
class StageLine:
    """One stage of the plan; `was` is the place it had, 0 for a new one, so that its criteria go with it."""

    kind: str
    title: Bilingual = NOTHING
    top_n: int | None = None
    settled_by: str = MEAN
    held_from: date | None = None
    held_until: date | None = None
    reveals_names: bool = False
    was: int = 0


@dataclass(frozen=True)
class CriterionLine:
    """One criterion; an empty `key` makes a new one, `weight` and `max_points` speak of rated ones only.

    `stage` is the place of its stage; 0 means the first of its `kind`, which is made where there is none.
    """

    kind: str
    title: Bilingual
    earns: Bilingual = NOTHING
    weight: int = 0
    max_points: int = 5
    minimum: int | None = None
    word_limit: int | None = None
    key: str = ""
    stage: int = 0


@dataclass(frozen=True)
class Pattern:
    """A common way to buy, as settings of the one evaluation plan that a new draft begins with."""

    code: str
    name: str
    about: str
    award_by: str = "rank"
    formula: str = "none"
    price_weight: int = 0
    stages: tuple[StageLine, ...] = ()
    criteria: tuple[CriterionLine, ...] = ()
    prizes: tuple[int, ...] = ()


def format_of(pattern: Pattern) -> str:
    """Say which format a pattern begins with."""
    return named_format(pattern.award_by, pattern.formula, pattern.stages, len(pattern.prizes))


def named_format(award_by: str, formula: str, stages: tuple[StageLine, ...], prizes: int) -> str:
    """Name the format that a plan's settings amount to."""
    if prizes:
        return "prize"
    if award_by == "draw":
        return "pass_fail_draw"
    if any(stage.kind in HELD or stage.top_n for stage in stages):
        return "staged_team"
    return "fixed_price" if formula == "none" else "priced"


_QUESTIONS = Bilingual("Written questions", "Questions écrites")
_QUESTION = CriterionLine(
    RATED, Bilingual("The team’s answers to the questions", "Les réponses de l’équipe aux questions"), weight=25,
    max_points=10, word_limit=300, stage=1,
)  # fmt: skip
_CODE = Bilingual("The code made at the challenge", "Le code réalisé à la mise à l’épreuve")

PATTERNS = {
    pattern.code: pattern
    for pattern in (
        Pattern(
            "fixed_price",
            N_("Fixed price"),
            N_("You state the price. Proposals are scored on how the work would be done."),
        ),
        Pattern(
            "priced",
            N_("Quality and price"),
            N_("Each proposal states a price. Quality and price are scored together."),
            formula="lowest",
            price_weight=30,
        ),
        Pattern(
            "staged_team",
            N_("A team, in stages"),
            N_("Written questions, then a challenge and an interview for the best, then the price (25, 25, 40, 10)."),
            formula="lowest",
            price_weight=10,
            stages=(
                StageLine(RATED, _QUESTIONS, 5, CONSENSUS),
                StageLine(CHALLENGE, STAGE_TITLES[CHALLENGE], 3, CONSENSUS),
                StageLine(INTERVIEW, STAGE_TITLES[INTERVIEW], None, CONSENSUS, reveals_names=True),
            ),
            criteria=(
                _QUESTION,
                CriterionLine(CHALLENGE, _CODE, weight=25, max_points=10, stage=2),
                CriterionLine(
                    INTERVIEW,
                    Bilingual("How the team treats a scenario", "La façon dont l’équipe traite une mise en situation"),
                    weight=40, max_points=10, stage=3,
                ),
            ),
        ),
        Pattern(
            "staged_roles",
            N_("People for a team, in stages"),
            N_("Written questions, then a challenge for the best, then the price (25, 65, 10)."),
            formula="lowest",
            price_weight=10,
            stages=(
                StageLine(RATED, _QUESTIONS, 4, CONSENSUS),
                StageLine(CHALLENGE, STAGE_TITLES[CHALLENGE], None, CONSENSUS, reveals_names=True),
            ),
            criteria=(_QUESTION, CriterionLine(CHALLENGE, _CODE, weight=65, max_points=10, stage=2)),
        ),
        Pattern(
            "pass_fail_draw",
            N_("Pass or fail, then a draw"),
            N_("You state the price. A public draw chooses among the proposals that meet every criterion."),
            award_by="draw",
        ),
        Pattern(
            "prize",
            N_("Prizes"),
            N_("Several proposals win, each a prize of a stated amount, in the order of their totals."),
            prizes=(500_000, 300_000, 200_000),
        ),
    )
}  # fmt: skip
