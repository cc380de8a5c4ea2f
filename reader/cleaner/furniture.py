"""What stands around articles and is none of them: words of newspaper furniture, as data.

Danish first, its sisters after it: Norwegian, Swedish, English, and a little German. All in lower case, without the
marks around them. A block is furniture only as a whole; a sentence that merely holds such words is left alone.
"""

from __future__ import annotations

import re

# Labels that offer to read aloud. Newsroom exports carry them in their first line.
LISTEN = frozenset({
    *("lyt til artiklen", "lyt til artikel", "hør artiklen", "læs op", "læs artiklen op", "få artiklen læst op"),
    *("lytt til artikkelen", "lytt til saken", "hør artikkelen"),
    *("lyssna på artikeln", "lyssna", "läs upp"),
    *("listen to article", "listen to this article", "listen to the article"),
})  # fmt: skip

# Lines that say nothing but what a button, a box or an advertisement is.
LINES = frozenset({
    # Danish
    *("annonce", "annoncer", "reklame", "sponsoreret", "sponsoreret indhold", "annoncørbetalt indhold"),
    *("artiklen fortsætter", "artiklen fortsætter efter annoncen", "artiklen fortsætter under annoncen"),
    *("artiklen fortsætter efter billedet", "artiklen fortsætter under billedet", "artiklen fortsætter herunder"),
    *("artiklen fortsætter efter videoen", "artiklen fortsætter under videoen", "fortsætter efter annoncen"),
    *("historien fortsætter", "historien fortsætter efter annoncen", "historien fortsætter under annoncen"),
    *("del", "del artiklen", "del artikel", "del på facebook", "del på twitter", "del på linkedin", "del på mail"),
    *("kopier link", "kopiér link", "link kopieret", "gem", "gem artikel", "gem artiklen", "print", "udskriv"),
    *("tip en ven", "send til en ven"),
    *("læs også", "læs mere", "læs videre", "se også", "hør også", "læs mere her", "relateret", "relaterede artikler"),
    *("mest læste", "seneste nyt", "seneste nyheder", "mere om emnet", "emner", "tags", "anbefalet til dig"),
    *("log ind", "log ind for at læse videre", "bliv abonnent", "køb abonnement", "allerede abonnent", "abonnér"),
    *("tilmeld dig", "tilmeld dig nyhedsbrevet", "tilmeld dig vores nyhedsbrev", "tilmeld nyhedsbrev", "nyhedsbrev"),
    *("luk", "vis mere", "vis mindre", "se mere", "se alle", "kommentarer", "skriv kommentar", "deltag i debatten"),
    *("opdateret", "publiceret", "afspil", "afspil video", "se video", "tilbage til toppen", "fold ud", "følg emnet"),
    *("foto", "fotos", "arkivfoto", "privatfoto", "pressefoto", "modelfoto", "grafik", "video"),
    # Norwegian
    *("annonsørinnhold", "artikkelen fortsetter under annonsen", "artikkelen fortsetter", "saken fortsetter"),
    *("saken fortsetter under annonsen", "del saken", "les også", "les mer", "logg inn", "bli abonnent", "annonse"),
    # Swedish
    *("annons", "artikeln fortsätter under annonsen", "artikeln fortsätter", "dela", "dela artikeln", "läs också"),
    *("läs även", "läs mer", "logga in", "bli prenumerant", "kopiera länk", "visa mer"),
    # English
    *("advertisement", "advertisements", "ad", "sponsored", "sponsored content", "article continues below"),
    *("article continues after advertisement", "story continues below advertisement", "continue reading"),
    *("continue reading the main story", "share", "share this article", "share on facebook", "share on twitter"),
    *("read also", "read more", "see also", "related", "related articles", "related stories", "recommended"),
    *("most read", "log in", "sign in", "sign up", "subscribe", "subscribe now", "copy link", "link copied", "save"),
    *("comments", "leave a comment", "show more", "back to top", "play", "play video", "watch", "loading"),
    *("sign up for our newsletter", "newsletter", "getty images", "view comments", "follow us", "tweet", "email"),
    # German
    *("anzeige", "lesen sie auch", "mehr zum thema", "teilen", "jetzt lesen", "auch interessant", "weiterlesen"),
})  # fmt: skip

# Labels before a colon that make the whole short block a pointer, a credit or a source.
LABELS = frozenset({
    *("læs også", "læs mere", "se også", "hør også", "læs resten", "læs artiklen", "relateret", "annonce", "anbefalet"),
    *("foto", "fotos", "fotograf", "arkivfoto", "privatfoto", "pressefoto", "modelfoto", "illustration", "grafik"),
    *("billede", "video", "kilde", "kilder", "emner", "tags", "læsetid", "tekst og foto"),
    *("les også", "les mer", "lytt også", "kilde", "läs också", "läs även", "läs mer", "källa", "bild", "se även"),
    *("read also", "read more", "also read", "see also", "related", "recommended", "photo", "photos", "picture"),
    *("photograph", "image", "image credit", "photo credit", "source", "sources", "topics", "filed under"),
    *("watch", "don't miss", "mehr dazu", "lesen sie auch", "quelle", "quellen", "anzeige", "mehr zum thema"),
})  # fmt: skip
LONGEST_LABELLED = 200

# Pointers and credits that open without a colon, where the rest is a headline or a name, not a sentence.
_OPENINGS = re.compile(
    r"(?:(?:foto|arkivfoto|photo|bild) ?/|©|c\)).{0,80}|"
    r"(?:ca\. )?\d{1,3} (?:min|minutter|minutters læsning|min læsetid|min læsning|minute read|min read|minuter)\.?|"
    r"(?:artiklen|historien|teksten) fortsætter (?:efter|under|nedenfor|herunder)(?: \w+)?|"
    r"(?:this|the) (?:article|story) continues (?:below|after)(?: \w+){0,3}|"
    r"\d+ (?:kommentarer|comments|delinger|shares)"
)
_CREDIT_SIGN = re.compile(r".{0,80}/ ?(?:ritzau|scanpix|ritzau scanpix|getty images|reuters|ap|afp)\b.{0,20}")

# What a link says of itself to those who do not see it, in the midst of a sentence.
_LINK_HINT = re.compile(
    r"(?:\s?\(|,\s)"
    r"(?:åbne[rs]? i (?:et )?(?:nyt vindue|ny fane|nyt faneblad)|åpnes i (?:nytt vindu|ny fane)"
    r"|öppnas i (?:ett )?(?:nytt fönster|ny flik)|opens (?:in )?(?:a )?new (?:tab|window)"
    r"|öffnet im neuen fenster)\b\)?",
    re.IGNORECASE,
)

# Words in class or id attributes. Matched as whole words of the attribute ("article-lead" holds "lead").
LEAD_CLASSES = frozenset({
    *("lead", "lede", "manchet", "underrubrik", "resume", "resumé", "teaser", "standfirst", "trompet", "abstract"),
    *("ingress", "subheadline", "subtitle", "subheading", "dek", "deck", "intro", "introduction", "kicker-text"),
    *("summary", "preamble", "ingres", "chapo", "leadtext", "vorspann", "description", "excerpt", "subhead"),
    *("subheader", "underrubrikk", "strapline", "headline-sub", "stand-first", "leadin", "sammendrag", "synopsis"),
})  # fmt: skip
ASIDE_CLASSES = frozenset({
    *("factbox", "faktaboks", "fakta", "factsbox", "infobox", "faktabox", "fact-box", "fakta-boks", "faktaruta"),
    *("faktaramme", "faktarute", "facts", "factsheet"),
})  # fmt: skip
PULL_CLASSES = frozenset({"pullquote", "pull-quote", "citat", "quote", "highlight", "fremhævet", "pull", "uddrag"})
BYLINE_CLASSES = frozenset({
    *("byline", "bylines", "author", "authors", "forfatter", "skribent", "journalist", "byline-name", "contributors"),
    "writer",
})  # fmt: skip
CAPTION_CLASSES = frozenset({
    *("caption", "billedtekst", "credit", "credits", "figcaption", "fotograf", "photographer", "copyright", "bildtext"),
})  # fmt: skip
AROUND_CLASSES = frozenset({
    *("related", "relateret", "relaterede", "newsletter", "nyhedsbrev", "share", "sharing"),
    *("promo", "recommended", "recommendations", "comments", "breadcrumb", "breadcrumbs", "advertisement", "annonce"),
    *("readalso", "laesogsaa", "teaserlist", "toolbar", "tags", "cookie", "cookies", "disclaimer"),
    *("cta", "mostread", "most-read", "most-popular", "recirc", "outbrain", "taboola", "subscribe", "signup"),
    *("sign-up", "modal", "popup", "author-bio", "authorbio", "about-author", "rating", "feedback", "readmore"),
    *("read-also", "laes-ogsaa", "seealso", "see-also", "anbefalet", "abonnement", "ad", "ads", "advert", "annoncer"),
    *("audioplayer", "audio-player", "articlelisten", "print-header", "relatedarticles", "related-articles"),
    *("lesogsa", "les-ogsa", "lasmer", "las-mer", "mest-laest", "mestlaest", "newsletter-signup", "print-footer"),
    *("teasers", "read-more", "poll", "afstemning", "quiz", "contactbox", "contact-box", "tipbox", "tip-os"),
    "tipsboks",
})  # fmt: skip

# Bureaus that stand where a person's name is expected.
AGENCIES = frozenset({
    *("ritzau", "/ritzau/", "ritzau scanpix", "ritzau finans", "reuters", "/reuters/", "afp", "/afp/", "ap", "/ap/"),
    *("dpa", "ntb", "/ntb/", "tt", "/tt/", "associated press", "redaktionen", "tt nyhetsbyrån", "newsroom", "dpa-afx"),
})  # fmt: skip


def bare(text: str) -> str:
    """A line in lower case without the marks around it: what the tables of this module hold."""
    return " ".join(text.casefold().split()).strip(" .,:;!?…»«›‹>\"'”“()[]|·•–—-→▶►*+")


def is_furniture(text: str) -> bool:
    """Whether the whole block is furniture: an advertisement's label, a button, a pointer elsewhere, a credit."""
    if len(text) > LONGEST_LABELLED:
        return False
    line = bare(text)
    if all(part in LINES or part in LISTEN for part in map(bare, line.split("|"))):
        return True
    label, colon, _ = text.casefold().strip(" (»>•–—-").partition(":")
    return bool(colon and bare(label) in LABELS) or bool(_OPENINGS.fullmatch(line) or _CREDIT_SIGN.fullmatch(line))


def without_hints(text: str) -> str:
    """The text without what its links say of themselves: "(åbner i nyt vindue)"."""
    return _LINK_HINT.sub("", text)
