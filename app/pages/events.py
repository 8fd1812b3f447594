"""What each act of a procurement is called when its story is told: one sentence for every action there is.

A sentence is filled with the event's own facts: amounts end in `_cents`, moments stand under `from` and `to`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app.core import formats
from app.core.audit import Event
from app.core.bilingual import N_, Bilingual
from app.core.web import language
from app.pages import words

SENTENCES = {
    # the opportunity
    "opportunity.start": N_("Draft begun"),
    "opportunity.write": N_("Draft written on"),
    "opportunity.attach": N_("File added: %(title)s"),
    "opportunity.detach": N_("File removed: %(title)s"),
    "opportunity.send_for_review": N_("Sent for review"),
    "opportunity.take_back": N_("Taken back to the draft"),
    "opportunity.ask_for_changes": N_("Sent back with changes to make"),
    "opportunity.certify": N_("Funds of %(amount)s certified"),
    "opportunity.approve": N_("Approved for publication"),
    "opportunity.comment": N_("A comment written in review"),
    "opportunity.settle": N_("A comment settled"),
    "opportunity.schedule": N_("Publication planned for a later moment"),
    "opportunity.unschedule": N_("Planned publication given up"),
    "opportunity.miss": N_("Not published at the planned moment: something was missing"),
    "opportunity.publish": N_("Published"),
    "opportunity.extend": N_("Closing moved from %(before)s to %(after)s"),
    "opportunity.issue_addendum": N_("Addendum %(addendum)s published"),
    "opportunity.ask": N_("A question asked"),
    "opportunity.answer": N_("Question %(question)s answered for everyone"),
    "opportunity.close": N_("Closed"),
    "opportunity.open_proposals": N_("Evaluation begun"),
    "opportunity.award": N_("Awarded to %(winner)s for %(amount)s"),
    "opportunity.reconsider": N_("Decision taken up again"),
    "opportunity.find_unsuccessful": N_("Ended without an award: %(reason)s"),
    "opportunity.drop": N_("Draft abandoned: %(reason)s"),
    "opportunity.cancel": N_("Cancelled: %(reason)s"),
    "opportunity.complete": N_("Completed"),
    # proposals, for their author's side alone
    "proposal.start": N_("You began a proposal"),
    "proposal.submit": N_("You submitted your proposal"),
    "proposal.resubmit": N_("You submitted your proposal again"),
    "proposal.withdraw": N_("You withdrew your proposal"),
    "proposal.lapse": N_("Your proposal lapsed, unconfirmed after a change"),
    "proposal.open": N_("Your proposal was opened"),
    "proposal.disqualify": N_("Your proposal was disqualified"),
    "proposal.award": N_("Your proposal was chosen"),
    "proposal.not_award": N_("Your proposal was not chosen"),
    "proposal.decline": N_("You declined the award"),
    # keys in custody
    "custody.name": N_("%(people)s custodians named; %(threshold)s of them will open"),
    "custody.accept": N_("A custodian accepted"),
    "custody.begin": N_("Custody begun; the recovery sheet was shown"),
    "custody.end": N_("Custody given up for what is published afterwards"),
    "custody.give": N_("A custodian gave a passphrase for the opening"),
    "custody.recover": N_("The recovery sheet was used for the opening"),
    "custody.release": N_("The key put together from its shares"),
    # the evaluation
    "evaluation.begin": N_("Opening begun by the first of two people"),
    "evaluation.open": N_("Proposals opened by two people: %(proposals)s"),
    "evaluation.withhold": N_("Prize of place %(place)s withheld"),
    "evaluation.offer_again": N_("Prize of place %(place)s offered again"),
    "evaluation.disqualify": N_("Proposal %(proponent)s disqualified"),
    "evaluation.meet": N_("The panel met to agree on its scores"),
    "evaluation.advance": N_("Round %(round)s ended; proposals went on to the next"),
    "evaluation.lock": N_("Scores for quality locked"),
    "evaluation.resume": N_("Scoring taken up again"),
    "evaluation.decide": N_("Decision made"),
    "evaluation.reconsider": N_("Ranking taken up again"),
    "evaluation.end": N_("Evaluation ended: no proposal remains"),
    "panel_member.invite": N_("Somebody invited to the panel"),
    "panel_member.accept": N_("A place on the panel accepted"),
    "panel_member.decline": N_("A place on the panel declined"),
    "panel_member.replace": N_("A place on the panel given to another"),
    "panel_member.recuse": N_("A member of the panel withdrew for a conflict of interest"),
    "panel_member.declare": N_("Interests declared"),
    "panel_member.chair": N_("The chair of the panel named"),
    "sheet.save": N_("Scores saved"),
    "sheet.submit": N_("Scores of one proposal handed in"),
    "sheet.revise": N_("Scores of one proposal revised"),
    "award.propose": N_("Award to another than the first in rank proposed"),
    "award.confirm": N_("Award confirmed by a second officer"),
    "award.make": N_("Award made to the first in rank"),
    "award.refuse": N_("Proposed award refused by the second officer"),
    "award.decline": N_("The winner declined"),
    # the contract
    "contract.draw_up": N_("Contract drawn up"),
    "contract.accept_as_supplier": N_("Contract accepted by the supplier"),
    "contract.accept_as_department": N_("Contract accepted by the department"),
    "contract.begin": N_("Contract begun"),
    "contract.decline": N_("Contract declined"),
    "contract.report": N_("Final report handed in"),
    "contract.complete": N_("Contract completed"),
    "contract.terminate": N_("Contract terminated"),
    "contract.hand_over": N_("Contract handed over from %(giver)s to %(taker)s"),
    "milestone.plan": N_("Milestone %(position)s planned, %(amount)s"),
    "milestone.deliver": N_("Milestone %(position)s delivered"),
    "milestone.split_off": N_("Milestone %(position)s, %(amount)s, split off milestone %(of)s, accepted in part"),
    "milestone.comment": N_("A comment written on milestone %(position)s"),
    "milestone.remind_to_answer": N_("The buyer reminded to accept or return milestone %(position)s"),
    "milestone.remind_to_pay": N_("Finance reminded to pay milestone %(position)s"),
    "milestone.fall_late": N_("The payment of milestone %(position)s is late; interest counts"),
    "milestone.merge": N_("A pull request that shows milestone %(position)s was merged"),
    "milestone.check_links": N_("The links of milestone %(position)s checked again"),
    "milestone.return": N_("Milestone %(position)s returned with reasons"),
    "milestone.accept": N_("Milestone %(position)s accepted"),
    "milestone.release": N_("Payment of milestone %(position)s released"),
    "milestone.settle": N_("Milestone %(position)s paid"),
    "milestone.refund": N_("Payment of milestone %(position)s given back: it is accepted and unpaid again"),
    "milestone.cancel": N_("Milestone %(position)s cancelled"),
    "amendment.propose": N_("Amendment %(number)s proposed"),
    "amendment.certify": N_("Money for amendment %(number)s certified: %(amount)s"),
    "amendment.accept": N_("Amendment %(number)s accepted"),
    "amendment.decline": N_("Amendment %(number)s declined"),
    "batch.release": N_("Batch %(number)s of %(payments)s payments released, %(amount)s in all"),
    "payment.order": N_("Payment of %(amount)s ordered"),
    "payment.send": N_("Payment sent to the provider"),
    "payment.process": N_("Payment under way"),
    "payment.ask": N_("Payment waits for an act at the provider"),
    "payment.settle": N_("Payment arrived"),
    "payment.fail": N_("Payment failed"),
    "payment.find": N_("Payment found at the provider, which had taken it without an answer"),
    "payment.refund": N_("Payment given back"),
    "payment.dispute": N_("Payment disputed by the payer's bank"),
    "payment.withdraw": N_("Page to pay on closed"),
    "payer.save": N_("The department said how it pays"),
    "payment.win": N_("Dispute decided: the payment stands"),
    "payment.lose": N_("Dispute decided: the payment went back"),
    "refund.order": N_("Refund of %(amount)s ordered"),
    "refund.send": N_("Refund sent to the provider"),
    "refund.process": N_("Refund under way"),
    "refund.settle": N_("Refund arrived"),
    "refund.fail": N_("Refund failed"),
}
UNTOLD = frozenset({"sheet.save", "opportunity.write"})
"""Too many and too small to tell."""

MISSING = "–"


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return MISSING


def sentence(event: Event, zone: str) -> str:
    """Say an event in the reader's language."""
    known = SENTENCES.get(event.action)
    return gettext(known) % _facts(event.facts or {}, zone) if known else event.action


def _facts(facts: Mapping[str, Any], zone: str) -> _Facts:
    lang = language()
    shown = _Facts(facts)
    for name in ("amount_cents", "value_cents", "change_cents"):
        if isinstance(facts.get(name), int):
            shown["amount"] = words.money(facts[name], lang)
    for name, end in (("before", "from"), ("after", "to")):
        if isinstance(facts.get(end), str):
            shown[name] = formats.moment(datetime.fromisoformat(facts[end]), lang, zone)
    if isinstance(facts.get("reason"), dict):
        shown["reason"] = Bilingual.of(facts["reason"]).text(lang)
    return shown
