"""Pages that are no article, or not a whole one, are refused by name unless they are asked for."""

from __future__ import annotations

import json

import pytest

from reader.cleaner import Leniency, clean
from reader.errors import LytError, NoArticleError, NotAnArticleError, TeaserError
from reader.model import Article, Page

BODY = (
    "Kommunen lukker svømmehallen i Nørre Vang fra mandag, fordi taget er ved at give efter for vægten af sne.",
    "Halvdelen af skolerne i området har svømning på skemaet, og nu skal eleverne køres 20 kilometer i bus.",
    "Borgmester Hanne Tofte siger, at hallen tidligst kan åbne igen efter sommerferien.",
)
TITLE = "Svømmehallen lukker fra mandag"


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(body: str, facts: dict[str, object] | None = None, head: str = "") -> str:
    script = f'<script type="application/ld+json">{json.dumps(facts)}</script>' if facts else ""
    return (
        f'<!doctype html><html lang="da"><head><title>{TITLE}</title>{script}{head}</head>'
        f"<body><main><article><h1>{TITLE}</h1>{body}</article></main></body></html>"
    )


def read(html: str, leniency: Leniency = Leniency()) -> Article:  # noqa: B008 - frozen
    return clean(Page("https://vangbladet.example/hal", html.encode(), "text/html"), leniency)


LIVE = page(paragraphs(*BODY), {"@type": "LiveBlogPosting", "headline": TITLE})
PICTURE = '<figure><img src="/{n}.jpg"><figcaption>Hallen set fra syd, billede {n}.</figcaption></figure>'
GALLERY = page(paragraphs("Se billederne fra hallen her.") + "".join(PICTURE.format(n=n) for n in range(6)))
FILM = page('<video src="/hal.mp4"></video>' + paragraphs("Se filmen om hallen, der lukker på mandag."))
LIST = (
    "<!doctype html><html lang='da'><head><title>Vangbladet</title></head><body><main>"
    + "".join(
        f'<div><h2><a href="/{n}">Nyhed nummer {n} fra byen</a></h2><p>Kort om sagen.</p></div>' for n in range(12)
    )
    + "</main></body></html>"
)


def test_a_bare_list_of_links_is_no_article() -> None:
    """The listing of a folder, or any page of links alone, ends with an error instead of its words in one line."""
    links = "".join(f'<li><a href="{name}/">{name}/</a></li>' for name in ("hal", "bro", "havn", "skole", "torv", "sø"))
    with pytest.raises(NoArticleError, match="shows no article"):
        read(f"<html><head><title>Mapper</title></head><body><h1>Mapper</h1><hr><ul>{links}</ul></body></html>")


@pytest.mark.parametrize(
    ("html", "shape"),
    [(LIVE, "a live blog"), (GALLERY, "a gallery of pictures"), (FILM, "a film"), (LIST, "a list of articles")],
    ids=["live blog", "gallery", "film", "list"],
)
def test_what_is_no_article_is_named(html: str, shape: str) -> None:
    """A live blog, a gallery, a film and a list of articles end with an error that says which of them it is."""
    with pytest.raises(NotAnArticleError, match=shape) as refusal:
        read(html)
    assert refusal.value.exit_code == 3
    assert "--anyway" in str(refusal.value)


@pytest.mark.parametrize("html", [LIVE, GALLERY, FILM, LIST], ids=["live blog", "gallery", "film", "list"])
def test_any_shape_is_read_when_asked_for(html: str) -> None:
    """Whoever asks for it gets what text there is, or the plain answer that there is none."""
    try:
        article = read(html, Leniency(any_shape=True))
    except LytError as error:
        assert type(error) is NoArticleError  # noqa: PT017 - either outcome is right
    else:
        assert article.paragraphs


def test_pictures_and_films_beside_a_story_do_not_matter() -> None:
    """An article with pictures and a film in it is an article."""
    extra = "".join(PICTURE.format(n=n) for n in range(6)) + '<video src="/hal.mp4"></video>'
    long = [f"{text} Det er nummer {n}." for n in range(3) for text in BODY]
    assert len(read(page(extra + paragraphs(*long))).paragraphs) == len(long)


def test_a_teaser_is_never_read_as_the_article() -> None:
    """The opening of a locked article is refused by a name of its own, and read when that is asked for."""
    wall = '<div class="paywall"><p>Log ind for at læse resten af artiklen.</p></div>'
    html = page(
        paragraphs(*BODY[:2]) + wall, {"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": "False"}
    )
    with pytest.raises(TeaserError, match="--allow-teaser"):
        read(html)
    opening = read(html, Leniency(teaser=True))
    assert [paragraph.text for paragraph in opening.paragraphs] == list(BODY[:2])
    assert opening.is_free is False


def test_a_free_article_is_no_teaser() -> None:
    """An article that is said to be free is read, however short it is."""
    html = page(paragraphs(*BODY), {"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": True})
    assert len(read(html).paragraphs) == len(BODY)


@pytest.mark.parametrize("head", ['<meta name="tdm-reservation" content="1">', '<meta name="robots" content="noai">'])
def test_reservations_are_told(head: str) -> None:
    """An article whose page reserves it against text and data mining says so."""
    assert read(page(paragraphs(*BODY), head=head)).reserved is True
    assert read(page(paragraphs(*BODY))).reserved is None


def test_the_language_is_that_of_the_words() -> None:
    """A page that calls its English text Danish is believed only as far as its words."""
    english = (
        "The council has closed the swimming pool from Monday because the roof is about to give in to the snow.",
        "Half of the schools in the area have swimming on their timetable, and they will now have to go by bus.",
    )
    assert read(page(paragraphs(*english))).language == "en"
    assert read(page(paragraphs(*BODY))).language == "da"
