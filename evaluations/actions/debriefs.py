"""Debriefs: an officer's wording of a rationale before release; a bidder's question and its answer."""

from collections.abc import Mapping
from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from evaluations import notifications, policy, queries
from evaluations.models import DebriefQuestion, Proponent, Score, Wording
from evaluations.queries import Said
from proposals.models import Proposal


def reword(proponent: Proponent, texts: Mapping[str, str], *, by: User, at: datetime) -> int:
    """Word the rationales of a proponent's debrief, by their names; gives how many changed.

    The evaluators' own words stay where they are; to give them back as wording takes an earlier wording away.
    """
    evaluation = proponent.evaluation
    facts = queries.facts(evaluation.opportunity, by, at)
    if not policy.may_award(facts):
        raise NotAllowed(sealed=True)
    refused = policy.when_wording(facts, released=queries.released_at(evaluation) is not None)
    if refused is not None:
        raise refused
    changed = [
        _word(said, texts[key], by=by, at=at) for key, said in queries.said_of(proponent).items() if key in texts
    ]
    if any(changed):
        audit.record(
            "evaluation.reword", evaluation.subject, by=by, at=at, audience=PARTIES, proponent=proponent.number,
            changed=sum(changed),
        )  # fmt: skip
    return sum(changed)


def _word(said: Said, typed: str, *, by: User, at: datetime) -> bool:
    text = _lines(typed)
    if text == _lines(said.words):
        return False
    if not policy.is_sentence(text):
        raise NotValid(N_("Say why, in a sentence or more."), field=f"words-{said.key}")
    if said.wording is not None:
        said.wording.superseded = True
        db.session.flush()
    if text != _lines(said.of.rationale):
        wording = Wording(text=text, by_id=by.id, at=at)
        if isinstance(said.of, Score):
            wording.score = said.of
        else:
            wording.agreement = said.of
        db.session.add(wording)
    return True


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def ask_about_debrief(proposal: Proposal, *, body: str, by: User, at: datetime) -> DebriefQuestion:
    """Ask about one's debrief, within the days that are given for it; one question at a time."""
    if by.id not in {person.id for person in queries.side_of(proposal)}:
        raise NotAllowed(sealed=True)
    proponent = queries.proponent_of(proposal)
    waits = queries.open_question(proponent) is not None
    refused = policy.when_asking(queries.released_at(proponent.evaluation), at, waits=waits)
    if refused is not None:
        raise refused
    if not policy.is_sentence(body):
        raise NotValid(N_("Ask in a sentence or more."), field="body")
    question = DebriefQuestion(proponent=proponent, asker=by, body=body.strip(), asked_at=at)
    db.session.add(question)
    subject = proponent.evaluation.subject
    event = audit.record(
        "evaluation.ask_about_debrief", subject, by=by, at=at, audience=PARTIES, proponent=proponent.number
    )
    notifications.debrief_question(question, event)
    return question


def answer_debrief_question(question: DebriefQuestion, *, answer: str, by: User, at: datetime) -> DebriefQuestion:
    """Answer a bidder's question about their debrief, to them alone."""
    evaluation = question.proponent.evaluation
    if not policy.is_officer(queries.facts(evaluation.opportunity, by, at)):
        raise NotAllowed(sealed=True)
    if question.answered_at is not None:
        raise NotNow(N_("This question was answered meanwhile."))
    if not policy.is_sentence(answer):
        raise NotValid(N_("Answer in a sentence or more."), field="answer")
    question.answer, question.answered_by_id, question.answered_at = answer.strip(), by.id, at
    event = audit.record(
        "evaluation.answer_about_debrief", evaluation.subject, by=by, at=at, audience=PARTIES,
        proponent=question.proponent.number,
    )  # fmt: skip
    notifications.debrief_answer(question, event)
    return question
