"""What a figure is: values of repeated, interleaved rounds, their median and spread, and the ratio to a reference."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `values` and `reference` belong together round by round, so their ratio is free of what both suffered.

    :param more: further facts about the same figure, such as a 99th percentile.
    :param at_least: the ratio that is to be reached; None where nothing is demanded.
    :param also_required: whether what else is demanded, and said in `more`, was reached.
    """

    part: str
    name: str
    unit: str
    values: tuple[float, ...]
    reference_name: str = ""
    reference: tuple[float, ...] = ()
    at_least: float | None = None
    more: str = ""
    also_required: bool = True

    def ratios(self) -> tuple[float, ...]:
        """The ratio of each round."""
        return tuple(mine / theirs for mine, theirs in zip(self.values, self.reference, strict=True))

    def reached(self) -> bool | None:
        """Whether the median ratio is what was demanded; None where nothing was."""
        if self.at_least is None:
            return None
        return median(self.ratios()) >= self.at_least and self.also_required

    def as_plain(self) -> dict[str, Any]:
        """For a JSON file."""
        plain = asdict(self) | {"median": median(self.values), "reached": self.reached()}
        if self.reference:
            plain |= {"reference_median": median(self.reference), "ratio": median(self.ratios())}
        return plain


def interleaved(rounds: int, takes: Mapping[str, Callable[[], Value]]) -> dict[str, list[Value]]:
    """Take each measurement once a round, every second round in reverse order: A B B A A B …"""
    taken: dict[str, list[Value]] = {name: [] for name in takes}
    for number in range(rounds):
        for name in takes if number % 2 == 0 else reversed(list(takes)):
            taken[name].append(takes[name]())
    return taken


def spread(values: tuple[float, ...]) -> str:
    """The median, and the lowest and highest value."""
    if len(values) == 1 or min(values) == max(values):
        return short(values[0])
    return f"{short(median(values))} ({short(min(values))}–{short(max(values))})"


def short(value: float) -> str:
    """Three digits of a number; whole numbers as they are."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def table(figures: list[Figure]) -> str:
    """All figures as a table in Markdown, parts in their order."""
    lines = ["| what | measured | reference | ratio | to reach |", "|---|---|---|---|---|"]
    for part in dict.fromkeys(figure.part for figure in figures):
        lines.append(f"| **{part}** | | | | |")
        lines += [_row(figure) for figure in figures if figure.part == part]
    return "\n".join(lines)


def _row(figure: Figure) -> str:
    measured = f"{spread(figure.values)} {figure.unit}".strip() + (f"; {figure.more}" if figure.more else "")
    if not figure.reference:
        return f"| {figure.name} | {measured} | | | |"
    demanded = (
        ""
        if figure.at_least is None
        else f"≥ {short(figure.at_least)}: {'yes' if median(figure.ratios()) >= figure.at_least else 'NO'}"
    )
    reference = f"{figure.reference_name}: {spread(figure.reference)}"
    return f"| {figure.name} | {measured} | {reference} | {spread(figure.ratios())} | {demanded} |"
