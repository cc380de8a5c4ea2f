"""The words that show who speaks and what is speech: verbs, roles, and small words."""

from __future__ import annotations

from functools import cache
from typing import Literal

from reader.danish.tables import lines, rows

Gender = Literal["m", "f"]

PREPOSITIONS = frozenset(
    "af ad bag blandt efter for foran forbi fra gennem hos i ifølge imod ind inden indtil med "
    "mellem mod nær om omkring over på samt siden som til trods uden under ved via à end".split()
)
PRONOUNS: dict[str, Gender] = {"han": "m", "ham": "m", "hun": "f", "hende": "f"}
GENDERED: dict[str, Gender] = {
    **dict.fromkeys(
        "dronning prinsesse kronprinsesse forkvinde talskvinde fru frøken mor moder søster datter".split(), "f"
    ),
    **dict.fromkeys(
        "kone hustru enke kvinde sangerinde skuespillerinde grevinde pige veninde mormor farmor".split(), "f"
    ),
    **dict.fromkeys("konge kong prins kronprins hr far bror søn ægtemand mand morfar farfar dreng pave".split(), "m"),
}
# A role in words that another role is called back with.
WIDER_ROLES = {
    "forsker": ("professor", "lektor", "adjunkt", "virolog", "biolog", "historiker", "sociolog", "geolog", "psykolog"),
    "ekspert": ("professor", "lektor", "forsker", "analytiker", "kender", "økonom"),
    "partileder": ("formand", "leder"),
    "regeringschef": ("statsminister", "premierminister", "kansler"),
    "statsleder": ("præsident", "statsminister", "premierminister"),
    "politiker": ("minister", "borgmester", "ordfører", "medlem"),
    "musiker": ("sanger", "guitarist", "pianist", "trommeslager"),
    "direktør": ("topchef", "ceo"),
    "topchef": ("direktør", "ceo"),
}
# Where a clause goes on after a name in -s, the name is no genitive.
FUNCTION_WORDS = PREPOSITIONS | frozenset(
    "at da der det dog en et fordi han hun hvis igen ikke kun mandag tirsdag onsdag torsdag fredag lørdag søndag men "
    "mens nu når og også selv sig så tidligere videre senere dengang bagefter straks har havde er var "
    "vil kan skal må blev bliver".split()
)
MODALS = "plejer plejede kan kunne må måtte vil ville skal skulle".split()
ASKING = frozenset("spørger spurgte".split())
ANSWERING = frozenset("svarer svarede replicerer replicerede parerer parerede".split())


@cache
def word_list(name: str) -> tuple[str, ...]:
    """The lines of a table of this package."""
    return lines(f"speech/{name}")


@cache
def verbs() -> dict[str, frozenset[str]]:
    """Every finite form of speech, with the words of which one must follow; none where the verb is enough."""
    table = rows("speech/verbs.tsv")
    found = {
        form: frozenset(filter(None, particles.split(",")))
        for present, past, _, particles in reversed(table)
        for form in (present, past)
    }
    plain = [row for row in table if not row[3]]
    found.update(dict.fromkeys(("har", "havde"), frozenset(row[2] for row in plain)))
    found.update(dict.fromkeys(MODALS, frozenset(row[0].removesuffix("r") for row in plain)))
    return found


def is_role(word: str) -> bool:
    """Whether a word in lower case stands for a person: "havnedirektør"."""
    return word.endswith(word_list("roles.txt"))


def indefinite_forms(word: str) -> list[str]:
    """What a definite form may be of: "direktøren" of direktør, "kongen" of konge, "biskoppen" of biskop."""
    if not word.endswith(("en", "et")):
        return []
    doubled = [word[:-3]] if word[-3:-2] == word[-4:-3] else []
    return [form for form in (word[:-2], word[:-1], *doubled) if len(form) > 2]


def bare_role(word: str) -> str | None:
    """The role that a definite form means: "direktøren" is direktør."""
    return next(filter(is_role, indefinite_forms(word)), None)
