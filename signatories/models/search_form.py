"""What is searched when somebody looks for an organization."""

from collections.abc import Iterable
from typing import Self

from django.db import models

from signatories.models.organization import Organization


class SearchFormQuerySet(models.QuerySet["SearchForm"]):
    """Filters of search forms."""

    def holding(self, words: Iterable[str]) -> Self:
        """Those that hold each of the words, in Latin form, anywhere."""
        found = self
        for word in words:
            found = found.filter(words__contains=word)
        return found


class SearchForm(models.Model):
    """All names of one organization, its other names included, in the forms of `signatories/matching.py`.

    A narrow table of its own, because a search reads it from end to end: twenty thousand rows in a few milliseconds. On PostgreSQL
    trigrams of `words` are indexed besides, where the extension pg_trgm can be had.
    """

    organization = models.OneToOneField(
        Organization,
        primary_key=True,
        on_delete=models.CASCADE,  # follows from it
        related_name="search_form",
    )
    words = models.TextField()
    keys = models.TextField()
    initials = models.TextField()

    objects = SearchFormQuerySet.as_manager()

    def __str__(self) -> str:
        return f"search form {self.pk}"
