"""Small letters and capitals of a language: in Turkish i and ı are two letters, with the capitals İ and I."""

from __future__ import annotations

DOTTED = ("tr", "az")


def lower(text: str, language: str) -> str:
    """The text in small letters."""
    return text.replace("I", "ı").replace("İ", "i").lower() if language in DOTTED else text.lower()


def upper(text: str, language: str) -> str:
    """The text in capitals."""
    return text.replace("i", "İ").upper() if language in DOTTED else text.upper()
