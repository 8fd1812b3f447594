"""The pages that a draft is made of: which form each has, where it stands, what it is called."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.bilingual import N_
from opportunities import forms
from opportunities.models import Opportunity
from opportunities.policy import Missing


@dataclass(frozen=True)
class Part:
    """One page: its code, its words in both addresses, its name, its form."""

    code: str
    en: str
    fr: str
    name: str
    form: type[forms.PageForm]


PARTS = {
    part.code: part
    for part in (
        Part("need", "need", "besoin", N_("Problem and users"), forms.NeedForm),
        Part("deliverables", "deliverables", "livrables", N_("Deliverables and acceptance"), forms.DeliverablesForm),
        Part("milestones", "milestones", "jalons", N_("Milestones and money"), forms.MilestonesForm),
        Part("terms", "terms", "conditions", N_("Licence, repository and skills"), forms.TermsForm),
        Part("dates", "dates", "dates", N_("Dates"), forms.DatesForm),
        Part("stages", "stages", "etapes", N_("Stages and prizes"), forms.StagesForm),
        Part("criteria", "criteria", "criteres", N_("Criteria and weights"), forms.CriteriaForm),
        Part("languages", "languages", "langues", N_("French and English"), forms.LanguagesForm),
    )
}
CHANGEABLE = tuple(code for code in PARTS if code != "languages")
GROUPS = (
    (N_("The work"), ("need", "deliverables", "milestones", "terms")),
    (N_("The rules"), ("dates", "stages", "criteria")),
)


def status(code: str, lacking: Iterable[Missing]) -> str:
    """Say whether a page is done or still to do."""
    return "todo" if any(one.page == code for one in lacking) else "done"


def pages_done(opportunity: Opportunity, lacking: tuple[Missing, ...]) -> int:
    """Count the pages that lack nothing."""
    return sum(1 for code in PARTS if opportunity.state == "draft" and status(code, lacking) == "done")
