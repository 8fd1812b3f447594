"""Who may ask a question, and until when."""

from datetime import datetime

from app.core.bilingual import N_
from app.core.errors import NotAllowed, NotNow, Refusal
from opportunities.policy.people import Facts
from opportunities.policy.times import Asked, accepts_questions


def asking(opportunity: Asked, facts: Facts, at: datetime) -> Refusal | None:
    """Say why a person cannot ask: the department's staff answer, and questions end."""
    if facts.is_staff:
        return NotAllowed(N_("The department's own staff answer questions; they do not ask them here."))
    return None if accepts_questions(opportunity, at) else NotNow(N_("Questions have ended."))
