"""The categories of podcasts: Apple's list, which the whole field uses; its names are English in every language."""

from __future__ import annotations

_NAMES = """
Arts: Books, Design, Fashion & Beauty, Food, Performing Arts, Visual Arts
Business: Careers, Entrepreneurship, Investing, Management, Marketing, Non-Profit
Comedy: Comedy Interviews, Improv, Stand-Up
Education: Courses, How To, Language Learning, Self-Improvement
Fiction: Comedy Fiction, Drama, Science Fiction
Government:
Health & Fitness: Alternative Health, Fitness, Medicine, Mental Health, Nutrition, Sexuality
History:
Kids & Family: Education for Kids, Parenting, Pets & Animals, Stories for Kids
Leisure: Animation & Manga, Automotive, Aviation, Crafts, Games, Hobbies, Home & Garden, Video Games
Music: Music Commentary, Music History, Music Interviews
News: Business News, Daily News, Entertainment News, News Commentary, Politics, Sports News, Tech News
Religion & Spirituality: Buddhism, Christianity, Hinduism, Islam, Judaism, Religion, Spirituality
Science: Astronomy, Chemistry, Earth Sciences, Life Sciences, Mathematics, Natural Sciences, Nature, Physics, Social Sciences
Society & Culture: Documentary, Personal Journals, Philosophy, Places & Travel, Relationships
Sports: Baseball, Basketball, Cricket, Fantasy Sports, Football, Golf, Hockey, Rugby, Running, Soccer, Swimming, Tennis, Volleyball, Wilderness, Wrestling
Technology:
True Crime:
TV & Film: After Shows, Film History, Film Interviews, Film Reviews, TV Reviews
"""  # noqa: E501  a category with its subcategories is a line
CATEGORIES: dict[str, tuple[str, ...]] = {
    name: tuple(filter(None, rest.strip().split(", ")))
    for name, _, rest in (line.partition(":") for line in _NAMES.strip().splitlines())
}


def category_of(text: str) -> tuple[str, str] | None:
    """A category and its subcategory, "" where none is meant, from "News" or "News > Daily News"; None for any other.

    The subcategory alone will do, too.
    """
    first, _, second = (part.strip() for part in text.partition(">"))
    if not second and first in CATEGORIES:
        return first, ""
    wanted = second or first
    return next(
        ((name, wanted) for name, below in CATEGORIES.items() if wanted in below and (not second or first == name)),
        None,
    )


def all_categories() -> list[str]:
    """Every category as it can be named."""
    return [name for above, below in CATEGORIES.items() for name in (above, *(f"{above} > {one}" for one in below))]
