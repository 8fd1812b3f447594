"""What is typed to change a contract: an amendment, a milestone in two, money certified, a handover."""

from collections.abc import Callable, Mapping, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as lazy
from wtforms import (
    DateField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.core.bilingual import N_, Bilingual
from app.core.errors import NotValid
from app.core.forms import Form, MoneyField
from auth.models import User
from contracts.changes import Added, Changed, Changes, Split
from contracts.forms.typed import LONGEST, LONGEST_TITLE
from contracts.models import AmendmentDraft, Contract, Milestone
from contracts.policy import CHANGEABLE

TOO_LONG = Length(max=LONGEST, message=lazy("This is too long."))
TOO_LONG_FOR_A_TITLE = Length(max=LONGEST_TITLE, message=lazy("This is too long."))
WHY = InputRequired(lazy("Say why the contract changes."))
NEEDED = ("title_en", "title_fr", "accepted_when_en", "accepted_when_fr")
"""What a new milestone must say."""
THE_TITLE = InputRequired(lazy("Write a title in both languages."))
THE_CRITERIA = InputRequired(lazy("Say in both languages when it is accepted."))


class AnAmount:
    """An amount must be there; `least` is what it is at least, in cents."""

    field_flags = {"required": True}  # noqa: RUF012  (WTForms reads it)

    def __init__(self, least: int = 1) -> None:
        self.least = least

    def __call__(self, _form: Part, field: Field) -> None:
        """Refuse none, and less than the least."""
        if field.errors:
            return
        if field.data is None:
            raise ValidationError(gettext("Write an amount."))
        if field.data < self.least:
            raise ValidationError(gettext("An amount is at least one cent."))


class MilestoneLine(Part):
    """A milestone that may still change: its amount and its date."""

    position = IntegerField(widget=HiddenField.widget)
    amount = MoneyField(lazy("Amount"), [AnAmount(0)])
    due_on = DateField(lazy("Due"), [Optional()])


class AmendForm(Form):
    """An amendment of what stands, with a milestone more if one joins."""

    milestones = FieldList(FormField(MilestoneLine))
    title_en = StringField(lazy("Title, in English"), [TOO_LONG_FOR_A_TITLE])
    title_fr = StringField(lazy("Title, in French"), [TOO_LONG_FOR_A_TITLE])
    accepted_when_en = TextAreaField(lazy("Accepted when, in English"), [TOO_LONG])
    accepted_when_fr = TextAreaField(lazy("Accepted when, in French"), [TOO_LONG])
    amount = MoneyField(lazy("Amount"))
    due_on = DateField(lazy("Due"), [Optional()])
    scope_en = TextAreaField(lazy("Change of scope, in English"), [TOO_LONG])
    scope_fr = TextAreaField(lazy("Change of scope, in French"), [TOO_LONG])
    reason = TextAreaField(lazy("Reason"), [WHY, TOO_LONG])

    def fill(self, contract: Contract, draft: AmendmentDraft | None) -> None:
        """Show each milestone that may still change as it stands, or as it was written before."""
        written = Changes.of(draft.changes) if draft else Changes()
        meant = {one.position: one for one in written.changed}
        for milestone in contract.milestones:
            if milestone.state in CHANGEABLE:
                one = meant.get(milestone.position, milestone)
                values = {"position": milestone.position, "amount": one.amount_cents, "due_on": one.due_on}
                self.milestones.append_entry(values)
        for added in written.added:
            self.title_en.data, self.title_fr.data = added.title.en, added.title.fr
            self.accepted_when_en.data, self.accepted_when_fr.data = added.accepted_when.en, added.accepted_when.fr
            self.amount.data, self.due_on.data = added.amount_cents, added.due_on
        self.scope_en.data, self.scope_fr.data = written.scope.en, written.scope.fr
        self.reason.data = draft.reason if draft else ""

    def changes(self, contract: Contract) -> Changes:
        """Give what differs from the contract as it stands."""
        standing = {one.position: one for one in contract.milestones if one.state in CHANGEABLE}
        changed = []
        for line in self.milestones:
            now = standing.get(line.form.position.data)
            amount, due_on = line.form.amount.data, line.form.due_on.data
            if now is None or amount is None or (amount, due_on) == (now.amount_cents, now.due_on):
                continue
            changed.append(Changed(now.position, amount, now.amount_cents, due_on, now.due_on))
        return Changes(tuple(changed), self._added(), _both(self.scope_en, self.scope_fr))

    def _added(self) -> tuple[Added, ...]:
        title, when = _both(self.title_en, self.title_fr), _both(self.accepted_when_en, self.accepted_when_fr)
        if title.empty and when.empty and self.amount.data is None:
            return ()
        missing = [
            name for name in ("title_en", "title_fr", "accepted_when_en", "accepted_when_fr") if not self[name].data
        ]
        if missing:
            message = N_("A new milestone needs a title and when it is accepted, in both languages, and an amount.")
            raise NotValid(message, field=missing[0])
        if not self.amount.data:
            raise NotValid(N_("An amount is at least one cent."), field="amount")
        return (Added(title, when, self.amount.data, self.due_on.data),)


class SplitForm(Form):
    """A milestone in two: what stays of it, and the part that leaves it."""

    amount = MoneyField(lazy("Amount that stays"), [AnAmount()])
    due_on = DateField(lazy("Due"), [Optional()])
    accepted_when_en = TextAreaField(lazy("Accepted when, in English"), [THE_CRITERIA, TOO_LONG])
    accepted_when_fr = TextAreaField(lazy("Accepted when, in French"), [THE_CRITERIA, TOO_LONG])
    part_title_en = StringField(lazy("Title, in English"), [THE_TITLE, TOO_LONG_FOR_A_TITLE])
    part_title_fr = StringField(lazy("Title, in French"), [THE_TITLE, TOO_LONG_FOR_A_TITLE])
    part_when_en = TextAreaField(lazy("Accepted when, in English"), [THE_CRITERIA, TOO_LONG])
    part_when_fr = TextAreaField(lazy("Accepted when, in French"), [THE_CRITERIA, TOO_LONG])
    part_amount = MoneyField(lazy("Amount of the new part"), [AnAmount()])
    part_due_on = DateField(lazy("Due"), [Optional()])
    reason = TextAreaField(lazy("Reason"), [WHY, TOO_LONG])

    def fill(self, milestone: Milestone, draft: AmendmentDraft | None) -> None:
        """Show the milestone as it stands, or as its two parts were written before."""
        self.amount.data, self.due_on.data = milestone.amount_cents, milestone.due_on
        self.accepted_when_en.data, self.accepted_when_fr.data = milestone.accepted_when.en, milestone.accepted_when.fr
        written = Changes.of(draft.changes) if draft else Changes()
        for one in written.split:
            if draft is None or one.position != milestone.position:
                continue
            self.amount.data, self.due_on.data = one.amount_cents, one.due_on
            self.accepted_when_en.data, self.accepted_when_fr.data = one.accepted_when.en, one.accepted_when.fr
            self.part_title_en.data, self.part_title_fr.data = one.part.title.en, one.part.title.fr
            self.part_when_en.data, self.part_when_fr.data = one.part.accepted_when.en, one.part.accepted_when.fr
            self.part_amount.data, self.part_due_on.data = one.part.amount_cents, one.part.due_on
            self.reason.data = draft.reason

    def changes(self, milestone: Milestone, money: Callable[[int], str]) -> Changes:
        """Give the milestone in two; refuses parts that do not make the whole, beside the second amount."""
        stays, leaves = self.amount.data or 0, self.part_amount.data or 0
        if stays + leaves != milestone.amount_cents:
            raise NotValid(
                N_("The two parts make %(sum)s together, but the milestone is worth %(whole)s."),
                field="part_amount",
                sum=money(stays + leaves),
                whole=money(milestone.amount_cents),
            )
        part = Added(
            _both(self.part_title_en, self.part_title_fr),
            _both(self.part_when_en, self.part_when_fr),
            leaves,
            self.part_due_on.data,
        )
        when = _both(self.accepted_when_en, self.accepted_when_fr)
        due, was = self.due_on.data, milestone.due_on
        return Changes(split=(Split(milestone.position, stays, milestone.amount_cents, due, was, when, part),))


class CertifyForm(Form):
    """Money certified for an amendment."""

    amount = MoneyField(lazy("Amount certified"), [AnAmount()])
    fund_code = StringField(lazy("Fund code"), [InputRequired(lazy("Write the fund code.")), Length(max=LONGEST_TITLE)])


class HandOverForm(Form):
    """Who takes a contract over, as its buyer or its officer, and why."""

    to = RadioField(lazy("Who takes it over"), [InputRequired(lazy("Choose who takes it over."))], choices=[])
    reason = TextAreaField(lazy("Reason"), [InputRequired(lazy("Say why it is handed over.")), TOO_LONG])

    def offer(self, people: Sequence[tuple[str, User]], roles: Mapping[str, str]) -> None:
        """Offer the people who may take it over, each for a role."""
        self.to.choices = [
            SelectChoice(f"{role}:{person.key}", f"{person.name}, {roles[role]}") for role, person in people
        ]


def _both(en: Field, fr: Field) -> Bilingual:
    return Bilingual((en.data or "").strip(), (fr.data or "").strip())
