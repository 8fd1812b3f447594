"""The base form: protection against forged posts, bilingual labels, money and moments as people type them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from app.core.errors import NotValid
from app.core.money import format_typed, parse_cents
from app.core.web import say


class Form(FlaskForm):
    """A form that keeps what was typed and can take the refusals of actions as its own errors."""

    def refuse(self, refusal: NotValid) -> None:
        """Show an action's refusal beside its field, or at the top."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(say(refusal))
        else:
            field.errors = [*field.errors, say(refusal)]


class MoneyField(StringField):
    """An amount in dollars as typed; its data is integer cents."""

    def process_data(self, value: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        self.data = value

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if self.typed:
            try:
                self.data = parse_cents(self.typed)
            except ValueError:
                raise ValueError(_("Write an amount in dollars, such as 25,000 or 25 000,50.")) from None

    def _value(self) -> str:
        return getattr(self, "typed", None) or format_typed(self.data if isinstance(self.data, int) else None)


class MomentField(StringField):
    """A local date and time (`2026-11-29T16:00`) in the form's `zone`; its data is a moment in UTC or None."""

    def __init__(self, *args: Any, zone_of: str = "zone", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone_of = zone_of

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if self.typed:
            try:
                self.local = datetime.fromisoformat(self.typed.replace(" ", "T")).replace(tzinfo=None)
            except ValueError:
                raise ValueError(_("Write a date and time, such as 2026-11-29 16:00.")) from None

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        if getattr(self, "typed", "") and hasattr(self, "local"):
            self.data = self.local.replace(tzinfo=ZoneInfo(_zone(form, self.zone_of)))

    def shown_in(self, zone: str) -> str:
        """Give the value of the field in a zone, as its input wants it."""
        if getattr(self, "typed", ""):
            return self.typed
        return self.data.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if self.data else ""


def _zone(form: Any, name: str) -> str:  # noqa: ANN401  (WTForms' form)
    field = getattr(form, name, None)
    return field.data if isinstance(field, Field) and field.data else "America/Toronto"


class AtMostWords:
    """At most so many words; the sentence is the same as the counter's beside the field."""

    def __init__(self, count_words: Any, limit: int) -> None:  # noqa: ANN401  (a counting function)
        self.count_words = count_words
        self.limit = limit

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ANN401, ARG002  (WTForms' signature)
        over = self.count_words(field.data or "") - self.limit
        if over > 0:
            raise ValidationError(
                _("%(over)s words too many; the limit is %(limit)s.", over=over, limit=self.limit)
            )
