"""What is typed to agree, work, pay and search."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as lazy
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.core.errors import NotValid
from app.core.files import Upload, check_upload
from app.core.forms import FilesField, Form, MoneyField
from contracts.gateway import Standing

LONGEST = 10_000
LONGEST_TITLE = 200


def _choice(value: str, label: Any) -> SelectChoice:  # noqa: ANN401  (a text, or one to be translated)
    return SelectChoice(value, label)


class ConfirmForm(Form):
    """One button after everything was shown."""


class BatchForm(Form):
    """One button after several payments were shown; the key makes a second click the same click."""

    key = HiddenField(validators=[InputRequired(), Length(min=16, max=64)])


class PayeeForm(Form):
    """For whom an account is opened."""

    owner = HiddenField(lazy("Who is paid"), [InputRequired(lazy("Choose who is paid."))])


class SandboxForm(Form):
    """What the sandbox, as the provider, decides about an account."""

    standing = RadioField(
        lazy("What the provider finds"),
        [InputRequired(lazy("Choose what the provider finds."))],
        choices=[
            _choice(Standing.READY, lazy("Everything is there: it can be paid")),
            _choice(Standing.INCOMPLETE, lazy("Something is missing")),
            _choice(Standing.UNDER_REVIEW, lazy("It must be looked at first")),
            _choice(Standing.REFUSED, lazy("It is not paid")),
        ],
    )


class AcceptForm(Form):
    """That one accepts exactly what was shown."""

    digest = HiddenField()
    agree = BooleanField(
        lazy("I have read this contract and accept it"), [InputRequired(lazy("Tick the box to accept the contract."))]
    )


class ReasonForm(Form):
    """A decision that needs its reason."""

    reason = TextAreaField(
        lazy("Reason"), [InputRequired(lazy("Say why.")), Length(max=LONGEST, message=lazy("This is too long."))]
    )


class RefundForm(ReasonForm):
    """Why a payment goes back, and that the money is to move."""

    sure = BooleanField(
        lazy("The whole amount goes back"), [InputRequired(lazy("Tick the box to have the payment back."))]
    )


class ReturnForm(Form):
    """Why a delivery goes back."""

    reasons = TextAreaField(
        lazy("What is missing"),
        [
            InputRequired(lazy("Say what is missing, so that it can be delivered again.")),
            Length(max=LONGEST, message=lazy("This is too long.")),
        ],
    )


class PartForm(Form):
    """What is accepted of a delivery, and what is still missing."""

    amount = MoneyField(lazy("Amount you accept"), [InputRequired(lazy("Say how much of the amount you accept."))])
    reasons = TextAreaField(
        lazy("Why not all of it"),
        [
            InputRequired(lazy("Say why not all of it is accepted.")),
            Length(max=LONGEST, message=lazy("This is too long.")),
        ],
    )
    missing = TextAreaField(
        lazy("What is still missing"),
        [
            InputRequired(lazy("Say what is still missing, so that it can be delivered.")),
            Length(max=LONGEST, message=lazy("This is too long.")),
        ],
    )
    due_on = DateField(lazy("When it is due"), [Optional()])


class CommentForm(Form):
    """What one side writes to the other."""

    body = TextAreaField(
        lazy("Your comment"),
        [InputRequired(lazy("Write your comment.")), Length(max=5_000, message=lazy("This is too long."))],
    )


class DeliverForm(Form):
    """A delivery: a note, links and files that show the work."""

    note = TextAreaField(
        lazy("What you deliver"),
        [InputRequired(lazy("Say what you deliver.")), Length(max=LONGEST, message=lazy("This is too long."))],
    )
    links = TextAreaField(lazy("Links that show it"), [Length(max=LONGEST, message=lazy("This is too long."))])
    files = FilesField(lazy("Files"))

    def lines(self) -> list[str]:
        """Give the links, one for each line typed."""
        return [line.strip() for line in (self.links.data or "").splitlines() if line.strip()]

    def uploads(self) -> list[Upload]:
        """Check each file sent; refuses with NotValid beside the field."""
        try:
            return [check_upload(sent.filename, sent.read()) for sent in self.files.data or () if sent.filename]
        except NotValid as refusal:
            refusal.field = "files"
            raise


class ReportForm(Form):
    """What was made and learned."""

    final_report = TextAreaField(
        lazy("Final report"),
        [
            InputRequired(lazy("Say what was made and where it is.")),
            Length(max=2 * LONGEST, message=lazy("This is too long.")),
        ],
    )
    lessons = TextAreaField(lazy("Lessons learned"), [Length(max=2 * LONGEST, message=lazy("This is too long."))])


class AnswerForm(Form):
    """The answer to an amendment."""

    answer = RadioField(
        lazy("Your answer"),
        [InputRequired(lazy("Accept or decline the amendment."))],
        choices=[_choice("accept", lazy("Accept")), _choice("decline", lazy("Decline"))],
    )


class FilterForm(Form):
    """What a reader of the register asks for."""

    class Meta(Form.Meta):
        """A search is a GET: nothing to forge."""

        csrf = False

    supplier = StringField(lazy("Supplier"), [Length(max=LONGEST_TITLE)])
    department = SelectField(lazy("Department"), choices=[], default="")
    state = SelectField(lazy("State"), choices=[], default="")
    min = MoneyField(lazy("Value from"))
    max = MoneyField(lazy("Value to"))

    def offer(self, departments: Sequence[tuple[str, str]], states: Sequence[tuple[str, str]]) -> None:
        """Offer the departments that have contracts, and every state."""
        self.department.choices = _choices(departments)
        self.state.choices = _choices(states)


def _choices(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", gettext("All")), *(SelectChoice(value, label) for value, label in pairs)]
