"""Whose words are they: find the quotes of an article, tell speech from labels and titles, and name who speaks."""

from reader.danish.speech.quotes import Quote, quotes

__all__ = ["Quote", "quotes"]
