"""A time zone is named so that nobody takes it for another."""

from app.core import formats
from opportunities.forms.conditions import ZONES


def test_each_zone_offered_has_a_name_of_its_own_in_both_languages() -> None:
    for language in ("en", "fr"):
        names = [formats.zone_name(zone, language) for zone in ZONES]
        assert sorted(set(names)) == sorted(names)


def test_the_zones_without_summer_time_are_named_by_where_they_hold() -> None:
    assert formats.zone_name("America/Regina", "fr") == "heure de la Saskatchewan"
    assert formats.zone_name("America/Whitehorse", "en") == "Yukon Time"
