"""The terms of a contract: numbered clauses in both languages, in versions.

A version that somebody accepted is never edited; a change is a new version, and each contract keeps its own. The text
of a contract holds its clauses in full, so that what was accepted reads the same whatever is written here later.
Version 0 is a contract drawn up before terms had versions: it has no clauses.
"""

from dataclasses import dataclass
from typing import Any

from app.core.bilingual import Bilingual

CURRENT = 1


@dataclass(frozen=True)
class Clause:
    """One clause: its title and its text."""

    title: Bilingual
    text: Bilingual

    def as_dict(self) -> dict[str, Any]:
        """Give the value that a contract's text keeps."""
        return {"title": self.title.as_dict(), "text": self.text.as_dict()}


FIRST = (
    Clause(
        Bilingual("What this contract is", "Ce qu’est ce contrat"),
        Bilingual(
            "The department buys the work described here from the supplier. The contract is this text, the opportunity "
            "it came from and the amendments that both sides accept. Where they differ, the later text counts. The "
            "English and the French text have the same force.",
            "Le ministère achète au fournisseur le travail décrit ici. Le contrat se compose du présent texte, du défi "
            "dont il découle et des modifications que les deux parties acceptent. En cas de différence, le texte le "
            "plus récent l’emporte. Les textes anglais et français ont la même valeur.",
        ),
    ),
    Clause(
        Bilingual("Delivery", "Livraison"),
        Bilingual(
            "The supplier delivers each milestone on the exchange, with what shows the work, by its due date. A "
            "supplier who will be late says so before that date and says why.",
            "Le fournisseur livre chaque jalon sur la plateforme, avec ce qui montre le travail, au plus tard à la "
            "date prévue. S’il prévoit un retard, il l’annonce avant cette date et en donne la raison.",
        ),
    ),
    Clause(
        Bilingual("Acceptance", "Acceptation"),
        Bilingual(
            "Within 15 days of a delivery the department accepts the milestone, or returns it and says what is "
            "missing. It judges the work only by what is written under that milestone. The supplier delivers a "
            "returned milestone again at no further price.",
            "Dans les 15 jours suivant une livraison, le ministère accepte le jalon, ou le renvoie en disant ce qui "
            "manque. Il juge le travail uniquement d’après ce qui est écrit pour ce jalon. Le fournisseur livre de "
            "nouveau un jalon renvoyé sans supplément de prix.",
        ),
    ),
    Clause(
        Bilingual("Payment", "Paiement"),
        Bilingual(
            "Nothing is paid in advance. A delivery makes the invoice. An accepted milestone is paid within 30 days of "
            "its invoice or of its acceptance, whichever is later, to the account that the supplier connected to the "
            "exchange. The department pays simple interest on what it pays late. Payment is subject to funds being "
            "appropriated for the fiscal year in which it falls due (Financial Administration Act, section 40).",
            "Rien n’est payé d’avance. La livraison vaut facture. Un jalon accepté est payé dans les 30 jours suivant "
            "la facture ou l’acceptation, selon la plus tardive des deux dates, au compte que le fournisseur a relié à "
            "la plateforme. Le ministère paie un intérêt simple sur ce qu’il paie en retard. Le paiement est "
            "subordonné à l’existence d’un crédit pour l’exercice au cours duquel il devient exigible (Loi sur la "
            "gestion des finances publiques, article 40).",
        ),
    ),
    Clause(
        Bilingual("Taxes", "Taxes"),
        Bilingual(
            "Each invoice shows the sales taxes of the department’s province at the rates of its day. A supplier who "
            "is not registered for these taxes charges none and receives the agreed amount.",
            "Chaque facture indique les taxes de vente de la province du ministère, aux taux en vigueur ce jour-là. Un "
            "fournisseur qui n’est pas inscrit à ces taxes n’en perçoit pas et reçoit le montant convenu.",
        ),
    ),
    Clause(
        Bilingual("Open source", "Code source ouvert"),
        Bilingual(
            "The supplier owns what it makes and publishes it in the repository under the licence named above, no "
            "later than its delivery. What others made is used only under a licence that allows this. The supplier "
            "says so when it knows that somebody else has a right to any part of the work.",
            "Le fournisseur demeure titulaire des droits sur ce qu’il crée et le publie dans le dépôt, sous la licence "
            "indiquée plus haut, au plus tard à la livraison. Ce que d’autres ont créé n’est utilisé que sous une "
            "licence qui le permet. Si le fournisseur sait qu’un tiers détient un droit sur une partie du travail, il "
            "le signale.",
        ),
    ),
    Clause(
        Bilingual("Private information", "Renseignements confidentiels"),
        Bilingual(
            "Each side keeps to itself what it learns of the other that is not public, and uses it for this work "
            "alone. No personal information and no secret is put in the repository.",
            "Chaque partie garde pour elle ce qu’elle apprend de l’autre et qui n’est pas public, et ne l’utilise que "
            "pour ce travail. Aucun renseignement personnel ni aucun secret n’est déposé dans le dépôt.",
        ),
    ),
    Clause(
        Bilingual("Defects", "Défauts"),
        Bilingual(
            "For 90 days after a milestone is accepted the supplier mends, at no further price, what does not do what "
            "was written under it.",
            "Pendant les 90 jours suivant l’acceptation d’un jalon, le fournisseur corrige sans supplément de prix ce "
            "qui ne fait pas ce qui était écrit pour ce jalon.",
        ),
    ),
    Clause(
        Bilingual("Who does the work", "Qui fait le travail"),
        Bilingual(
            "The supplier is independent and not an employee of the department. It may have others do parts of the "
            "work and answers for them. It hands the contract to nobody else without the department’s consent.",
            "Le fournisseur est indépendant et n’est pas employé par le ministère. Il peut confier des parties du "
            "travail à d’autres et en répond. Il ne cède le contrat à personne sans le consentement du ministère.",
        ),
    ),
    Clause(
        Bilingual("Changes", "Modifications"),
        Bilingual(
            "Value, dates, milestones and scope change only by numbered amendments on the exchange, each with its "
            "reason, accepted by both sides.",
            "La valeur, les dates, les jalons et la portée ne changent que par des modifications numérotées sur la "
            "plateforme, chacune avec son motif, acceptées par les deux parties.",
        ),
    ),
    Clause(
        Bilingual("Ending early", "Résiliation"),
        Bilingual(
            "The department may end the contract in writing on the exchange and says why. What is delivered by then "
            "is accepted or returned first, what is accepted is paid, and the rest is cancelled. Nothing more is "
            "owed by either side.",
            "Le ministère peut résilier le contrat par écrit sur la plateforme, en donnant la raison. Ce qui est déjà "
            "livré est d’abord accepté ou renvoyé, ce qui est accepté est payé, et le reste est annulé. Les parties ne "
            "se doivent rien de plus.",
        ),
    ),
    Clause(
        Bilingual("Disagreements and law", "Désaccords et droit applicable"),
        Bilingual(
            "The two sides first try to settle a disagreement between them, then by mediation. The laws in force in "
            "the department’s province apply, with the federal laws of Canada.",
            "Les parties tentent d’abord de régler un désaccord entre elles, puis par la médiation. Les lois en "
            "vigueur dans la province du ministère s’appliquent, avec les lois fédérales du Canada.",
        ),
    ),
)

VERSIONS: dict[int, tuple[Clause, ...]] = {0: (), 1: FIRST}
"""Every version that a contract was ever drawn up under."""


def clauses(version: int) -> tuple[Clause, ...]:
    """Give the clauses of a version."""
    return VERSIONS[version]
