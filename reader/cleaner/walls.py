"""What stands where an article is not for everyone: the names of walls, and the lines that ask to log in or to pay."""

from __future__ import annotations

import re

from reader.cleaner.decode import decode
from reader.model import Page

LONGEST_WALL_TEXT = 160
LONGEST_PAGE = 2_000_000  # bytes that are looked through for a lock

WALL_CLASSES = frozenset({
    *("paywall", "stopsign", "stop-sign", "regwall", "subscription-wall", "betalingsmur", "loginwall", "login-wall"),
    *("paywalled", "premium-wall", "article-paywall", "salesposter", "salgsplakat"),
})  # fmt: skip
_WALL_TEXT = re.compile(
    r"(?:log ind|logg inn|logga in|log in|sign in|bliv abonnent|bli abonnent|bli prenumerant|subscribe|køb adgang"
    r"|tegn abonnement|køb abonnement|prøv|få adgang|opret (?:dig|en profil)|register)\b[^.!?<>]{0,60}"
    r"\b(?:læse?|lese?|läsa|read(?:ing)?|artiklen|artikkelen|artikeln|article|continue|saken)\b"
    r"|\b(?:kun|forbeholdt|kun for|bare for|endast för|only|exclusive(?:ly)?) (?:for |to )?(?:\w+ )?"
    r"(?:abonnenter|abonnementer|prenumeranter|subscribers|members)\b"
    r"|\b(?:resten af|les resten|rest of (?:the|this)) (?:artiklen|artikel|saken|article|story)\b"
    r"|\b(?:læs hele (?:artiklen|historien)|les hele (?:saken|artikkelen)|läs hela (?:artikeln|storyn))\b"
    r"|\bdenne artikel er (?:låst|for abonnenter)\b",
    re.IGNORECASE,
)
# Marks of a lock in the source of a page: JSON-LD and microdata, Open Graph, AMP, the class of a wall.
_LOCK = re.compile(
    r"""isAccessibleForFree["']?\s*(?:[:=]|content\s*=)\s*\[?\s*["']?(?:https?://schema\.org/)?false"""
    r"""|content_tier["']\s+content\s*=\s*["']?(?:locked|metered)"""
    r"""|content\s*=\s*["']?(?:locked|metered)["']?\s+(?:property|name)\s*=\s*["']?(?:article:)?content_tier"""
    r"""|amp-access|amp-subscriptions|subscriptions-section"""
    rf"""|class\s*=\s*["']?[^"'<>=]{{0,200}}?(?:{"|".join(map(re.escape, sorted(WALL_CLASSES)))})""",
    re.IGNORECASE,
)


def asks_to_log_in(text: str) -> bool:
    """Whether a short text asks to log in or to pay in order to read on."""
    return len(text) <= LONGEST_WALL_TEXT and _WALL_TEXT.search(text) is not None


def is_locked(page: Page) -> bool:
    """Whether anything in the source of a page says that its article, or a part of it, is not for everyone.

    Generously read, before any parser: what is too large to be looked through counts as locked.
    """
    if len(page.body) > LONGEST_PAGE:
        return True
    text = decode(page.body, page.charset, html=True)
    return _LOCK.search(text) is not None or _WALL_TEXT.search(text) is not None
