"""Forms of evaluations; what they cannot know by themselves the actions refuse."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from app.core.forms import Form
from evaluations import policy
from evaluations.queries import Ranked, bidder_name
from opportunities.models import Criterion

MOST_RADIOS = 10
NO_ADDRESS = _("Write an e-mail address.")
SCALE = (_("0 – nothing"), _("1 – poor"), _("2 – partial"), _("3 – good"), _("4 – very good"), _("5 – excellent"))
"""The words of the scale from 0 to 5, the one that criteria have unless they state their own."""


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Give the choices of a field: values and their (lazy) words."""
    return [SelectChoice(value, label) for value, label in pairs]


class Sentence:
    """A sentence or more, in words of one's own."""

    def __init__(self, message: Any) -> None:  # noqa: ANN401  (a lazy text)
        self.message = message

    def __call__(self, _form: object, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        if not policy.is_sentence(field.data or ""):
            raise ValidationError(self.message)


class InviteForm(Form):
    """Who is invited to the panel."""

    address = StringField(
        _("E-mail"),
        [
            InputRequired(_("Write an e-mail address.")),
            Regexp(r"^\s*[^@\s]+@[^@\s]+\s*$", message=_("Write an e-mail address.")),
        ],
    )
    chairs = BooleanField(_("This person chairs the panel"))


class AnswerForm(Form):
    """An invited person's declaration of interest, and whether they accept."""

    decision = RadioField(
        _("Your declaration"),
        [InputRequired(_("Choose one."))],
        choices=options(
            [
                ("accept", _("I have no conflict of interest, and I accept")),
                ("conflict", _("I have, or may be seen to have, a conflict of interest, and I decline")),
                ("decline", _("I decline for another reason")),
            ]
        ),
    )
    words = TextAreaField(_("In your own words"), [Length(max=policy.LONGEST_TEXT)])

    def validate_words(self, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        """Ask for words with either declaration."""
        if self.decision.data in ("accept", "conflict"):
            Sentence(_("Declare in your own words, in a sentence or more."))(self, field)


class WordsForm(Form):
    """A later conflict, in the person's own words."""

    words = TextAreaField(
        _("What is the conflict?"), [Sentence(_("Declare in your own words, in a sentence or more."))]
    )


class ReasonForm(Form):
    """A reason."""

    reason = TextAreaField(_("Reason"), [Sentence(_("Give the reason, in a sentence or more."))])


class AwardForm(Form):
    """Which proposal wins, and why; `next_key` is the winner that needs no further reason."""

    winner = RadioField(_("Chosen proposal"), [InputRequired(_("Choose the winner."))])
    reason = TextAreaField(_("Why this proposal is chosen"), [Sentence(_("Give the reason, in a sentence or more."))])
    departure_reason = TextAreaField(_("Why not the next in rank"), [Length(max=policy.LONGEST_TEXT)])

    def offer(self, lines: Iterable[Ranked], next_key: str) -> None:
        """Offer the proposals that may win, in order of rank."""
        self.next_key = next_key
        self.winner.choices = options(
            (line.proponent.key, f"{line.placing.rank}. {bidder_name(line.proponent.proposal)}") for line in lines
        )

    def validate_departure_reason(self, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        """Ask for a further reason when the ranking is not followed."""
        if self.winner.data and self.winner.data != self.next_key:
            Sentence(_("Say why the award goes to another than the next in rank."))(self, field)


class ConfirmForm(Form):
    """A second officer's answer to a proposed award."""

    decision = RadioField(
        _("Your decision"),
        [InputRequired(_("Choose one."))],
        choices=options(
            [
                ("confirm", _("Confirm: the award is made and everybody is told")),
                ("refuse", _("Refuse")),
            ]
        ),
    )
    reason = TextAreaField(_("Why you refuse"), [Length(max=policy.LONGEST_TEXT)])

    def validate_reason(self, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        """Ask for a reason with a refusal."""
        if self.decision.data == "refuse":
            Sentence(_("Give the reason, in a sentence or more."))(self, field)


class QuestionForm(Form):
    """A bidder's question about their debrief."""

    body = TextAreaField(_("Your question"), [Sentence(_("Ask in a sentence or more."))])


class DebriefAnswerForm(Form):
    """An officer's answer to it."""

    answer = TextAreaField(_("Your answer"), [Sentence(_("Answer in a sentence or more."))])


def wording_form(names: Iterable[str]) -> type[Form]:
    """Make the form of a debrief's wordings: a text for each rationale, by its name."""
    say = Sentence(_("Say why, in a sentence or more."))
    fields: dict[str, Any] = {f"words-{name}": TextAreaField(_("What the bidder reads"), [say]) for name in names}
    return type("Wordings", (Form,), fields)


class SheetForm(Form):
    """One evaluator's judgement of one proponent; its fields follow the plan."""

    reason = TextAreaField(_("Why you change what you submitted"))

    def typed(self, criteria: Iterable[Criterion]) -> dict[str, tuple[str, str]]:
        """Give what was typed, by criterion's key: verdict and rationale."""
        return {
            one.key: (self[f"verdict-{one.key}"].data or "", self[f"rationale-{one.key}"].data or "")
            for one in criteria
        }


def sheet_form(criteria: Iterable[Criterion]) -> type[SheetForm]:
    """Make the form of a plan: for each criterion a verdict and a rationale."""
    fields: dict[str, Any] = {}
    for one in criteria:
        fields[f"verdict-{one.key}"] = _verdict_field(one)
        fields[f"rationale-{one.key}"] = TextAreaField(
            _("Reason for the score"), [Sentence(_("Say why, in a sentence or more."))]
        )
    return type("SheetOfPlan", (SheetForm,), fields)


def sheet_data(typed: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Give the fields' values for what a sheet holds, by criterion's key."""
    values: dict[str, str] = {}
    for key, one in typed.items():
        values[f"verdict-{key}"], values[f"rationale-{key}"] = one["verdict"], one["rationale"]
    return values


def _verdict_field(criterion: Criterion) -> Any:  # noqa: ANN401  (a WTForms field)
    if criterion.stage.kind == "mandatory":
        met = options([("met", _("Met")), ("not_met", _("Not met"))])
        return RadioField(_("Is it met?"), [InputRequired(_("Choose met or not met."))], choices=met)
    most = criterion.max_points
    choose = _("Choose points from 0 to %(most)s.", most=most)
    if most > MOST_RADIOS:
        return StringField(_("Points, from 0 to %(most)s", most=most), [InputRequired(choose)])
    words = SCALE if most == len(SCALE) - 1 else [str(points) for points in range(most + 1)]
    return RadioField(
        _("Score"), [InputRequired(choose)], choices=options((str(at), one) for at, one in enumerate(words))
    )
