"""What the pages of a draft have in common: bilingual pairs, the version shown, values for the action."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.core.bilingual import Bilingual
from app.core.forms import Form
from app.core.numbers import read_whole
from opportunities.models import Opportunity

LINE = 200
TEXT = 20_000
LARGEST = 1_000_000


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Name what can be chosen: values with their words."""
    return [SelectChoice(value, label) for value, label in pairs]


def clean(typed: str | None) -> str:
    """Take out what no database keeps and spell line ends one way."""
    return (typed or "").replace("\x00", "").replace("\r\n", "\n").strip()


def line(label: Any = "", limit: int = LINE) -> StringField:  # noqa: ANN401  (a lazy text)
    """Make a field of one line."""
    return StringField(label, filters=[clean], validators=[Length(max=limit, message=_("At most %(max)d characters."))])


def text(label: Any = "") -> TextAreaField:  # noqa: ANN401  (a lazy text)
    """Make a field of paragraphs in Markdown."""
    return TextAreaField(
        label, filters=[clean], validators=[Length(max=TEXT, message=_("At most %(max)d characters."))]
    )


class WholeField(IntegerField):
    """A whole number as typed, which may be left empty."""

    def __init__(self, *args: Any, least: int = 0, most: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(*args, **{"validators": [Optional()], **kwargs})
        self.least = least
        self.most = most

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read it, or refuse in words."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        number = read_whole(typed, default=-1)
        if number < 0 or not self.least <= number <= self.most:
            raise ValueError(_("Write a whole number from %(least)s to %(most)s.", least=self.least, most=self.most))
        self.data = number


def pair_of(form: Any, name: str) -> Bilingual:  # noqa: ANN401  (any form)
    """Read the two languages of one text."""
    return Bilingual(form[f"{name}_en"].data or "", form[f"{name}_fr"].data or "")


def sides(name: str, value: Bilingual) -> dict[str, str]:
    """Spread a text over its two fields."""
    return {f"{name}_en": value.en, f"{name}_fr": value.fr}


class PageForm(Form):
    """One page of a draft; `texts` are its bilingual fields, `plain` the others that are set as they stand."""

    texts: ClassVar[tuple[str, ...]] = ()
    plain: ClassVar[tuple[str, ...]] = ()
    version = HiddenField()

    @classmethod
    def of(cls, opportunity: Opportunity) -> Self:
        """Show an opportunity in the form."""
        return cls(formdata=None, data={**cls.shown(opportunity), "version": str(opportunity.version)})

    @classmethod
    def shown(cls, opportunity: Opportunity) -> dict[str, Any]:
        """Give the fields' values of an opportunity."""
        given: dict[str, Any] = {name: getattr(opportunity, name) for name in cls.plain}
        for name in cls.texts:
            given.update(sides(name, getattr(opportunity, name)))
        return given

    @property
    def shown_version(self) -> int | None:
        """The version that the page was shown with."""
        version = read_whole(self.version.data, default=-1)
        return version if version >= 0 else None

    def values(self) -> dict[str, Any]:
        """Give what was typed by the names that actions take."""
        given: dict[str, Any] = {name: self[name].data for name in self.plain}
        return {**given, **{name: pair_of(self, name) for name in self.texts}}

    def change_rows(self, add: str | None, remove: str | None) -> bool:  # noqa: ARG002  (pages without rows have none to change)
        """Add or take out a row when its button was pressed; says whether one was."""
        return False

    def markdown(self) -> list[tuple[str, Field, Field]]:
        """Name the pairs whose text is Markdown, for the preview."""
        return [
            (name, self[f"{name}_en"], self[f"{name}_fr"])
            for name in self.texts
            if isinstance(self[f"{name}_en"], TextAreaField)
        ]
