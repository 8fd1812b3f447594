"""The blueprint that the pages of this package join, and the one filter they need."""

from fractions import Fraction

from babel.numbers import format_decimal

import evaluations.models  # noqa: F401  (the tables are known once the pages are)
from app.core import formats
from app.core.web import Pages, language

pages = Pages("evaluations", __name__)


@pages.app_template_filter("points")
def points(value: Fraction | int | None) -> str:
    """Show an exact number of points with two decimals; nothing else ever rounds it."""
    if value is None:
        return ""
    return format_decimal(float(round(Fraction(value), 2)), "0.00", locale=formats.locale(language()))
