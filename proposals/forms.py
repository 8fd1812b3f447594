"""Forms of the proposal's pages; each begins from what is saved and says what it was drawn from."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms import Form as Rows
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.core.forms import AtMostWords, Form, MoneyField
from app.core.web import bilingual_text
from app.core.words import count_words
from auth.models import Organization, Terms
from proposals import sharing
from proposals.content import (
    APPROACH,
    LONGEST_ANSWER,
    LONGEST_LINE,
    MOST_PEOPLE,
    PLAN,
    TEAM,
    Ask,
    Content,
    TeamMember,
    is_address,
)

ALONE = "me"


class StartForm(Form):
    """In whose name a proposal begins."""

    on_behalf = RadioField(_("Who proposes?"), default=ALONE)


def start_form(alone: bool, name: str, organizations: Sequence[Organization]) -> StartForm:  # noqa: FBT001  (whether oneself is still a choice)
    """Offer one's own name and the organizations that have no proposal here yet."""
    form = StartForm()
    mine = [(ALONE, _("%(name)s, in my own name", name=name))] if alone else []
    form.on_behalf.choices = [*mine, *((one.key, one.name) for one in organizations)]
    if form.on_behalf.data not in dict(form.on_behalf.choices) and not form.is_submitted():
        form.on_behalf.data = form.on_behalf.choices[0][0]
    return form


def answer_box(key: str) -> str:
    """Name the box of a criterion's answer."""
    return f"answer-{key}"


def approach_form(ask: Ask, content: Content) -> Form:
    """Draw one box for each criterion, with its own limit."""

    class ApproachForm(Form):
        """One answer for each criterion."""

        drawn_from = HiddenField()

    for criterion in ask.criteria:
        limits: list[Any] = [Length(max=LONGEST_ANSWER, message=_("This text is far too long to be kept."))]
        if criterion.word_limit is not None:
            limits.append(AtMostWords(count_words, criterion.word_limit))
        box = TextAreaField(bilingual_text(criterion.title), validators=limits)
        setattr(ApproachForm, answer_box(criterion.key), box)
    saved = {answer_box(criterion.key): content.answers.get(criterion.key, "") for criterion in ask.criteria}
    return ApproachForm(data={"drawn_from": content.mark(APPROACH), **saved})


def typed_answers(form: Form, ask: Ask) -> dict[str, str]:
    """Give what was typed, by the criterion's key."""
    return {criterion.key: form[answer_box(criterion.key)].data or "" for criterion in ask.criteria}


class PlanForm(Form):
    """The price, where one is asked."""

    drawn_from = HiddenField()
    price_cents = MoneyField(_("Your price"))


def plan_form(content: Content) -> PlanForm:
    """Begin from the saved price."""
    return PlanForm(data={"drawn_from": content.mark(PLAN), "price_cents": content.price_cents})


class MemberForm(Rows):
    """One person of the team."""

    name = StringField(_("Name"), validators=[Length(max=LONGEST_LINE)])
    does = TextAreaField(_("What this person does here, and has done before"), validators=[Length(max=LONGEST_LINE)])
    link = StringField(_("Link to a profile or to work"), validators=[Optional(), Length(max=LONGEST_LINE)])

    def validate_name(self, field: Any) -> None:  # noqa: ANN401  (WTForms' hook)
        """Want a name where anything else stands."""
        if not (field.data or "").strip() and ((self.does.data or "").strip() or (self.link.data or "").strip()):
            raise ValidationError(_("Write this person's name."))

    def validate_link(self, field: Any) -> None:  # noqa: ANN401  (WTForms' hook)
        """Want a whole address."""
        if not is_address(field.data or ""):
            raise ValidationError(_("Write a whole address, such as https://example.ca/work."))


class TeamForm(Form):
    """Who will do the work."""

    drawn_from = HiddenField()
    team = FieldList(FormField(MemberForm), max_entries=MOST_PEOPLE)


def team_form(content: Content) -> TeamForm:
    """Begin from the saved team; with one empty row when there is nobody."""
    members = [{"name": one.name, "does": one.does, "link": one.link} for one in content.team]
    return TeamForm(data={"drawn_from": content.mark(TEAM), "team": members or [{}]})


def typed_team(form: TeamForm) -> list[TeamMember]:
    """Give the people as typed."""
    return [TeamMember(row["name"] or "", row["does"] or "", row["link"] or "") for row in form.team.data]


def rearrange(form: TeamForm, add: str, remove: str) -> bool:
    """Add or remove a row, as the page's buttons ask; says whether one of them was pressed."""
    if add and len(form.team.entries) < MOST_PEOPLE:
        form.team.append_entry()
    if remove:
        form.team.entries = [entry for entry in form.team.entries if entry.name != remove]
    return bool(add or remove)


class FileForm(Form):
    """One file to add."""

    file = FileField(_("File"))


class CheckForm(Form):
    """What is accepted with a submission, and what the page showed."""

    seen = HiddenField()


def check_form(terms: Sequence[Terms], seen: str, *, takes_home: bool = False) -> CheckForm:
    """Draw one box for each text to accept, by its version; in custody one more, for the copy taken home."""
    words = {
        "terms": _("I accept the terms of use"),
        "eligibility": _("I declare that I am eligible, and that what I wrote is true"),
    }

    class Ticked(CheckForm):
        """With a box for each text."""

    for one in terms:
        label = _("%(words)s (version %(number)s)", words=words[one.kind], number=one.number)
        setattr(Ticked, f"accept_{one.id}", BooleanField(label, [InputRequired(_("Tick this box to accept it."))]))
    if takes_home:
        Ticked.took_home = BooleanField(
            _("I downloaded my own copy of this text, and keep it"),
            [InputRequired(_("Download your copy first: after you submit, nobody can give it to you."))],
        )
    form: CheckForm = Ticked(data={"seen": seen})
    return form


def ticked(form: CheckForm, terms: Sequence[Terms]) -> set[int]:
    """Give the numbers of the texts that were accepted."""
    return {one.id for one in terms if form[f"accept_{one.id}"].data}


SHORTEST_PASSPHRASE = 20
LONGEST_PASSPHRASE = 1000
MOST_ADDRESSES = 2000


class CustodyForm(Form):
    """Who shall keep the keys, and how many of them together open."""

    people = TextAreaField(_("Custodians"), [InputRequired(_("Name the custodians.")), Length(max=MOST_ADDRESSES)])
    threshold = RadioField(
        _("How many of them it takes to open"),
        choices=[SelectChoice(str(count), str(count)) for count in range(sharing.FEWEST, sharing.MOST + 1)],
        default=str(sharing.FEWEST),
    )

    def addresses(self) -> list[str]:
        """Give the addresses as typed, one on each line."""
        return (self.people.data or "").replace(",", " ").replace(";", " ").split()


class PassphraseForm(Form):
    """A custodian's passphrase, to be used once and forgotten."""

    passphrase = PasswordField(
        _("Your passphrase"), [InputRequired(_("Type your passphrase.")), Length(max=LONGEST_PASSPHRASE)]
    )


class AcceptForm(PassphraseForm):
    """A passphrase that is chosen, typed twice."""

    again = PasswordField(_("The same passphrase again"))

    def validate_passphrase(self, field: Any) -> None:  # noqa: ANN401  (WTForms' hook)
        """Want one that cannot be guessed by trying."""
        if len(" ".join((field.data or "").split())) < SHORTEST_PASSPHRASE:
            raise ValidationError(_("At least 20 letters: five or six words that do not belong together."))

    def validate_again(self, field: Any) -> None:  # noqa: ANN401  (WTForms' hook)
        """Want the same twice."""
        if field.data != self.passphrase.data:
            raise ValidationError(_("The two are not the same."))


class SheetForm(Form):
    """What stands on the recovery sheet."""

    sheet = TextAreaField(
        _("What stands on the recovery sheet"), [InputRequired(_("Type what stands on the sheet.")), Length(max=500)]
    )
