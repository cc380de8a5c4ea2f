"""What a page tells of its article, where its sources differ."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reader.cleaner import clean
from reader.cleaner.dates import agreed, is_before, machine_date
from reader.cleaner.language import language_of
from reader.cleaner.page.metadata import described, sources
from reader.cleaner.page.tree import view
from reader.cleaner.people import people, signed
from reader.model import Article, Image, Page

URL = "https://fjordavisen.example/lokalt/broen"
TEXTS = {
    "da": "Broen bliver spærret, og det er en beslutning, som kommer efter et eftersyn af kablerne. Nu må bilerne køre "
    "uden om byen, siger kommunen, og hvad det koster, ved ikke nogen af dem endnu.",
    "nb": "Broen blir stengt, og det er en beslutning som kommer etter et ettersyn av kablene. Nå må bilene kjøre "
    "rundt byen, sier kommunen, og hva det koster, vet ikke noen av dem ennå.",
    "sv": "Bron blir stängd, och det är ett beslut som kommer efter en kontroll av kablarna. Nu måste bilarna köra "
    "runt staden, säger kommunen, och vad det kostar vet inte någon av dem.",
    "en": "The bridge will be closed, and it is a decision that was made after an inspection of the cables. Cars have "
    "to drive around the town, and what it will cost is not known by anybody at this time.",
    "de": "Die Brücke wird gesperrt, und das ist eine Entscheidung, die nach einer Prüfung der Kabel kommt. Jetzt "
    "müssen die Autos um die Stadt fahren, und was es kostet, ist noch nicht bei allen bekannt.",
}


def told(body: str = "", head: str = "", *facts: dict[str, Any]) -> Article:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(fact)}</script>' for fact in facts)
    html = f"<html><head>{head}{scripts}</head><body><main>{body}</main></body></html>"
    return described(sources(view(html), URL))


def og(**values: str) -> str:
    return "".join(f'<meta property="og:{name}" content="{value}">' for name, value in values.items())


# Titles


def test_kicker_that_most_sources_have() -> None:
    """A kicker belongs to the headline where two sources say so."""
    head = og(title="Trafik: Broen lukker") + "<title>Trafik: Broen lukker</title>"
    assert told("<h1>Broen lukker</h1>", head).title == "Trafik: Broen lukker"


def test_kicker_in_the_heading() -> None:
    """A kicker inside the heading is cut off where the other sources name the article without it, or with another."""
    heading = "<h1><span>Trafik</span> <span>Broen er lukket</span></h1>"
    assert told(heading, og(title="Broen er lukket")).title == "Broen er lukket"
    assert told(heading, og(title="Bilister: Broen er lukket")).title == "Broen er lukket"


def test_title_without_a_heading() -> None:
    """Without a heading on the page, the title that most sources have is taken."""
    head = og(title="Bro lukker") + "<title>Broen lukker</title>"
    assert told("", head, {"@type": "Article", "headline": "Broen lukker"}).title == "Broen lukker"


def test_article_of_the_page_among_others() -> None:
    """Of several articles in JSON-LD, the one with the page's address or headline is the page's."""
    other = {"@type": "NewsArticle", "headline": "Skolen åbner", "author": "Bo Ek", "url": "/skolen"}
    own = {"@type": "NewsArticle", "headline": "Broen lukker", "author": "Ida Bo"}
    assert told("<h1>Broen lukker</h1>", "", other, own).byline == ("Ida Bo",)
    assert told("", "", other, {**own, "mainEntityOfPage": {"@id": f"{URL}#page"}}).byline == ("Ida Bo",)


# Bylines


def test_author_by_reference() -> None:
    """An author who is only named by an @id is found where that is described."""
    graph = [{"@type": "Article", "headline": "Broen", "author": [{"@id": "#ida"}]}, {"@id": "#ida", "name": "Ida Bo"}]
    assert told("", "", {"@graph": graph}).byline == ("Ida Bo",)


def test_site_as_author() -> None:
    """The site's name is a byline only where nobody else is named."""
    head = og(site_name="Fjordavisen") + '<meta name="author" content="Fjordavisen">'
    assert told("<h1>Broen</h1><p>von Ida Bo</p>", head).byline == ("Ida Bo",)
    assert told("<h1>Broen</h1>", head).byline == ("Fjordavisen",)


def test_byline_near_the_headline() -> None:
    """The byline near the headline counts before links to the authors of other articles."""
    body = (
        '<h1>Broen</h1><div class="byline"><span>Ida Bo</span></div><p>Broen er lukket.</p>'
        '<ul><li><a rel="author" href="/x">Bo Ek</a></li></ul>'
    )
    assert told(body).byline == ("Ida Bo",)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee and Bo Ek in Berlin", ("Ann Lee", "Bo Ek")),
        ("Chefredaktør Bo Dam", ("Bo Dam",)),
        ("Bo Dam journalist", ("Bo Dam",)),
        ("politisk redaktør Bo Dam og Mette Holm, kulturanmelder på Avisen", ("Bo Dam", "Mette Holm")),
        ("– Von Ida Bo (Reuters)", ("Ida Bo",)),
        ("Ida Bo ib@avis.example", ("Ida Bo",)),
        ("Bo Dam, Senior Correspondent", ("Bo Dam",)),
    ],
)
def test_people_without_their_roles(line: str, names: tuple[str, ...]) -> None:
    """Roles, places, bureaus in brackets and addresses are cut off the names of a byline."""
    assert people([line]) == names


def test_signed() -> None:
    """A line is a byline near a headline only with full names, and a label or the page's word for it."""
    assert signed("von Ida Bo", is_called_byline=False) == ("Ida Bo",)
    assert signed("Ida Bo", is_called_byline=True) == ("Ida Bo",)
    assert not signed("Ida Bo", is_called_byline=False)
    assert not signed("Von hier bis dort", is_called_byline=False)


# Dates


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2024-09-12", "2024-09-12T05:30:00+02:00"], "2024-09-12T05:30:00+02:00"),
        (["2024-09-12T05:30", "2024-09-13T05:30:00+02:00"], "2024-09-12T05:30"),
        (["2024-09", "2024-09-12"], "2024-09-12"),
        (["2024-09-12T05:30:00+00:00", "2024-09-12T05:30:00+02:00"], "2024-09-12T05:30:00+02:00"),
        ([], None),
    ],
)
def test_agreed_dates(dates: list[str], expected: str | None) -> None:
    """The first date wins, told by the most exact one of the same day, and a forgotten zone is not UTC."""
    assert agreed(dates) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu, 12 Sep 2024 05:30:00 +0200", "2024-09-12T05:30:00+02:00"),
        ("Thu, 12 Sep 2024 05:30:00 GMT", "2024-09-12T05:30:00+00:00"),
        ("2024-09-12 05:30:00 UTC", "2024-09-12T05:30:00+00:00"),
        ("2024-09", "2024-09"),
        ("Thu, 42 Sep 2024 05:30:00 GMT", None),
    ],
)
def test_dates_of_machines(text: str, expected: str | None) -> None:
    """Dates of machines keep their zones, in ISO 8601 as in the form of mail."""
    assert machine_date(text) == expected


def test_before() -> None:
    """Dates are compared by the clock where both have zones, and else by the day."""
    assert is_before("2024-09-12T05:30:00+02:00", "2024-09-12T04:30:00+00:00")
    assert not is_before("2024-09-12", "2024-09-12T04:30:00+00:00")
    assert is_before("2024-08", "2024-09-12")


def test_change_before_publication() -> None:
    """A change before the publication is none, unless another source knows an earlier publication."""
    fact = {"@type": "Article", "datePublished": "2024-09-12", "dateModified": "2024-09-10"}
    assert (told("", "", fact).published, told("", "", fact).modified) == ("2024-09-12", None)
    both = told("", '<meta property="article:published_time" content="2024-09-09">', fact)
    assert (both.published, both.modified) == ("2024-09-09", "2024-09-10")


def test_date_by_its_class() -> None:
    """A date that the page calls one is found though other words stand beside it."""
    assert told('<h1>Broen</h1><div class="metaDateTime">06.01.2026, læsetid 5 min.</div>').published == "2026-01-06"


# Microdata


def test_microdata() -> None:
    """Microdata tells what JSON-LD tells, things inside things included."""
    told_here = told(
        '<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Broen lukker</h1>'
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person"><a itemprop="name">Ida Bo</a></span>'
        '<time itemprop="datePublished" datetime="2024-09-12T05:30+02:00">i går</time>'
        '<meta itemprop="isAccessibleForFree" content="false"><img itemprop="image" src="/broen.jpg">'
        '<div itemprop="publisher" itemscope><b itemprop="name">Fjordavisen</b></div></article>'
    )
    assert (told_here.title, told_here.byline, told_here.site) == ("Broen lukker", ("Ida Bo",), "Fjordavisen")
    assert (told_here.published, told_here.is_free) == ("2024-09-12T05:30:00+02:00", False)
    assert told_here.image == Image("https://fjordavisen.example/broen.jpg")


def test_loose_microdata() -> None:
    """A property outside all things belongs to the page's article."""
    assert told('<span itemprop="author">Ida Bo;Bo Ek</span>').byline == ("Ida Bo", "Bo Ek")


# Language


@pytest.mark.parametrize("language", TEXTS)
def test_language_of(language: str) -> None:
    """The small words of a text tell its language."""
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "Broen lukker nu", "xyzzy " * 100, " ".join(TEXTS.values())])
def test_no_language(text: str) -> None:
    """A text that is short, strange or mixed has no language for certain."""
    assert language_of(text) is None


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [("en", "da", "da"), ("", "sv", "sv"), ("no", "nb", "no"), ("nn-NO", "nb", "nn"), ("fr", "", "fr"), ("", "", "da")],
)
def test_language(claim: str, text: str, expected: str) -> None:
    """The page's word for its language holds unless the article's text clearly contradicts."""
    words = TEXTS.get(text, "Nr. 7 i Lundsund.")
    html = f'<html lang="{claim}"><body><article><h1>Lundsund</h1><p>{words}</p></article></body></html>'
    assert clean(Page(None, html.encode(), "text/html")).language == expected


# The picture


def test_picture_of_json_ld() -> None:
    """JSON-LD tells a picture's caption and who took it."""
    image = {"url": "//b.example/broen.jpg", "caption": "Broen i tåge", "creditText": "Ida Bo"}
    found = told("", "", {"@type": "Article", "headline": "Broen", "image": image}).image
    assert found == Image("https://b.example/broen.jpg", None, "Ida Bo", "Broen i tåge")


@pytest.mark.parametrize(
    "generic", ["/img/logo.png", "/site-logo-2.jpg", "/default.jpg", "/share.svg", "data:x", "//["]
)
def test_logo_is_no_picture(generic: str) -> None:
    """The site's logo or an address that leads nowhere gives way to the article's first figure."""
    figure = '<figure><img src="data:x" data-src="/taage.jpg" alt="Tåge"></figure>'
    assert told(figure, og(image=generic)).image == Image("https://fjordavisen.example/taage.jpg", "Tåge")
    assert told("", og(image=generic)).image is None


def test_picture_and_its_figure() -> None:
    """Alt text and caption come from the figure with the same file, not from the first one."""
    figures = "".join(
        f'<figure><img src="/small/{name}.webp" alt="{name}"><figcaption>Se {name}. Foto: Bo Ek</figcaption></figure>'
        for name in ("faergen", "broenitaage")
    )
    assert told(figures, og(image="/big/broenitaage.jpg")).image == Image(
        "https://fjordavisen.example/big/broenitaage.jpg", "broenitaage", "Bo Ek", "Se broenitaage."
    )
