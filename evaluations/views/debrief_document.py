"""A debrief as a document, in the words of its page."""

from flask_babel import gettext as _

from app.core import formats
from app.core.document import Document
from evaluations.models import Agreement, Score
from evaluations.queries import Debrief, Judgement, Said, bidder_name
from evaluations.views.blueprint import points

WIDTHS = (3, 2, 7)


def as_document(shown: Debrief, language: str) -> Document:
    """Put a debrief together as a document in a language."""
    opportunity = shown.proposal.opportunity
    document = Document(_("How your proposal came out"), language)
    document.paragraph(opportunity.title.text(language))
    document.paragraph(outcome(shown))
    document.facts(
        [
            (_("Opportunity"), str(opportunity.number)),
            (_("Procurement"), opportunity.ocid),
            *facts(shown, language),
        ]
    )
    if shown.released_at is None:
        document.paragraph(_("Scores and reasons follow with the decision."))
    for one in shown.rounds:
        if len(shown.rounds) > 1:
            document.heading(_("Round %(number)s", number=one.number))
        if not one.reached:
            document.paragraph(_("Your proposal did not go on to this round."))
            continue
        for judgement in one.judgements:
            _judgement(document, judgement, language, level=3 if len(shown.rounds) > 1 else 2)
    return document


def outcome(shown: Debrief) -> str:
    """Say in a sentence what became of the proposal."""
    if shown.proposal.state == "disqualified":
        reason = shown.proposal.disqualified_because
        return " ".join((_("Your proposal was disqualified."), _("Reason: %(reason)s", reason=reason)))
    if shown.proposal.state == "declined":
        return _("Your proposal was chosen, and the award declined.")
    if shown.won:
        return _("Your proposal was chosen.")
    if not shown.award:
        return no_award(shown)
    several = shown.proposal.opportunity.plan.winners > 1
    return _("Other proposals were chosen.") if several else _("Another proposal was chosen.")


def no_award(shown: Debrief) -> str:
    """Say why no award stands: nobody was chosen, or who was chosen declined."""
    if shown.proposal.opportunity.state == "unsuccessful":
        return _("No proposal could be chosen.")
    return _("The award was declined. The decision is made anew.")


def facts(shown: Debrief, language: str) -> list[tuple[str, str]]:
    """List a bidder's own place, and who won with what."""
    rows: list[tuple[str, str]] = []
    placing, plan = shown.placing, shown.proposal.opportunity.plan
    if placing is not None and placing.rank is not None:
        rows.append((_("Your rank"), _("%(rank)s of %(count)s opened", rank=placing.rank, count=shown.proposals)))
    if placing is not None and placing.total is not None:
        rows.append((_("Your total"), _("%(total)s of 100", total=points(placing.total))))
    if placing is not None and placing.price_points is not None:
        part = _("%(points)s of %(weight)s", points=points(placing.price_points), weight=plan.price_weight)
        rows.append((_("Of which for price"), part))
    for one in shown.awards if plan.winners > 1 else ():
        prize = f"{bidder_name(one.proponent.proposal)}, {formats.money(one.value_cents, language)}"
        rows.append((_("Prize %(place)s", place=one.place), prize))
    rows += [(_("Prize %(place)s", place=place), _("Not awarded")) for place in shown.withheld]
    if shown.award is not None and plan.winners == 1:
        rows += [(_("Chosen proposal"), shown.winner), (_("Value"), formats.money(shown.award.value_cents, language))]
    if shown.winner_total is not None:
        label = _("Winner’s total") if plan.winners == 1 else _("Total of the first prize")
        rows.append((label, _("%(total)s of 100", total=points(shown.winner_total))))
    return rows


def _judgement(document: Document, judgement: Judgement, language: str, level: int) -> None:
    criterion = judgement.criterion
    document.heading(criterion.title.text(language), level)
    if judgement.points is not None:
        document.paragraph(sum_of(judgement))
    if not judgement.said:
        document.paragraph(_("It was not scored."))
        return
    rows = [(who(said, number), found(judgement, said), said.words) for number, said in enumerate(judgement.said, 1)]
    document.table((_("Evaluator"), _("Score"), _("Reason")), rows, WIDTHS)
    for said in judgement.said:
        if outside(said):
            document.paragraph(outside(said))


def sum_of(judgement: Judgement) -> str:
    """Say what a criterion earned."""
    criterion = judgement.criterion
    values = {
        "mean": points(judgement.points), "most": criterion.max_points, "weighted": points(judgement.weighted),
        "weight": criterion.weight,
    }  # fmt: skip
    if judgement.agreed:
        return _("Agreed %(mean)s of %(most)s: %(weighted)s of %(weight)s in the total.", **values)
    return _("Mean %(mean)s of %(most)s: %(weighted)s of %(weight)s in the total.", **values)


def outside(said: Said) -> str:
    """Give the panel's reason for points outside what its members gave, if it needed one."""
    reason = said.of.outside_reason if isinstance(said.of, Agreement) else ""
    return _("Why it lies outside what members gave: %(reason)s", reason=reason) if reason else ""


def who(said: Said, number: int) -> str:
    """Say who found it, unnamed."""
    if isinstance(said.of, Score):
        return _("Evaluator %(number)s", number=number)
    return _("Panel, %(count)s members", count=said.members)


def found(judgement: Judgement, said: Said) -> str:
    """Say what was found."""
    if said.of.passed is not None:
        return _("Met") if said.of.passed else _("Not met")
    return _("%(points)s of %(most)s", points=said.of.points, most=judgement.criterion.max_points)
