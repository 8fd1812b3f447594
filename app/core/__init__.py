"""The base layer; knows no package."""
