"""Forms of the panel and of decisions; what they cannot know by themselves the actions refuse."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from app.core.forms import Form, MomentField
from evaluations import policy
from evaluations.forms.common import Sentence, options
from evaluations.queries import Ranked, bidder_name

LONGEST_PLACE = 500


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


class DisqualifyForm(ReasonForm):
    """Why a proposal is disqualified; `ground` is asked once prices are known."""

    ground = RadioField(
        _("What is the ground?"),
        choices=options([("other", _("A requirement or rule that is not met")), ("price", _("The price"))]),
        default="other",
    )


def withhold_form(labels: Mapping[int, str]) -> type[ReasonForm]:
    """Make the form of a prize that stays without a winner: which of those that are open, and why."""
    choices = options((str(place), label) for place, label in labels.items())
    place = RadioField(_("Which prize"), [InputRequired(_("Choose one."))], choices=choices)
    return type("WithholdForm", (ReasonForm,), {"place": place})


class AwardForm(Form):
    """Which proposals win, place by place, and why; `following` are the keys of those that need no further reason."""

    following: Sequence[str] = ()
    boxes: Sequence[str] = ()
    reason = TextAreaField(_("Why this proposal is chosen"), [Sentence(_("Give the reason, in a sentence or more."))])
    departure_reason = TextAreaField(_("Why not the next in rank"), [Length(max=policy.LONGEST_TEXT)])

    @property
    def winners(self) -> list[str]:
        """The keys of the proponents chosen, place by place."""
        return [self[name].data or "" for name in self.boxes]

    def validate_departure_reason(self, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        """Ask for a further reason when the ranking is not followed."""
        if all(self.winners) and self.winners != list(self.following):
            Sentence(_("Say why the award goes to another than the next in rank."))(self, field)


def one_place_each(form: Any, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
    """Refuse a proposal that is chosen for two places."""
    if form.winners.count(field.data) > 1:
        raise ValidationError(_("This proposal is chosen for two places."))


def award_form(lines: Sequence[Ranked], places: Sequence[int], labels: Mapping[int, str]) -> type[AwardForm]:
    """Make the form of an award: for each place that is open, the proposals that may win, in order of rank.

    `labels` name each prize's place; without prizes there is one place, chosen by radios.
    """
    offered = options(
        (one.proponent.key, f"{one.placing.rank}. {bidder_name(one.proponent.proposal)}") for one in lines
    )
    needed = InputRequired(_("Choose the winner."))
    fields: dict[str, Any] = {}
    for place in places[: len(lines)]:
        if labels:
            fields[f"winner-{place}"] = SelectField(labels[place], [needed, one_place_each], choices=offered)
        else:
            fields["winner"] = RadioField(_("Chosen proposal"), [needed], choices=offered)
    following = [one.proponent.key for one in lines[: len(fields)]]
    return type("AwardOfPlaces", (AwardForm,), {**fields, "boxes": list(fields), "following": following})


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


class InvitationForm(Form):
    """When and where a proponent comes to a challenge or an interview; `seen` is the revision that was shown."""

    zone = HiddenField()
    seen = HiddenField(default="0")
    starts_at = MomentField(_("Date and time"), [InputRequired(_("Write a date and time, such as 2026-11-29 16:00."))])
    place = StringField(
        _("Place or link"),
        [InputRequired(_("Say where: an address, a room or a link.")), Length(max=LONGEST_PLACE)],
    )
    words = TextAreaField(_("What to prepare, and whom to ask"), [Length(max=policy.LONGEST_TEXT)])


class RequestForm(Form):
    """What a bidder is to explain of a price, and until when."""

    zone = HiddenField()
    request = TextAreaField(
        _("What is to be explained"), [Sentence(_("Say what is to be explained, in a sentence or more."))]
    )
    due_at = MomentField(_("Until when"), [InputRequired(_("Write a date and time, such as 2026-11-29 16:00."))])


class ExplanationForm(Form):
    """A bidder's explanation of a price."""

    answer = TextAreaField(_("Your explanation"), [Sentence(_("Explain in a sentence or more."))])
