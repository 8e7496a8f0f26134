"""Answers as the command prints them."""

from __future__ import annotations

from collections.abc import Mapping

from tenfold.domain.shapes import ContentRecord


def plain_records(
    records: Mapping[str, ContentRecord],
) -> dict[str, dict[str, str | bool | list[str]]]:
    """Return records by id, as plain data."""
    return {
        name: {
            key: list(value) if isinstance(value, tuple) else value for key, value in record.items()
        }
        for name, record in records.items()
    }
