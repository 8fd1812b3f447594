"""The base form: protection against forged posts, bilingual labels, money and moments as people type them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import get_locale, gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField as UploadedField
from flask_wtf.file import FileRequired
from flask_wtf.file import MultipleFileField as UploadedFiles
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from app.core.db import transaction
from app.core.errors import NotValid, Refusal
from app.core.formats import DEFAULT_ZONE
from app.core.late import refusal_drawn
from app.core.money import NotAnAmount, format_typed, parse_cents
from app.core.web import say

FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Beyond these years no calendar reckons, and no moment has a time in every zone."""


class Form(FlaskForm):
    """A form that keeps what was typed and can take the refusals of actions as its own errors."""

    class Meta(FlaskForm.Meta):
        """How what was sent is read."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:  # noqa: ANN401  (WTForms' signature)
            """Take what was sent, without the sign that no keyboard types and PostgreSQL keeps in no text."""
            sent = super().wrap_formdata(form, formdata)
            if not sent:
                return sent
            return MultiDict(
                (name, value.replace("\0", "") if isinstance(value, str) else value)
                for name in sent
                for value in sent.getlist(name)
            )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401  (WTForms' signature)
        """Check what was sent; what came too late is refused, whatever it says."""
        late = refusal_drawn()
        if late is not None:
            self.form_errors.append(say(late))
            return False
        return bool(super().validate(extra_validators))

    def refuse(self, refusal: Refusal) -> None:
        """Show an action's refusal beside its field, or at the top."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(say(refusal))
        else:
            field.errors = [*field.errors, say(refusal)]

    def carry_out(self, act: Callable[[datetime], object]) -> bool:
        """Carry out `act(at)` in one transaction if the form was sent and is right; a NotValid shows as its error."""
        if not self.validate_on_submit():
            return False
        try:
            with transaction() as at:
                act(at)
        except NotValid as refusal:
            self.refuse(refusal)
            return False
        return True


class _TypedField(Field):
    """A field that shows again what was typed, whatever became of it."""

    widget = TextInput()
    typed: str | None = None

    def take(self, valuelist: Sequence[Any]) -> str:
        """Keep what was typed and forget the value; blanks alone are nothing typed, also to who requires something."""
        self.typed = str(valuelist[0]).strip() if valuelist else ""
        self.raw_data = [self.typed] if valuelist else []
        self.data = None
        return self.typed


class FilesField(UploadedFiles):
    """Files that may be chosen, checked likewise; words sent in their place are none."""


class FileField(UploadedField):
    """A file that must be chosen; what it holds is checked by `app.core.files.check_upload`."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        super().__init__(label, validators=[FileRequired(message=lazy_gettext("Choose a file."))], **kwargs)


class MoneyField(_TypedField):
    """An amount in dollars as typed; its data is integer cents or None."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read an amount in dollars."""
        typed = self.take(valuelist)
        if not typed:
            return
        try:
            self.data = parse_cents(typed)
        except NotAnAmount as refused:
            raise ValueError(_why_no_amount(refused.why)) from None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return format_typed(self.data).replace(".", "," if str(get_locale()) == "fr" else ".")


def _why_no_amount(why: str) -> str:
    """Say in the reader's language why what was typed is no amount."""
    words = {
        "currency": gettext("Write the amount in Canadian dollars, without another currency or words."),
        "negative": gettext("An amount is not negative."),
        "cents": gettext("An amount has at most two decimals, for cents."),
        "large": gettext("This amount is too large."),
    }
    return words.get(why, gettext("Write an amount in dollars, such as 25,000 or 25 000,50."))


class DayField(DateField):
    """A day of a year that calendars reckon with."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read a day."""
        super().process_formdata(valuelist)
        if self.data is not None and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            self.data = None
            raise ValueError(gettext("Write a date and time, such as 2026-11-29 16:00."))


class MomentField(_TypedField):
    """A local date and time (`2026-11-29T16:00`) in the zone of the form's `zone`; its data is a moment or None."""

    local: datetime | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read a local date and time; it becomes a moment once the form's zone is known."""
        typed = self.take(valuelist)
        if not typed:
            return
        try:
            local = datetime.fromisoformat(typed.replace(" ", "T")).replace(tzinfo=None)
        except ValueError:
            local = datetime.min  # noqa: DTZ901  (no moment: refused in the next line)
        if not FIRST_YEAR <= local.year <= LAST_YEAR:
            raise ValueError(gettext("Write a date and time, such as 2026-11-29 16:00."))
        self.local = local

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        """Turn the local time into a moment by the form's zone; what that zone's clocks leave out or repeat is none."""
        if self.local is None:
            return
        first = self.local.replace(tzinfo=ZoneInfo(zone_of(form)))
        before, after = first.utcoffset(), first.replace(fold=1).utcoffset()
        if before == after:
            self.data = first
        elif before is not None and after is not None and before < after:
            raise ValidationError(gettext("The clocks go forward here: this time never comes. Choose another."))
        else:
            raise ValidationError(gettext("The clocks go back here: this time comes twice. Choose another."))

    def shown_in(self, zone: str) -> str:
        """Give the value of the field in a zone, as its input wants it."""
        if self.typed is not None:
            return self.typed
        return self.data.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def _value(self) -> str:
        return self.shown_in(DEFAULT_ZONE)


def zone_of(form: Any) -> str:  # noqa: ANN401  (WTForms' form)
    """Give the time zone that a form's moments are typed in; one that is none, its own field refuses."""
    field = getattr(form, "zone", None)
    named = str(field.data) if isinstance(field, Field) and field.data else DEFAULT_ZONE
    try:
        ZoneInfo(named)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return DEFAULT_ZONE
    return named


class AtMostWords:
    """At most so many words; the sentence is the same as the counter's beside the field."""

    def __init__(self, count_words: Callable[[str], int], limit: int) -> None:
        self.count_words = count_words
        self.limit = limit

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ANN401, ARG002  (WTForms' signature)
        """Refuse what is too long, saying by how much."""
        over = self.count_words(field.data or "") - self.limit
        if over > 0:
            sentence = lazy_gettext("%(over)s words too many; the limit is %(limit)s.", over=over, limit=self.limit)
            raise ValidationError(str(sentence))
