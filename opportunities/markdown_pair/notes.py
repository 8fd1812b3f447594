"""What the importer of a pair of files is told, by code."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.core.bilingual import N_

NOTES = {
    "front_matter_key": N_("“%(key)s” in the front matter has no place here: “%(en)s”, “%(fr)s”."),
    "section": N_("The section “%(en)s” / “%(fr)s” was kept under additional information."),
    "text": N_("The text before the first heading was kept under additional information."),
    "differs": N_("“%(key)s” differs between the languages: “%(en)s”, “%(fr)s”. The English one was taken."),
    "missing": N_("“%(key)s” is missing in “%(language)s”."),
    "value_unclear": N_("No single amount could be read in “%(value)s”."),
    "taxes_unclear": N_("“%(value)s” does not say whether taxes are included."),
    "moment_assumed": N_("“%(key)s” states no hour or no time zone; %(value)s was assumed."),
    "sections_differ": N_("The English text has %(en)s sections, the French one %(fr)s."),
    "headings_differ": N_("The headings “%(en)s” and “%(fr)s” stand at the same place but do not say the same."),
    "criteria_differ": N_("The criteria are not listed alike in both languages; they were left in the text."),
    "links_apart": N_("Some links are defined apart from where they are used; check them."),
    "kept_whole": N_("The text in “%(language)s” could not be divided safely and was kept whole."),
}


@dataclass(frozen=True, slots=True)
class Note:
    """Something for the importer to look at; `code` is a key of NOTES, `values` fill its sentence."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
