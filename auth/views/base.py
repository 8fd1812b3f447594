"""The blueprint of people's pages."""

from app.core.web import Pages

pages = Pages("auth", __name__)
