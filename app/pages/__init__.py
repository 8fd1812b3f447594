"""Pages that show several packages at once."""
