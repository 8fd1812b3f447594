"""Fakes against what they stand for."""
