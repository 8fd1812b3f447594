"""Writes events as an iCalendar file."""

from collections.abc import Iterable, Mapping
from typing import Any

from icalendar import Calendar, Event


def calendar(name: str, events: Iterable[Mapping[str, Any]]) -> bytes:
    """Give the file of a named calendar; each event by its properties."""
    whole = Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", "-//DevEx//closings//EN")
    whole.add("x-wr-calname", name)
    for properties in events:
        event = Event()
        for key, value in properties.items():
            event.add(key, value)
        whole.add_component(event)
    written: bytes = whole.to_ical()
    return written
