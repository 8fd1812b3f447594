"""An abnormally low price: an officer asks for an explanation, the bidder's side gives it once."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from evaluations import notifications, policy, queries
from evaluations.models import Explanation, Proponent


def ask_explanation(
    proponent: Proponent, *, request: str, due_at: datetime, by: User, at: datetime
) -> Explanation:  # fmt: skip
    """Ask a bidder to explain an abnormally low price by a moment; asked once."""
    evaluation = proponent.evaluation
    facts = queries.facts(evaluation.opportunity, by, at)
    if not policy.may_award(facts):
        raise NotAllowed(sealed=True)
    asked = queries.find_explanation(proponent) is not None
    low = proponent.number in queries.low_priced(evaluation)
    refused = policy.when_explaining(facts, low=low, asked=asked)
    if refused is not None:
        raise refused
    if not policy.is_sentence(request):
        raise NotValid(N_("Say what is to be explained, in a sentence or more."), field="request")
    if due_at < at + policy.TIME_TO_EXPLAIN:
        raise NotValid(N_("Leave two days at least for the answer."), field="due_at")
    explanation = Explanation(
        proponent=proponent, request=request.strip(), asked_by_id=by.id, asked_at=at, due_at=due_at
    )
    db.session.add(explanation)
    event = _record("ask_explanation", proponent, by=by, at=at)
    notifications.explanation_asked(explanation, event)
    return explanation


def give_explanation(explanation: Explanation, *, answer: str, by: User, at: datetime) -> Explanation:
    """Explain one's price, for the bidder's side, before the moment asked for; once."""
    proposal = explanation.proponent.proposal
    if by.id not in {person.id for person in queries.side_of(proposal)}:
        raise NotAllowed(sealed=True)
    if not queries.waits(explanation, at):
        raise NotNow(N_("The explanation was given, or its time has passed."))
    if not policy.is_sentence(answer):
        raise NotValid(N_("Explain in a sentence or more."), field="answer")
    explanation.answer, explanation.answered_by_id, explanation.answered_at = answer.strip(), by.id, at
    event = _record("give_explanation", explanation.proponent, by=by, at=at)
    notifications.explanation_given(explanation, event)
    return explanation


def _record(verb: str, proponent: Proponent, *, by: User, at: datetime) -> audit.Event:
    subject = proponent.evaluation.subject
    return audit.record(f"evaluation.{verb}", subject, by=by, at=at, audience=PARTIES, proponent=proponent.number)
