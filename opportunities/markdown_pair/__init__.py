"""An opportunity kept as two Markdown files, one in each language, taken in without losing a paragraph."""
