"""Taking in an opportunity that was kept as a pair of Markdown files."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.core.bilingual import LANGUAGES, Bilingual
from auth.models import Department, Skill, User
from opportunities import queries
from opportunities.actions.drafting import start, write
from opportunities.markdown_pair.imported import ImportedCriterion, ImportedOpportunity
from opportunities.models import Opportunity
from opportunities.parts import MANDATORY, CriterionLine, MilestoneLine

WHOLE_WORK = Bilingual("The whole work", "L’ensemble des travaux")
HEADINGS = {
    "evaluation": Bilingual("How it is judged", "Évaluation"),
    "eligibility": Bilingual("Who may propose", "Qui peut proposer"),
    "skills": Bilingual("Skills", "Compétences"),
}
LONGEST_TITLE = 200


def take_in(
    imported: ImportedOpportunity, department: Department, *, ocid_prefix: str, by: User, at: datetime
) -> Opportunity:
    """Make a draft of what a pair of files says: pass or fail, then a draw, as such pairs were judged.

    What has no field of its own is kept under more information, with its heading; no paragraph is left out.
    """
    opportunity = start(department, imported.title, ocid_prefix=ocid_prefix, by=by, at=at, pattern="pass_fail_draw")
    write(opportunity, _values(imported, opportunity.zone), by=by, at=at)
    return opportunity


def _values(imported: ImportedOpportunity, zone: str) -> dict[str, Any]:
    taxes = {True: "included", False: "excluded", None: ""}[imported.taxes_included]
    return {
        "summary": imported.summary,
        "problem": imported.problem,
        "deliverables": imported.deliverables,
        "acceptance": imported.acceptance,
        "additional": _additional(imported),
        "value_cents": imported.value_cents,
        "taxes": taxes,
        "closing_at": imported.closing,
        "start_on": imported.start,
        "skills": _skills(imported.skills),
        "milestones": (_milestone(imported, zone),),
        "criteria": tuple(_criterion(one) for one in imported.criteria),
    }


def _milestone(imported: ImportedOpportunity, zone: str) -> MilestoneLine:
    """Make one milestone of the whole work, due at the delivery date."""
    days = None
    if imported.start and imported.delivery:
        days = max(1, (imported.delivery.astimezone(ZoneInfo(zone)).date() - imported.start).days)
    return MilestoneLine(WHOLE_WORK, amount_cents=imported.value_cents, due_days=days)


def _criterion(found: ImportedCriterion) -> CriterionLine:
    """Name a criterion by its first sentence and keep its whole text beside it."""
    title = Bilingual(_first_sentence(found.text.en), _first_sentence(found.text.fr))
    earns = Bilingual() if title == found.text else found.text
    return CriterionLine(MANDATORY, title, earns, word_limit=found.word_limit)


def _first_sentence(text: str) -> str:
    first = text.split("\n", 1)[0]
    sentence = first.split(". ", 1)[0] + "." if ". " in first else first
    return sentence if len(sentence) <= LONGEST_TITLE else sentence[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _skills(words: Bilingual) -> list[Skill]:
    """Find the vocabulary's skills that the words name."""
    said = f" {words.en} {words.fr} ".casefold()
    return [skill for skill in queries.skills() if skill.name.en.casefold() in said or skill.name.fr.casefold() in said]


def _additional(imported: ImportedOpportunity) -> Bilingual:
    headings = {**HEADINGS, **{place: heading for heading, place in imported.placed if place in HEADINGS}}
    parts = {"evaluation": imported.evaluation, "eligibility": imported.eligibility, "skills": imported.skills}

    def side(language: str) -> str:
        said = [
            f"## {headings[name].text(language)}\n\n{text}"
            for name, both in parts.items()
            if (text := both.en if language == "en" else both.fr)
        ]
        rest = imported.additional.en if language == "en" else imported.additional.fr
        return "\n\n".join([*said, *([rest] if rest else [])])

    return Bilingual(*(side(language) for language in LANGUAGES))
