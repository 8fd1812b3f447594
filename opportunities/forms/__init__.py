"""Forms of opportunities: what people type, as the values that actions take."""

from opportunities.forms.base import PageForm, WholeField, options
from opportunities.forms.conditions import BY_DATE, ZONES, DatesForm, LanguagesForm, TermsForm
from opportunities.forms.deciding import (
    AnswerForm,
    AskForm,
    CancelForm,
    CertifyForm,
    CommentForm,
    ExtendForm,
    FileForm,
    MessageForm,
    PublishForm,
    SettleForm,
    StartForm,
    WordsForm,
)
from opportunities.forms.judging import CriteriaForm, StagesForm
from opportunities.forms.rows import MilestonesForm
from opportunities.forms.work import DeliverablesForm, NeedForm

__all__ = [
    "BY_DATE",
    "ZONES",
    "AnswerForm",
    "AskForm",
    "CancelForm",
    "CertifyForm",
    "CommentForm",
    "CriteriaForm",
    "DatesForm",
    "DeliverablesForm",
    "ExtendForm",
    "FileForm",
    "LanguagesForm",
    "MessageForm",
    "MilestonesForm",
    "NeedForm",
    "PageForm",
    "PublishForm",
    "SettleForm",
    "StagesForm",
    "StartForm",
    "TermsForm",
    "WholeField",
    "WordsForm",
    "options",
]
