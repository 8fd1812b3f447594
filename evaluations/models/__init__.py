"""How proposals are judged: opening, panel, declarations, proponents, verdicts, scores, consensus, award, debrief."""

from evaluations.models.deciding import Award, DebriefQuestion, WithheldPrize, Wording
from evaluations.models.judging import Agreement, Score, Sheet
from evaluations.models.panel import Declaration, PanelMember, Recusal
from evaluations.models.proceedings import Evaluation, Explanation, Invitation, Meeting, Proponent

__all__ = [
    "Agreement",
    "Award",
    "DebriefQuestion",
    "Declaration",
    "Evaluation",
    "Explanation",
    "Invitation",
    "Meeting",
    "PanelMember",
    "Proponent",
    "Recusal",
    "Score",
    "Sheet",
    "WithheldPrize",
    "Wording",
]
