"""Short forms: beginning a draft, review, certificate, questions, addenda, closing, cancellation, files."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from app.core.bilingual import Bilingual
from app.core.forms import FileField, Form, MomentField, MoneyField
from opportunities.forms.base import line, options, pair_of, text

LATER = _("Write an amount.")


class StartForm(Form):
    """The first page: a title in either language, and what to begin from."""

    department = RadioField(_("Department"), choices=[])
    title_en, title_fr = line(), line()
    pattern = RadioField(_("How it is bought"), choices=[], default="fixed_price")
    source = SelectField(_("Start from an earlier opportunity"), choices=[], default="")

    @property
    def title(self) -> Bilingual:
        """The title in the languages typed."""
        return pair_of(self, "title")


class MessageForm(Form):
    """A decision with a message."""

    message = text(_("Message"))


class CommentForm(Form):
    """A comment on one page of a draft."""

    body = text(_("Comment"))


class SettleForm(Form):
    """The answer with which a comment is settled."""

    answer = text(_("Answer to the reviewer"))


class PublishForm(Form):
    """Publication now, or at a later moment."""

    zone = HiddenField()
    when = RadioField(
        _("Publication"), choices=options([("now", _("Now")), ("later", _("At a later moment"))]), default="now"
    )
    publish_at = MomentField(_("Date and time"))

    def validate_publish_at(self, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        """A later moment has to be written."""
        if self.when.data == "later" and field.data is None and not field.errors:
            raise ValidationError(_("Choose a moment to come."))


class CertifyForm(Form):
    """The certificate of funds."""

    amount = MoneyField(_("Amount certified"), validators=[InputRequired(message=LATER)])
    fund_code = line(_("Fund code"), limit=60)


class AskForm(Form):
    """A question, in the language of the page."""

    body = text(_("Your question"))


class AnswerForm(Form):
    """The question as published and its answer, both in both languages."""

    wording_en, wording_fr = text(), text()
    answer_en, answer_fr = text(), text()

    @property
    def wording(self) -> Bilingual:
        """The question as it is published."""
        return pair_of(self, "wording")

    @property
    def answer(self) -> Bilingual:
        """The answer."""
        return pair_of(self, "answer")


class WordsForm(Form):
    """What changes, said in both languages: an addendum."""

    body_en, body_fr = text(), text()

    @property
    def body(self) -> Bilingual:
        """The words of the addendum."""
        return pair_of(self, "body")


class ExtendForm(WordsForm):
    """A later closing, and why."""

    zone = HiddenField()
    closing_at = MomentField(_("New closing"), validators=[InputRequired(message=_("Choose a later closing."))])
    along = BooleanField(_("Move the end of questions and the decision date by as many days"))


class CancelForm(Form):
    """The reason for cancelling, in both languages."""

    reason_en, reason_fr = text(), text()

    @property
    def reason(self) -> Bilingual:
        """The reason."""
        return pair_of(self, "reason")


class FileForm(Form):
    """A file to add, and the language it is in."""

    file = FileField(_("File"))
    language = RadioField(
        _("Language of the file"),
        choices=options([("en", _("English")), ("fr", _("French")), ("both", _("Both, or none"))]),
        default="both",
    )
