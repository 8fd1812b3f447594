"""The blueprint that these pages join."""

from app.core.web import Pages

pages = Pages("pages", __name__)
