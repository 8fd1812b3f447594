"""What people fill in about themselves, their organizations and departments."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import (
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.bilingual import Bilingual
from app.core.formats import DEFAULT_ZONE
from app.core.forms import DayField, Form
from auth.models import Department, Organization, Skill, Terms, User
from auth.provinces import PROVINCES


def _choice(value: str, label: Any = None) -> SelectChoice:  # noqa: ANN401  (a text, or one to be translated)
    return SelectChoice(value, label)


LANGUAGE_CHOICES = [_choice("en", "English"), _choice("fr", "Français")]
ROLE_CHOICES = [
    _choice("buyer", _("Buyer")),
    _choice("officer", _("Procurement officer")),
    _choice("finance", _("Finance")),
]
MEMBER_CHOICES = [
    _choice("member", _("Member")),
    _choice("admin", _("Admin")),
    _choice("owner", _("Owner")),
]
NO_ADDRESS = _("Write an e-mail address, such as name@example.ca.")
NO_NAME = _("Write the name that others see.")
NO_ORGANIZATION = _("Write the organization’s name.")
TEXTS = {
    "terms": _("I accept the terms of use"),
    "privacy": _("I have read the privacy notice"),
    "eligibility": _("I meet the eligibility statement"),
}
TITLES = (
    ("terms", _("Terms of use")),
    ("privacy", _("Privacy notice")),
    ("eligibility", _("Eligibility statement")),
)


class Checkboxes(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget: Any = ListWidget(prefix_label=False)
    option_widget: Any = CheckboxInput()


class Lines(TextAreaField):
    """Several values, one on each line; its data is a tuple."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the lines that are not empty."""
        self.data = tuple(line.strip() for line in str(valuelist[0] if valuelist else "").splitlines() if line.strip())

    def _value(self) -> str:
        return "\n".join(self.data or ())


class AllOf:
    """Every box must be ticked."""

    def __call__(self, _form: Form, field: Checkboxes) -> None:
        """Refuse while one is missing."""
        if len(field.data or ()) < len(list(field.choices or ())):
            raise ValidationError(_("Tick each of them to go on."))


def _province_choices(language: str) -> list[SelectChoice]:
    return [_choice("", ""), *(_choice(code, name.text(language)) for code, name in PROVINCES.items())]


class WelcomeForm(Form):
    """A newcomer's name and language, and the texts they accept; later only the newer texts."""

    name = StringField(_("The name that others see"), [InputRequired(NO_NAME), Length(max=120)])
    language = RadioField(_("Language of your mail"), choices=LANGUAGE_CHOICES)
    accepted = Checkboxes(_("Before you act here"), [AllOf()])

    def offer(self, due: Iterable[Terms], *, newcomer: bool) -> None:
        """Ask for what is due; only a newcomer is asked for name and language."""
        self.accepted.choices = [_choice(str(terms.id), TEXTS[terms.kind]) for terms in due]
        if not newcomer:
            del self.name, self.language


class ProfileForm(Form):
    """What a person says of themselves."""

    name = StringField(_("Name"), [InputRequired(NO_NAME), Length(max=120)])
    email = RadioField(_("Where your mail goes"))
    language = RadioField(_("Language of your mail"), choices=LANGUAGE_CHOICES)
    bio = TextAreaField(_("About you"), [Length(max=4000)])
    links = Lines(_("Links"))
    province = SelectField(_("Province or territory"))
    tax_number = StringField(_("GST/HST number"), [Length(max=30)])
    skills = Checkboxes(_("Skills"))

    def offer(self, user: User, skills: Iterable[Skill], language: str) -> None:
        """Fill the choices that depend on the person."""
        self.email.choices = [_choice(email.address) for email in user.emails]
        self.province.choices = _province_choices(language)
        self.skills.choices = [_choice(skill.code, skill.name.text(language)) for skill in skills]
        if not self.is_submitted():
            self.skills.data = [skill.code for skill in user.skills]


class OrganizationForm(Form):
    """What an organization says of itself."""

    name = StringField(_("Name of the organization"), [InputRequired(NO_ORGANIZATION), Length(max=120)])
    github_organization = StringField(_("Organization at GitHub"), [Length(max=80)])
    website = StringField(_("Website"), [Length(max=300)])
    province = SelectField(_("Province or territory"))
    tax_number = StringField(_("GST/HST number"), [Length(max=30)])

    def offer(self, language: str) -> None:
        """Fill the provinces in a language."""
        self.province.choices = _province_choices(language)


class InviteForm(Form):
    """Whom to invite, and as what."""

    email = EmailField(_("E-mail address"), [InputRequired(NO_ADDRESS), Length(max=254)])
    role = RadioField(_("Role"), choices=MEMBER_CHOICES, default="member")


class MemberForm(Form):
    """What a member is."""

    role = RadioField(_("Role"), choices=MEMBER_CHOICES)


class DepartmentForm(Form):
    """What the exchange knows of a department."""

    code = StringField(_("Code"), [Optional(), Length(max=30)])
    name_en = StringField(_("Name in English"), [Length(max=200)])
    name_fr = StringField(_("Name in French"), [Length(max=200)])
    abbreviation_en = StringField(_("Abbreviation in English"), [Length(max=20)])
    abbreviation_fr = StringField(_("Abbreviation in French"), [Length(max=20)])
    domains = Lines(_("E-mail domains"))
    province = SelectField(_("Province or territory"))

    def offer(self, language: str, department: Department | None = None) -> None:
        """Fill the provinces, and what is known of the department."""
        self.province.choices = _province_choices(language)
        if department is not None and not self.is_submitted():
            self.name_en.data, self.name_fr.data = department.name.en, department.name.fr
            self.abbreviation_en.data, self.abbreviation_fr.data = (
                department.abbreviation.en,
                department.abbreviation.fr,
            )
            self.domains.data = tuple(row.domain for row in department.domains)
            self.province.data = department.province

    @property
    def name(self) -> Bilingual:
        """The name in both languages."""
        return Bilingual((self.name_en.data or "").strip(), (self.name_fr.data or "").strip())

    @property
    def abbreviation(self) -> Bilingual:
        """The abbreviation in both languages."""
        return Bilingual((self.abbreviation_en.data or "").strip(), (self.abbreviation_fr.data or "").strip())


class PersonForm(Form):
    """A person by a verified address of theirs."""

    email = EmailField(_("Their verified e-mail address"), [InputRequired(NO_ADDRESS)])


class AppointForm(PersonForm):
    """Who gets which role."""

    role = RadioField(_("Role"), choices=ROLE_CHOICES, default="buyer")


class LendForm(PersonForm):
    """Which officer is lent to which department."""

    department = SelectField(_("To which department"))

    def offer(self, departments: Iterable[Department], language: str) -> None:
        """Fill the departments to choose from."""
        self.department.choices = [_choice(one.code, one.name.text(language)) for one in departments]


class DelegateForm(PersonForm):
    """Who stands in, from which day to which."""

    first_day = DayField(_("First day"), [InputRequired(_("Choose the first day."))])
    until = DayField(_("Last day"), [InputRequired(_("Choose the last day."))])

    @property
    def starts_at(self) -> datetime:
        """The beginning of the first day."""
        return datetime.combine(self.first_day.data, time(), ZoneInfo(DEFAULT_ZONE))

    @property
    def ends_at(self) -> datetime:
        """The end of the last day."""
        return datetime.combine(self.until.data + timedelta(days=1), time(), ZoneInfo(DEFAULT_ZONE))


class SuspendForm(Form):
    """Why somebody is shut out."""

    reason = TextAreaField(_("Why; the person is told"), [Length(max=2000)])


class TermsForm(Form):
    """A new version of a text, in both languages."""

    body_en = TextAreaField(_("English"), [Length(max=50_000)])
    body_fr = TextAreaField(_("French"), [Length(max=50_000)])


def details_of(organization: Organization | None) -> dict[str, str]:
    """Give an organization's present values to its form."""
    if organization is None:
        return {}
    return {
        name: getattr(organization, name)
        for name in ("name", "github_organization", "website", "province", "tax_number")
    }
