"""The cleaner on web pages."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reader.cleaner import STRICT, Leniency, clean
from reader.cleaner.characters import tidy
from reader.cleaner.page.metadata import split_credit, without_site
from reader.errors import LytError, NoArticleError
from reader.model import Article, Image, Page

LEAD = "Rust i de bærende dele er værre end ventet, og nu må bilisterne køre en lang omvej."
BODY = [
    "Broen bliver spærret for biler mandag morgen og åbner tidligst igen til oktober næste år, siger kommunen.",
    "Beslutningen kommer, efter at klatrere i sommer fandt rust i de stænger, der bærer hele vejbanen.",
    "»Vi har ikke noget valg, og det er vi kede af,« siger Anja Riis, der er projektleder i kommunen.",
    "Hver dag kører omkring 6.200 biler over broen, og fremover skal de alle sammen rundt om fjorden.",
]
URL = "https://fjordavisen.example/lokalt/broen"
FACTS = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebPage", "name": "Siden"},
        {
            "@type": ["NewsArticle"],
            "headline": "Broen lukker &amp; åbner",
            "author": [{"@type": "Person", "name": "Signe Øster"}, {"name": "Bo Dam, journalist"}],
            "datePublished": "2024-09-12T05:30:00+02:00",
            "dateModified": "2024-09-12T06:47:00Z",
            "articleSection": "Lokalt",
            "keywords": "bro, trafik",
            "publisher": {"name": "Fjordavisen"},
            "isAccessibleForFree": "False",
        },
    ],
}


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(body: str, head: str = "", title: str = "Broen lukker | Fjordavisen") -> str:
    return (
        f'<!doctype html><html lang="da-DK"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><nav><a href=/>Forside</a></nav><main><article>{body}</article></main></body></html>"
    )


def article(body: str, head: str = "") -> str:
    return page(f"<h1>Broen lukker</h1><div class=body>{body}</div>", head)


def read(html: str, url: str | None = None, leniency: Leniency = STRICT) -> Article:
    return clean(Page(url, html.encode(), "text/html"), leniency)


def shape(html: str) -> list[tuple[str, str]]:
    return [(paragraph.kind, paragraph.text) for paragraph in read(html).paragraphs]


def texts(html: str) -> list[str]:
    return [text for _, text in shape(html)]


# The body


def test_plain_article() -> None:
    """The paragraphs of a page come in their order, without headline, menu and footer."""
    html = article(paragraphs(*BODY)).replace("</body>", "<footer><p>Redaktion: Lis Bo, tlf. 00</p></footer></body>")
    assert read(html).title == "Broen lukker"
    assert shape(html) == [("text", text) for text in BODY]


def test_blocks_are_typed() -> None:
    """Headings, block quotes and the items of lists are told apart from text."""
    quote = "Nedbrydningen er sket gradvist og kunne være opdaget noget før."
    html = article(
        f"{paragraphs(*BODY[:2])}<h2>Et dyrt eftersyn</h2>{paragraphs(BODY[2])}<blockquote><p>{quote}</p></blockquote>"
        f"<ul><li>En gratis færge sejler hver time.</li><li>Busserne får en bane.</li></ul>{paragraphs(BODY[3])}"
    )
    kinds = [kind for kind, _ in shape(html)]
    assert kinds == ["text", "text", "heading", "text", "quote", "item", "item", "text"]
    assert ("quote", quote) in shape(html)


def test_repeated_headline_and_byline_are_dropped() -> None:
    """What stands over the article is not spoken again as its first paragraphs."""
    above = "<h2>Broen lukker</h2><p>Af Signe Øster</p><p>12. september 2024 kl. 05.30</p>"
    assert texts(article(above + paragraphs(*BODY))) == BODY


@pytest.mark.parametrize(
    "extra",
    [
        "<p>Annonce</p>",
        '<p>Læs også: <a href="/x">Fabrik overvejer at flytte</a></p>',
        '<p><a href="/x">Fabrik overvejer at flytte fra byen</a></p>',
        "<p>Foto: Ida Bo/Fjordavisen</p>",
        '<figure><img src="b.jpg"><figcaption>Broen ved nat, set fra den gamle havn i byen.</figcaption></figure>',
        '<div class="related"><p>Her kan du læse om den nye færge, der snart skal sejle over sundet.</p></div>',
        '<p class="byline">Signe Øster, journalist på avisen</p>',
        "<p>* * *</p>",
        "<p>Opdateret 12. september 2024 kl. 08.47</p>",
    ],
)
def test_furniture_of_a_page(extra: str) -> None:
    """Advertisements, pointers, captions, credits, boxes and time stamps are not part of the article."""
    assert texts(article(paragraphs(*BODY[:2]) + extra + paragraphs(*BODY[2:]))) == BODY


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>{}</p>",
        '<p style="color: red; display : none">{}</p>',
        '<div aria-hidden="true"><p>{}</p></div>',
        "<template><p>{}</p></template>",
        "<noscript><p>{}</p></noscript>",
        "<!-- <p>{}</p> -->",
        "<script>{}</script>",
    ],
)
def test_hidden_text_is_never_spoken(hidden: str) -> None:
    """What a reader of the page cannot see, a listener does not hear."""
    secret = hidden.format("Denne hemmelige tekst kan ingen læser nogensinde se på siden.")
    assert not any(
        "hemmelige" in text for text in texts(article(paragraphs(*BODY[:2]) + secret + paragraphs(*BODY[2:])))
    )


def test_pull_quotes_are_spoken_once() -> None:
    """A block quote that repeats words of a paragraph is decoration, and is dropped."""
    pulled = "<blockquote>Vi har ikke noget valg, og det er vi kede af</blockquote>"
    assert texts(article(paragraphs(*BODY[:3]) + pulled + paragraphs(BODY[3]))) == BODY


def test_unseen_characters() -> None:
    """Soft hyphens and hard spaces of a page do not reach the voice."""
    html = article(paragraphs(*BODY, "Renoverings&shy;arbejdet koster 148&nbsp;millioner kroner, siger kommunen."))
    assert texts(html)[-1] == "Renoveringsarbejdet koster 148 millioner kroner, siger kommunen."


def test_rows_of_a_table() -> None:
    """A table gives a paragraph a row."""
    table = "<table><tr><th>Bil</th><td>44 min.</td></tr><tr><th>Bus</th><td>58 min.</td></tr></table>"
    rows = [text for kind, text in shape(article(paragraphs(*BODY) + table)) if kind == "table"]
    assert rows == ["Bil, 44 min.", "Bus, 58 min."]


@pytest.mark.parametrize("depth", [200, 600, 3000])
def test_deep_page_is_still_read(depth: int) -> None:
    """Where the extractor finds nothing, the visible paragraphs of the article are taken."""
    deep = "<div>" * depth + paragraphs(*BODY) + "</div>" * depth
    assert texts(article(deep)) == BODY


def test_one_stray_byte() -> None:
    """A stray byte in a page does not spoil its Danish letters."""
    body = article(paragraphs(*BODY)).encode().replace(b"Hver dag", b"Hver d\xe5g")
    assert [p.text for p in clean(Page(None, body, "text/html", "utf-8")).paragraphs][:3] == BODY[:3]


def test_interview() -> None:
    """Questions that speech answers are typed in a page as they are in a text."""
    answers = [f"»{text}«" for text in BODY]
    asked = ["Hvorfor lukker broen nu?", "Hvad koster det?", "Hvornår åbner den igen?", "Er du ked af det?"]
    html = article("".join(paragraphs(*pair) for pair in zip(asked, answers, strict=True)))
    assert [text for kind, text in shape(html) if kind == "question"] == asked


# The lead


@pytest.mark.parametrize("name", ["article__lead", "manchet", "subTitle underrubrik", "Resume"])
def test_lead_by_its_class(name: str) -> None:
    """A paragraph that the page calls its lead comes first, also when it stands outside the body."""
    html = page(f"<header><h1>Broen lukker</h1><p class='{name}'>{LEAD}</p></header><div>{paragraphs(*BODY)}</div>")
    assert shape(html) == [("lead", LEAD), *(("text", text) for text in BODY)]


@pytest.mark.parametrize("shown", [LEAD, LEAD + " Det bliver dyrt."])
def test_lead_by_the_description(shown: str) -> None:
    """A description that stands on the page near the headline is the lead, though it may be cut short."""
    head = f'<meta property="og:description" content="{LEAD[:-1]}…">'
    html = page(f"<header><h1>Broen lukker</h1><div>{shown}</div></header><div>{paragraphs(*BODY)}</div>", head)
    assert shape(html)[0] == ("lead", shown)


def test_description_that_is_not_on_the_page() -> None:
    """What only the head of the page says is not spoken."""
    assert texts(article(paragraphs(*BODY), f'<meta name="description" content="{LEAD}">')) == BODY


def test_lead_is_spoken_once() -> None:
    """A description that is the first paragraph already makes that paragraph the lead."""
    html = article(paragraphs(LEAD, *BODY), f'<meta name="description" content="{LEAD}">')
    assert shape(html) == [("lead", LEAD), *(("text", text) for text in BODY)]


# What the page tells of the article


FACT_BOX = '<aside class="factbox"><h3>Fakta</h3><p>Broen er 412 meter lang og blev bygget i 1957.</p></aside>'


def test_fact_boxes_come_last() -> None:
    """A fact box that interrupts the story is taken out of it and stands after it, heading first."""
    boxed = read(article(f"<article>{paragraphs(*BODY[:2])}{FACT_BOX}{paragraphs(*BODY[2:])}</article>"))
    last = [(paragraph.kind, paragraph.text) for paragraph in boxed.paragraphs[-2:]]
    assert [paragraph.text for paragraph in boxed.paragraphs[:-2]] == BODY
    assert last == [("aside", "Fakta"), ("aside", "Broen er 412 meter lang og blev bygget i 1957.")]


def test_json_ld() -> None:
    """JSON-LD gives headline, people, dates with their zones, section, tags, site and whether it is free."""
    head = f'<script type="application/ld+json">{json.dumps(FACTS)}</script>'
    told = read(page(paragraphs(*BODY), head), URL, Leniency(teaser=True))
    assert told.title == "Broen lukker & åbner"
    assert told.byline == ("Signe Øster", "Bo Dam")
    assert (told.published, told.modified) == ("2024-09-12T05:30:00+02:00", "2024-09-12T06:47:00+00:00")
    assert (told.section, told.tags, told.site) == ("Lokalt", ("bro", "trafik"), "Fjordavisen")
    assert (told.is_free, told.language, told.url) == (False, "da", URL)


def test_meta_elements() -> None:
    """Without JSON-LD the meta elements tell the same."""
    head = (
        '<link rel="canonical" href="/lokalt/broen"><meta property="og:site_name" content="Fjordavisen">'
        '<meta property="og:title" content="Broen er lukket - Fjordavisen"><meta name="author" content="Af Bo Dam">'
        '<meta property="article:published_time" content="2024-09-12"><meta property="article:tag" content="bro">'
        '<meta property="og:image" content="/b.jpg"><meta property="og:image:alt" content="Broen i tåge">'
    )
    figure = "<figure><img src=/b.jpg alt=x><figcaption>Broen er lang. Foto: Ida Bo/Fjordavisen</figcaption></figure>"
    told = read(page(figure + paragraphs(*BODY), head), "https://fjordavisen.example/?id=1")
    assert (told.title, told.byline, told.published) == ("Broen er lukket", ("Bo Dam",), "2024-09-12")
    assert (told.url, told.tags, told.is_free) == (URL, ("bro",), None)
    image = Image("https://fjordavisen.example/b.jpg", "Broen i tåge", "Ida Bo/Fjordavisen", "Broen er lang.")
    assert told.image == image


def test_visible_date() -> None:
    """A date that only readers see is understood as well."""
    assert (
        read(article("<p>Publiceret 12. sep. 2024 kl. 05.30</p>" + paragraphs(*BODY))).published == "2024-09-12T05:30"
    )


def test_heading_wins_over_the_title_element() -> None:
    """The only main heading on the page is the headline, whatever the window's title says."""
    assert read(page(f"<h1>Broen lukker i et år</h1>{paragraphs(*BODY)}", title="Bro")).title == "Broen lukker i et år"


@pytest.mark.parametrize(
    ("text", "site", "expected"),
    [
        ("Broen lukker | Fjordavisen", "Fjordavisen", "Broen lukker"),
        ("Broen lukker - Fjordavisen", "Fjordavisen", "Broen lukker"),
        ("Broen lukker | Fjordavisen", None, "Broen lukker"),
        ("Broen lukker - nu", "Fjordavisen", "Broen lukker - nu"),
        ("Øst-vest", None, "Øst-vest"),
    ],
)
def test_site_suffix(text: str, site: str | None, expected: str) -> None:
    """The site's name is no part of a headline, and a dash in the headline is."""
    assert without_site(text, site) == expected


def test_credit_of_a_caption() -> None:
    """A caption is parted into what is seen and who took the picture."""
    assert split_credit("Broen. (Foto: Ida Bo)") == ("Broen.", "Ida Bo")
    assert split_credit("Arkivfoto: Ida Bo") == (None, "Ida Bo")
    assert split_credit("Et fotografi af broen") == ("Et fotografi af broen", None)


@pytest.mark.parametrize(
    "data", ["{", "[" * 100_000, '{"@type": 7}', '{"@type":"NewsArticle","author":[[1]],"image":{}}']
)
def test_broken_json_ld(data: str) -> None:
    """JSON-LD that is broken, deep or odd is passed over."""
    html = article(paragraphs(*BODY), f'<script type="application/ld+json">{data}</script>')
    assert texts(html) == BODY


# Whatever comes


@pytest.mark.parametrize(
    "html", ["<p></p>", "<html><body><nav><a href=/>Forside</a></nav>", "<<<>>>", "<script>x</script>"]
)
def test_no_article(html: str) -> None:
    """A page without an article is an error that says what to do."""
    with pytest.raises(NoArticleError, match="shows no article"):
        read(html)


def test_page_without_tags_is_a_text() -> None:
    """A page without a single tag is read as a text."""
    assert texts(f"{BODY[0]}\n\n{BODY[1]}") == BODY[:2]


def test_xhtml() -> None:
    """An XML prologue does not disturb."""
    html = '<?xml version="1.0" encoding="iso-8859-1"?>' + article(paragraphs(*BODY))
    assert [p.text for p in clean(Page(None, html.encode(), "application/xhtml+xml")).paragraphs] == BODY


def test_same_page_twice() -> None:
    """The same page gives the same article."""
    html = article(paragraphs(LEAD, *BODY))
    assert read(html, URL) == read(html, URL)


TAGS = [
    "<p>",
    "</p>",
    "<div>",
    "<h1>",
    "<li>",
    "<ul>",
    "<table>",
    "<td>",
    "<br>",
    "<a href='x'>",
    "<blockquote>",
    "<!--",
]
ODD = [
    "<meta name='author' content='x'>",
    "<script type='application/ld+json'>",
    "<?xml ?>",
    "<![CDATA[",
    "\x00",
    "&#0;",
]
PIECES = st.sampled_from([*TAGS, *ODD, *BODY, "Foto: ", "»", "<time datetime='2020'>", "<html lang=''>"]) | st.text(
    max_size=9
)


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=300)
    | st.lists(PIECES, max_size=25).map(lambda pieces: "".join(pieces).encode("utf-8", "replace"))
)
@example(b"<?xml version='1.0'?><?xml?><?a?><p>Det er en fin dag i dag.</p>")
@example(b"<p>a</p><?xml version='1.0'?><?pi x?>")
def test_any_page(body: bytes) -> None:
    """Any bytes give an article of tidy paragraphs or a named error."""
    try:
        told = clean(Page(URL, body, "text/html"))
    except LytError:
        return
    assert told.paragraphs
    for paragraph in told.paragraphs:
        assert paragraph.text == tidy(paragraph.text)
        assert any(map(str.isalnum, paragraph.text))


def test_preformatted_text_is_nobody_s_speech() -> None:
    """What a page sets in fixed letters is text of the story, and no quote."""
    story = "Det er en trist dag for byen, siger alle, og det regner hele dagen uden ophør. Sådan er det bare her."
    recipe = "Rør mel og vand sammen. Bag det hele i en time. Spis det straks, mens det er varmt."
    html = f"<article><h1>Skolen lukker</h1><p>{story}</p><pre>{recipe}</pre><p>{story} Igen.</p></article>"
    kinds = {paragraph.text: paragraph.kind for paragraph in clean(Page(URL, html.encode(), "text/html")).paragraphs}
    assert kinds[recipe] == "text"


def test_the_next_article_is_cut_off() -> None:
    """On an endless page what follows the second main heading is another article, though it is set as the first."""
    following = [
        f"Nr. {n}: Havnen får en ny kaj, som skal stå færdig om to år og koste 40 millioner." for n in range(3)
    ]
    story = '<section class="story"><header><h1>{title}</h1></header><div class="text">{text}</div></section>'
    first = story.format(title="Broen lukker", text=paragraphs(*BODY))
    second = story.format(title="Havnen får ny kaj", text=paragraphs(*following))
    assert [paragraph.text for paragraph in read(page(f"<main>{first}{second}</main>")).paragraphs] == BODY


@pytest.mark.parametrize("start", ["", "<html>", "<head>", "<html lang=da><head><style>a{}</style>", "<body>"])
def test_tags_that_may_be_left_out(start: str) -> None:
    """The tags of page, head and body may be left out, as HTML allows; the article is read all the same."""
    body = f"<title>Broen lukker</title><article><h1>Broen lukker</h1>{paragraphs(*BODY)}</article>"
    article = clean(Page(URL, f"<!doctype html>{start}{body}".encode(), "text/html"))
    assert [paragraph.text for paragraph in article.paragraphs] == BODY


HASHES = (' class="x7ad"', ' id="p-14a364ad490a"', "", ' class="ad4c0b"')


def test_a_hash_is_no_name() -> None:
    """The letters in a hash are no words: an id that happens to hold "ad" makes no advertisement."""
    named = "".join(f"<p{name}>{text}</p>" for name, text in zip(HASHES, BODY, strict=True))
    html = f"<html><body><article><h1>Broen lukker</h1>{named}</article></body></html>"
    assert [paragraph.text for paragraph in clean(Page(URL, html.encode(), "text/html")).paragraphs] == BODY


def test_a_nested_list_is_read_once() -> None:
    """The items of a list in an item are items of their own, and are not read with that as well."""
    items = [
        "Skift tog i Nørre Vang, og gå ned under banen.",
        "Brug trappen ved spor to.",
        "Stig på bussen ved torvet.",
    ]
    html = f"<ul><li>{items[0]}<ul><li>{items[1]}</li></ul></li><li>{items[2]}</li></ul>"
    found = read(page(paragraphs(*BODY) + html + paragraphs(LEAD)))
    assert [paragraph.text for paragraph in found.paragraphs if paragraph.kind == "item"] == items


def test_a_headline_is_no_part_of_the_paragraph_below_it() -> None:
    """A page whose headline and text are proposed in one piece has both apart."""
    html = f"<h1>Broen lukker</h1><div>{BODY[0]}</div>"
    article = clean(Page(URL, html.encode(), "text/html"))
    assert (article.title, [paragraph.text for paragraph in article.paragraphs]) == ("Broen lukker", BODY[:1])


@pytest.mark.parametrize(
    "body",
    [
        "<pre>{}</pre>".format("\n\n".join(BODY)),
        "<div>{}</div>".format("<br>".join(BODY)),
        "".join(map("<div>{}</div>".format, BODY)),
    ],
    ids=["empty lines", "single breaks", "divisions"],
)
def test_paragraphs_without_their_element(body: str) -> None:
    """Paragraphs are told apart by empty lines in preformatted text, by breaks after whole sentences, and by blocks."""
    article = clean(Page(URL, f"<html><body><h1>Broen lukker</h1>{body}</body></html>".encode(), "text/html"))
    assert (article.title, [paragraph.text for paragraph in article.paragraphs]) == ("Broen lukker", BODY)


def test_headings_lists_and_quotes_of_a_bare_page() -> None:
    """On a bare page headings, lists and quotes among the paragraphs are read, and a line break as a space."""
    quote = "Vi har ikke noget valg, og det er vi meget kede af."
    html = (
        f"<h1>Broen lukker</h1><p>{BODY[0]}<br>\n{BODY[1]}</p><h2>Rust</h2><p>{BODY[2]}</p><ul><li>vejbanen</li>"
        f"<li>stængerne</li></ul><blockquote><p>{quote}</p></blockquote><p>{BODY[3]}</p>"
    )
    found = [(p.kind, p.text) for p in clean(Page(URL, html.encode(), "text/html")).paragraphs]
    assert found == [
        ("text", f"{BODY[0]} {BODY[1]}"),
        ("heading", "Rust"),
        ("text", BODY[2]),
        *(("item", "vejbanen"), ("item", "stængerne")),
        ("quote", quote),
        ("text", BODY[3]),
    ]


@pytest.mark.parametrize(
    "hint", [" (åbner i nyt vindue)", "(åbner i ny fane)", ", opens new tab", " (öffnet im neuen Fenster)"]
)
def test_what_links_say_of_themselves_is_not_read(hint: str) -> None:
    """A link's hint that it opens a window is no part of the sentence around it."""
    body = [*BODY[:3], BODY[3].replace("broen", f'<a href="/x">broen<span>{hint}</span></a>')]
    assert [paragraph.text for paragraph in read(page(paragraphs(*body))).paragraphs] == BODY
