"""The work and its payment."""
