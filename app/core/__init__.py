"""The base layer; it knows no package."""
