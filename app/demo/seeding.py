"""Plays the demonstration's world: every act through the product's own actions, in the order of their moments."""

from datetime import datetime

from app.core.db import db, transaction
from app.demo import judging, posting, work
from app.demo.cast import Cast, make_cast
from app.demo.posting import Step, Story
from app.demo.world import Calendar, Spec, opportunities


def seed(now: datetime, ocid_prefix: str) -> None:
    """Fill an empty database with the world as it stands at `now`; all of it or nothing."""
    with transaction():
        cast = make_cast(now)
        stories = [story_of(spec, cast, now, ocid_prefix) for spec in opportunities()]
        acts = [step for story in stories for step in steps_of(story)]
        for at, act in sorted((step for step in acts if step[0] <= now), key=lambda step: step[0]):
            act(at)
            db.session.flush()


def story_of(spec: Spec, cast: Cast, now: datetime, ocid_prefix: str) -> Story:
    """Give an opportunity's file its calendar."""
    calendar = Calendar.around(now, cast.zones[spec["department"]], spec["dates"].get("closing"))
    return Story(spec, cast, calendar, ocid_prefix)


def steps_of(story: Story) -> list[Step]:
    """List everything that happens to one opportunity."""
    return [*posting.steps(story), *judging.steps(story), *work.steps(story)]
