"""The throw-away PostgreSQL is there while it is needed, and gone afterwards."""

from pathlib import Path

import psycopg
from sqlalchemy import create_engine, make_url, text

from scripts.postgres import create, throwaway


def test_a_copy_of_the_template_holds_what_the_template_holds() -> None:
    with throwaway() as url:
        with psycopg.connect(url) as connection:
            connection.execute("create table note as select 'kept' as words")
        copy = create_engine(create(url, "copy", template="devex"))
        with copy.connect() as connection:
            assert connection.execute(text("select words from note")).scalars().all() == ["kept"]
        copy.dispose()


def test_nothing_is_left_of_it() -> None:
    with throwaway() as url:
        folder = Path(str(make_url(url).query["host"]))
        assert folder.is_dir()
    assert not folder.exists()
