"""Forms of evaluations."""

from evaluations.forms.deciding import (
    AnswerForm,
    AwardForm,
    ConfirmForm,
    DebriefAnswerForm,
    InvitationForm,
    InviteForm,
    QuestionForm,
    ReasonForm,
    WordsForm,
    award_form,
    wording_form,
)
from evaluations.forms.judging import (
    AgreementForm,
    ComparisonForm,
    MeetingForm,
    SheetForm,
    agreement_form,
    comparison_form,
    sheet_data,
    sheet_form,
)

__all__ = [
    "AgreementForm",
    "AnswerForm",
    "AwardForm",
    "ComparisonForm",
    "ConfirmForm",
    "DebriefAnswerForm",
    "InvitationForm",
    "InviteForm",
    "MeetingForm",
    "QuestionForm",
    "ReasonForm",
    "SheetForm",
    "WordsForm",
    "agreement_form",
    "award_form",
    "comparison_form",
    "sheet_data",
    "sheet_form",
    "wording_form",
]
