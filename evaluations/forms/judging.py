"""Forms of judging: score sheets, one criterion of every proposal, what the panel agrees on."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.forms import Form
from auth.models import User
from evaluations import policy
from evaluations.forms.common import Sentence, options
from opportunities.models import Criterion

MOST_RADIOS = 10
SCALE = (_("0 – nothing"), _("1 – poor"), _("2 – partial"), _("3 – good"), _("4 – very good"), _("5 – excellent"))
"""The words of the scale from 0 to 5, the one that criteria have unless they state their own."""


class SheetForm(Form):
    """One evaluator's judgement of one proponent in one round; its fields follow the plan."""

    round = HiddenField()
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
        fields[f"verdict-{one.key}"] = verdict_field(one)
        fields[f"rationale-{one.key}"] = _rationale_field()
    return type("SheetOfPlan", (SheetForm,), fields)


def sheet_data(typed: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Give the fields' values for what a sheet holds, by criterion's key."""
    values: dict[str, str] = {}
    for key, one in typed.items():
        values[f"verdict-{key}"], values[f"rationale-{key}"] = one["verdict"], one["rationale"]
    return values


class ComparisonForm(Form):
    """One evaluator's judgements of one criterion, proposal by proposal; nothing is submitted by it."""

    def typed(self) -> dict[int, tuple[str, str]]:
        """Give what was typed, by proponent's number: verdict and rationale."""
        numbers = [int(name.removeprefix("verdict-")) for name in self._fields if name.startswith("verdict-")]
        return {one: (self[f"verdict-{one}"].data or "", self[f"rationale-{one}"].data or "") for one in numbers}


def comparison_form(criterion: Criterion, numbers: Iterable[int]) -> type[ComparisonForm]:
    """Make the form of one criterion: for each proponent's number a verdict and a rationale."""
    fields: dict[str, Any] = {}
    for number in numbers:
        fields[f"verdict-{number}"] = verdict_field(criterion)
        fields[f"rationale-{number}"] = _rationale_field()
    return type("ComparisonOfCriterion", (ComparisonForm,), fields)


class MeetingForm(Form):
    """Who attends a meeting of the panel."""

    act = HiddenField(default="meet")
    attendees = SelectMultipleField(
        _("Who attends"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=False
    )

    def offer(self, people: Iterable[User]) -> None:
        """Offer the members of the panel."""
        self.attendees.choices = options((one.key, one.name) for one in people)


class AgreementForm(Form):
    """What the panel agrees on for one criterion of one proponent; `seen` is the revision that was shown."""

    act = HiddenField(default="agree")
    seen = HiddenField(default="0")


def agreement_form(criterion: Criterion) -> type[AgreementForm]:
    """Make the form of one cell, its fields named by the criterion as refusals name them."""
    fields: dict[str, Any] = {
        f"verdict-{criterion.key}": verdict_field(criterion),
        f"rationale-{criterion.key}": TextAreaField(
            _("Reason for what is agreed"), [Sentence(_("Say why, in a sentence or more."))]
        ),
    }
    if criterion.stage.kind != "mandatory":
        fields[f"outside-{criterion.key}"] = TextAreaField(
            _("Why it lies outside what members gave"), [Length(max=policy.LONGEST_TEXT)]
        )
    return type("AgreementOnCell", (AgreementForm,), fields)


def _rationale_field() -> Any:  # noqa: ANN401  (a WTForms field)
    return TextAreaField(_("Reason for the score"), [Sentence(_("Say why, in a sentence or more."))])


def verdict_field(criterion: Criterion) -> Any:  # noqa: ANN401  (a WTForms field)
    """Make the field for a criterion's judgement: met or not, points in words, or points as a number."""
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
