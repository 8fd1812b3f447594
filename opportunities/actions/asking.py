"""Questions and answers: asked by anyone who might propose, answered to everyone, the asker never named."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES, Subject
from app.core.bilingual import N_, Bilingual
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from opportunities import notifications, policy, queries
from opportunities.models import Opportunity, Question

LONGEST = 5_000


def ask(opportunity: Opportunity, body: str, language: str, *, by: User, at: datetime) -> Question:
    """Ask a question in one language; refused to the department's own staff and once questions have ended.

    The same words asked again while they wait are the same question.
    """
    refusal = policy.asking(opportunity, queries.facts(opportunity, by, at), at)
    if refusal is not None:
        raise refusal
    text = _checked(body, "body")
    wording = Bilingual(fr=text) if language == "fr" else Bilingual(en=text)
    for waiting in opportunity.questions:
        if (waiting.asker_id, waiting.body, waiting.answered_at) == (by.id, wording, None):
            return waiting
    question = Question(opportunity=opportunity, asker=by, language=language, asked_at=at, body=wording)
    db.session.add(question)
    db.session.flush()
    # without the department: its staff learn of the question, never of who asked
    subject = Subject("question", question.id, procurement=opportunity.ocid, person_id=by.id)
    event = audit.record("opportunity.ask", subject, by=by, at=at, audience=PARTIES)
    notifications.tell_of_question(opportunity, event)
    return question


def answer(question: Question, text: Bilingual, wording: Bilingual, *, by: User, at: datetime) -> Question:
    """Answer to everyone in both languages; `wording` is the question as published, reworded if need be."""
    opportunity = question.opportunity
    if not policy.writes(by, opportunity, queries.facts(opportunity, by, at)):
        raise NotAllowed
    if not policy.is_open(opportunity, at):
        raise NotNow(policy.CLOSED)
    if question.answered_at is not None:
        raise NotNow(N_("This question is already answered."))
    question.body = _both(wording, "wording", opportunity)
    question.answer = _both(text, "answer", opportunity)
    question.answered_at, question.answered_by_id = at, by.id
    number = 1 + sum(1 for one in opportunity.questions if one.answered_at and one is not question)
    audit.record("opportunity.answer", opportunity.subject, by=by, at=at, question=number)
    return question


def _checked(text: str, field: str) -> str:
    if not text.strip():
        raise NotValid(N_("Write something."), field=field)
    if len(text) > LONGEST:
        raise NotValid(N_("At most %(count)s characters."), field=field, count=LONGEST)
    return text.strip()


def _both(text: Bilingual, field: str, opportunity: Opportunity) -> Bilingual:
    """Both languages, unless the opportunity stands in one with its written reason."""
    if opportunity.one_language_reason.strip() and not text.empty:
        return Bilingual(text.en.strip(), text.fr.strip())
    return Bilingual(_checked(text.en, f"{field}_en"), _checked(text.fr, f"{field}_fr"))
