"""What people fill in about being told."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import EmailField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.forms import Form
from subscriptions.kinds import GROUPS


def _choice(value: str, label: Any) -> SelectChoice:  # noqa: ANN401  (a text that is translated when it is shown)
    return SelectChoice(value, label)


NO_ADDRESS = _("Write an e-mail address, such as name@example.org.")
FREQUENCIES = [
    _choice("instant", _("At once")),
    _choice("daily", _("Once a day, in the morning")),
    _choice("weekly", _("Once a week, on Monday morning")),
]


class FollowForm(Form):
    """An address to follow an opportunity with."""

    email = EmailField(_("E-mail address"), [InputRequired(NO_ADDRESS), Length(max=254, message=NO_ADDRESS)])


class AlertForm(FollowForm):
    """An address, and how often; the search itself stands in the page's address."""

    frequency = RadioField(_("How often"), choices=FREQUENCIES, default="instant")


class NotificationsForm(Form):
    """The groups of notifications that one wants by mail."""

    groups = SelectMultipleField(
        _("Send me by e-mail"),
        choices=[_choice(group, _(label)) for group, label in GROUPS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
