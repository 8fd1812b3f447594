"""Conditions: licence, repository and skills; dates; the reason for one language."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.addresses import read_address
from app.core.forms import MomentField
from auth.models import Skill
from opportunities import calendar
from opportunities.forms.base import PageForm, WholeField, line, options, text
from opportunities.models import Opportunity

ZONES = (
    "America/St_Johns", "America/Halifax", "America/Toronto", "America/Winnipeg", "America/Regina", "America/Edmonton",
    "America/Vancouver", "America/Whitehorse",
)  # fmt: skip
BY_DATE = "date"


class TermsForm(PageForm):
    """Licence, repository, skills, place and language of the work."""

    texts = ("place",)
    plain = ("licence", "repository", "work_language")
    licence = line(_("Licence"))
    repository = line(_("Repository"), limit=500)
    skills = SelectMultipleField(
        _("Skills"),
        choices=[],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    place_en, place_fr = line(), line()
    work_language = RadioField(
        _("Language of the work"),
        choices=options(
            [
                ("either", _("English or French, as the developer prefers")),
                ("en", _("English")),
                ("fr", _("French")),
                ("both", _("Both")),
            ]
        ),
        validate_choice=False,
    )

    @classmethod
    def shown(cls, opportunity: Opportunity) -> dict[str, Any]:
        """Give the fields' values of an opportunity."""
        return {**super().shown(opportunity), "skills": [skill.code for skill in opportunity.skills]}

    def offer(self, skills: Iterable[Skill], language: str) -> None:
        """Take the vocabulary of skills to choose from."""
        self.vocabulary = {skill.code: skill for skill in skills}
        named = sorted((skill.name.text(language), code) for code, skill in self.vocabulary.items())
        self.skills.choices = options((code, name) for name, code in named)

    def validate_repository(self, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        """Take web addresses only."""
        if field.data and (
            read_address(field.data).scheme not in ("http", "https") or not read_address(field.data).netloc
        ):
            raise ValidationError(_("Write a web address that begins with https://."))

    def values(self) -> dict[str, Any]:
        """Give what was typed; a skill outside the vocabulary is none."""
        language = self.work_language.data
        chosen = sorted(set(self.skills.data or ()) & set(self.vocabulary))
        return {
            **super().values(),
            "skills": [self.vocabulary[code] for code in chosen],
            "work_language": language if language in ("either", "en", "fr", "both") else "",
        }


class DatesForm(PageForm):
    """How long it is open: a usual length or a closing of one's own, and the dates around it."""

    plain = ("zone", "questions_until", "closing_at", "decision_on", "start_on", "standstill_days")
    zone = SelectField(_("Time zone"), choices=options([(zone, zone) for zone in ZONES]), default="America/Toronto")
    length = RadioField(_("Open for"), choices=[], validate_choice=False, default=BY_DATE)
    closing_at = MomentField(_("Closing"))
    questions_until = MomentField(_("Questions until"))
    decision_on = DateField(_("Decision expected on"), validators=[Optional()])
    start_on = DateField(_("Work starts on"), validators=[Optional()])
    standstill_days = WholeField(_("Days between the decision and the contract"), most=60)

    def offer(self, names: dict[str, str], lengths: list[tuple[str, str]]) -> None:
        """Take the zones' names and the lengths to choose from."""
        zone = self.zone.data
        self.zone.choices = options((code, names[code]) for code in dict.fromkeys((*ZONES, zone)) if code in names)
        self.length.choices = options(lengths)

    def take_length(self, at: datetime) -> None:
        """Replace the closing by the one that a chosen length gives from a moment on."""
        zone = ZoneInfo(self.zone.data) if self.zone.data in ZONES else ZoneInfo("America/Toronto")
        for one in calendar.suggestions(at, zone):
            if self.length.data == str(one.days):
                self.closing_at.data = one.closing

    def validate_questions_until(self, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        """Questions end before the closing."""
        closing = self.closing_at.data
        if field.data and isinstance(closing, datetime) and closing.tzinfo and field.data > closing:
            raise ValidationError(_("Questions must end before the closing."))

    def values(self) -> dict[str, Any]:
        """Give what was typed."""
        return {**super().values(), "standstill_days": self.standstill_days.data or 0}


class LanguagesForm(PageForm):
    """The written reason for publishing in one language."""

    plain = ("one_language_reason",)
    one_language_reason = text(_("Reason for publishing in one language"))
