"""Provinces and territories: which taxes apply and where people work depends on them."""

from app.core.bilingual import Bilingual

PROVINCES = {
    "AB": Bilingual("Alberta", "Alberta"),
    "BC": Bilingual("British Columbia", "Colombie-Britannique"),
    "MB": Bilingual("Manitoba", "Manitoba"),
    "NB": Bilingual("New Brunswick", "Nouveau-Brunswick"),
    "NL": Bilingual("Newfoundland and Labrador", "Terre-Neuve-et-Labrador"),
    "NS": Bilingual("Nova Scotia", "Nouvelle-Écosse"),
    "NT": Bilingual("Northwest Territories", "Territoires du Nord-Ouest"),
    "NU": Bilingual("Nunavut", "Nunavut"),
    "ON": Bilingual("Ontario", "Ontario"),
    "PE": Bilingual("Prince Edward Island", "Île-du-Prince-Édouard"),
    "QC": Bilingual("Quebec", "Québec"),
    "SK": Bilingual("Saskatchewan", "Saskatchewan"),
    "YT": Bilingual("Yukon", "Yukon"),
}
