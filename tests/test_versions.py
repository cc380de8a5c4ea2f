"""Other versions of a page: found in its head, and used where the page itself shows too little, never around a wall."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from loopback import Answer, Site, serving

from reader.cleaner import clean
from reader.cleaner.walls import is_locked
from reader.config import Settings
from reader.errors import NoArticleError, ReservedError, TeaserError
from reader.model import Page
from reader.scraper import canonical, other_versions
from reader.textside import read_article

URL = "https://avis.example/nyhed/1"
AMP = '<link rel="amphtml" href="/amp/1">'
PRINT = '<link rel="alternate" media="print" href="/print/1">'
SETTINGS = Settings(allow_private=True)
SENTENCES = [
    "Kommunen lukker svømmehallen i Nørre Vang fra mandag, fordi taget er ved at give efter for vægten af sne.",
    "Halvdelen af skolerne i området har svømning på skemaet, og nu skal eleverne køres 20 kilometer i bus.",
    "Borgmester Hanne Tofte siger, at hallen tidligst kan åbne igen efter sommerferien.",
    "Et nyt tag koster otte millioner kroner, og pengene skal findes på næste års budget.",
    "I ventetiden får klubberne lov til at bruge hallen i nabobyen to aftener om ugen.",
]
TITLE = "Svømmehallen lukker fra mandag"
WALL = '<div class="article-paywall"><p>Læs hele historien i dag</p></div>'


def page_of(head: str, url: str | None = URL, media_type: str = "text/html") -> Page:
    return Page(url, f"<!doctype html><html><head>{head}</head><body><p>Ja.</p></body></html>".encode(), media_type)


def story(paragraphs: int, head: str = "", title: str = TITLE, extra: str = "") -> str:
    body = "".join(f"<p>{text}</p>" for text in SENTENCES[:paragraphs])
    return (
        f'<!doctype html><html lang="da"><head><title>{title}</title>{head}</head>'
        f"<body><main><article><h1>{title}</h1>{body}{extra}</article></main></body></html>"
    )


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr("reader.sandbox.clean_apart", clean)
    with serving() as site:
        yield site


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", ()),
        (AMP, ("https://avis.example/amp/1",)),
        ("<LINK HREF=/amp/1?a=1&amp;b=2 REL='AMPHTML'/>", ("https://avis.example/amp/1?a=1&b=2",)),
        (PRINT + AMP, ("https://avis.example/amp/1", "https://avis.example/print/1")),
        (AMP + AMP.replace("1", "2"), ("https://avis.example/amp/1",)),
        (PRINT.replace("alternate", "stylesheet"), ()),
        (PRINT.replace("alternate", "alternate stylesheet"), ()),
        (PRINT.replace("rel", 'type="application/pdf" rel'), ()),
        (PRINT.replace("print", "screen", 1), ()),
        (f"<!-- {AMP} -->", ()),
        (f"<script>'{AMP}'</script><noscript>{AMP}</noscript>", ()),
        (f"</head><body>{AMP}", ()),
        ('<link data-note="rel=amphtml href=/x" rel=icon href=/i>', ()),
        (f'<link rel="amphtml" href="{URL}#amp">', ()),
        ('<link rel="amphtml" href="javascript:alert(1)">', ()),
        ('<link rel="amphtml" href="file:///etc/passwd">', ()),
        ('<link rel="amphtml" href="http://avis.example/amp/1">', ()),
        ('<link rel="amphtml" href="https://a:b@avis.example/">', ()),
        ('<link rel="amphtml" href="">', ()),
        ('<link rel="amphtml" href="  ">', ()),
    ],
)
def test_links_to_other_versions(head: str, expected: tuple[str, ...]) -> None:
    """AMP and print versions are found in the head alone, as whole addresses that a redirect might lead to."""
    assert other_versions(page_of(head)) == expected


def test_only_fetched_pages_have_other_versions() -> None:
    """A file and a text have none: reading them never reaches out."""
    assert other_versions(page_of(AMP, url=None)) == ()
    assert other_versions(page_of(AMP, media_type="text/plain")) == ()


@pytest.mark.parametrize(
    "piece",
    [
        *("<!--", "<script>", "<link", "<link ", "<link rel=amphtml href=", "<link a ", "a=", '"', "<title"),
        *("isAccessibleForFree ", "class=", "class='a ", "content = ", "log ind ", "content_tier' "),
    ],
)
def test_hostile_heads_are_no_trap(piece: str) -> None:
    """A megabyte of openings that are never closed is read through at once, and nothing is found in it."""
    page = Page(URL, piece.encode() * (1_000_000 // len(piece)), "text/html")
    assert other_versions(page) == ()
    assert canonical(page) is None


def test_the_canonical_address_is_one_of_an_article() -> None:
    """The front page is no article's address, whatever a page says."""
    assert canonical(page_of('<link rel="canonical" href="/">')) is None
    assert canonical(page_of('<link rel="canonical" href="/nyhed/2">')) == "https://avis.example/nyhed/2"


@pytest.mark.parametrize(
    "mark",
    [
        '<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>',
        '<script type="application/ld+json">{"isAccessibleForFree":false}</script>',
        '<meta itemprop="isAccessibleForFree" content="https://schema.org/False">',
        '<meta property="article:content_tier" content="locked">',
        '<meta content="metered" property="article:content_tier">',
        '<script async custom-element="amp-subscriptions" src="x.js"></script>',
        '<div class="c-box article-paywall">',
        "<section class=salgsplakat>",
        "<p>Log ind for at læse videre</p>",
        "<p>Køb adgang og læs artiklen</p>",
        "<p>Subscribe to continue reading this article</p>",
    ],
)
def test_a_lock_is_known_before_any_parser(mark: str) -> None:
    """Whatever says in the source of a page that its article is not for everyone is taken for a lock."""
    assert is_locked(page_of(AMP + mark))


@pytest.mark.parametrize(
    "mark",
    ['{"isAccessibleForFree": true}', '{"paywall": false}', "<a>Log ind</a>", '<div class="wall">', "Bliv abonnent"],
)
def test_a_menu_is_no_wall(mark: str) -> None:
    """An invitation to log in or subscribe, by itself, locks nothing."""
    assert not is_locked(page_of(mark))


def test_a_page_without_article_is_read_in_its_other_version(site: Site) -> None:
    """Where the page shows no article, its AMP version is read, under the address of the page."""
    site.answers["/nyhed/1"] = Answer(f"<html><head>{AMP}</head><body><div id=app></div></body></html>")
    site.answers["/amp/1"] = Answer(story(5, '<link rel="canonical" href="/nyhed/1">'))
    article = read_article(f"{site.address}/nyhed/1", SETTINGS)
    assert (article.title, article.url, len(article.paragraphs)) == (TITLE, f"{site.address}/nyhed/1", 5)


def test_a_short_article_is_read_in_its_longer_version(site: Site) -> None:
    """An article that breaks off early is read in the print version of the same headline, and keeps what it told."""
    site.answers["/nyhed/1"] = Answer(story(1, PRINT + '<meta name="author" content="Ida Ravn">'))
    site.answers["/print/1"] = Answer(story(5))
    article = read_article(f"{site.address}/nyhed/1", SETTINGS)
    assert (article.url, article.byline, len(article.paragraphs)) == (f"{site.address}/nyhed/1", ("Ida Ravn",), 5)


def test_a_good_page_is_enough(site: Site) -> None:
    """Where the page shows its article, nothing else is fetched."""
    site.answers["/nyhed/1"] = Answer(story(5, AMP + PRINT))
    assert len(read_article(f"{site.address}/nyhed/1", SETTINGS).paragraphs) == 5
    assert site.paths() == ["/nyhed/1"]


@pytest.mark.parametrize(
    "version",
    [
        Answer(story(5, title="Noget helt andet")),
        Answer(story(1)),
        Answer("nej", 404),
        Answer("%PDF-1.7"),
        Answer(story(5, '<script type="application/ld+json">{"isAccessibleForFree": false}</script>')),
        Answer(story(5, '<script custom-element="amp-access"></script>')),
        Answer("", 302, {"location": "http://169.254.169.254/"}),
    ],
    ids=["another story", "no longer", "missing", "a PDF", "locked", "gated", "a metadata service"],
)
def test_a_worse_version_is_left(site: Site, version: Answer) -> None:
    """A version that is another story, no longer, missing, locked or out of bounds leaves the page's own article."""
    site.answers["/nyhed/1"] = Answer(story(2, AMP))
    site.answers["/amp/1"] = version
    assert len(read_article(f"{site.address}/nyhed/1", SETTINGS).paragraphs) == 2
    assert site.paths() == ["/nyhed/1", "/amp/1"]


def test_without_a_better_version_the_first_answer_stands(site: Site) -> None:
    """A page without article whose versions have none either is refused under its own name."""
    site.answers["/nyhed/1"] = Answer(f"<html><head>{AMP}</head><body><div id=app></div></body></html>")
    with pytest.raises(NoArticleError, match="nyhed/1"):
        read_article(f"{site.address}/nyhed/1", SETTINGS)


def test_a_version_never_leads_around_a_wall(site: Site) -> None:
    """The opening of an article for subscribers stays that, though a version without a lock is linked."""
    site.answers["/nyhed/1"] = Answer(story(2, AMP, extra=WALL))
    site.answers["/amp/1"] = Answer(story(5))
    with pytest.raises(TeaserError):
        read_article(f"{site.address}/nyhed/1", SETTINGS)
    opening = read_article(f"{site.address}/nyhed/1", Settings(allow_private=True, allow_teaser=True))
    assert SENTENCES[2] not in [paragraph.text for paragraph in opening.paragraphs]
    assert site.paths() == ["/nyhed/1"] * 2


def test_a_lock_on_a_page_without_article_holds(site: Site) -> None:
    """Where a page that shows no article says that it is for subscribers, no version of it is fetched."""
    lock = '<meta property="article:content_tier" content="locked">'
    site.answers["/nyhed/1"] = Answer(f"<html><head>{AMP}{lock}</head><body><div id=app></div></body></html>")
    site.answers["/amp/1"] = Answer(story(5, '<link rel="canonical" href="/nyhed/1">'))
    with pytest.raises(NoArticleError):
        read_article(f"{site.address}/nyhed/1", SETTINGS)
    assert site.paths() == ["/nyhed/1"]


def test_private_hosts_are_not_reached_by_a_link(site: Site) -> None:
    """Allowing a private host allows that host: a version on another private one is not fetched."""
    with serving() as other:
        site.answers["/nyhed/1"] = Answer(story(2, f'<link rel="amphtml" href="{other.address}/amp/1">'))
        other.answers["/amp/1"] = Answer(story(5))
        assert len(read_article(f"{site.address}/nyhed/1", SETTINGS).paragraphs) == 2
        assert other.paths() == []


def test_a_reservation_of_either_version_holds(site: Site) -> None:
    """An article from two versions is reserved if one of them is; unattended, the reserved version is left."""
    site.answers["/nyhed/1"] = Answer(story(2, AMP))
    site.answers["/amp/1"] = Answer(story(5), headers={"tdm-reservation": "1"})
    assert read_article(f"{site.address}/nyhed/1", SETTINGS).reserved is True
    unattended = read_article(f"{site.address}/nyhed/1", Settings(allow_private=True, unattended=True))
    assert (unattended.reserved, len(unattended.paragraphs)) == (None, 2)
    site.answers["/nyhed/1"] = Answer(story(2, f'<meta name="robots" content="noai">{AMP}'))
    site.asked.clear()
    with pytest.raises(ReservedError):
        read_article(f"{site.address}/nyhed/1", Settings(allow_private=True, unattended=True))
    assert site.paths() == ["/nyhed/1"]
