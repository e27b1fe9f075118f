"""Reports in a notebook: a table, and the throughput as an SVG. Needs nothing, and loads nothing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, List, Sequence, Tuple

if TYPE_CHECKING:
    from .reports import Report, Sample

# Rows of a table that are shown; the rest is counted.
_ROWS_MAX = 50

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 160, 56, 20


def report(report: "Report") -> str:
    """A report as HTML."""
    name = type(report).__name__
    outcome = getattr(report, "outcome", "")
    seconds = getattr(report, "seconds", None)
    head = " · ".join([name, *([outcome] if outcome else []), *([f"{seconds:.1f} s"] if seconds is not None else [])])
    parts = [f"<p><strong>{escape(head)}</strong></p>"]
    error = getattr(report, "error", None)
    if error is not None:
        parts.append(f"<p>{escape(error.message)}</p>")
    refusals = getattr(getattr(report, "check", None), "refusals", ())
    for what, names in (
        ("The rules are refused as they are: ", [e.message for e in refusals]),
        ("For a person to decide: ", getattr(report, "undecided", ())),
    ):
        if names:
            parts.append(f"<p>{what}{escape(', '.join(names[:_ROWS_MAX]))}</p>")
    parts.append(_plot(report.throughput))
    parts.append(_table(report._figures()))
    warnings = getattr(report, "warnings", ())
    if warnings:
        parts.append("<ul>" + "".join(f"<li>{escape(w.message)}</li>" for w in warnings[:_ROWS_MAX]) + "</ul>")
    return "<div>" + "".join(parts) + "</div>"


def _table(rows: "List[dict[str, Any]]") -> str:
    if not rows:
        return ""
    columns = [c for c in rows[0] if any(row.get(c) not in (None, "") for row in rows)]
    head = "".join(f"<th>{escape(c)}</th>" for c in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_text(row.get(c)))}</td>" for c in columns) + "</tr>" for row in rows[:_ROWS_MAX]
    )
    more = f"<p>and {len(rows) - _ROWS_MAX} more</p>" if len(rows) > _ROWS_MAX else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return str(value)


def rates(samples: "Sequence[Sample]") -> List[Tuple[float, float]]:
    """Megabytes of dump text a second, between each two points: at the later one's time."""
    found = []
    for before, after in zip(samples, samples[1:]):
        seconds = after.seconds - before.seconds
        if seconds > 0:
            bytes_ = max(after.row_bytes - before.row_bytes, 0)
            found.append((after.seconds, bytes_ / seconds / 1e6))
    return found


def _plot(samples: "Sequence[Sample]") -> str:
    points = rates(samples)
    if len(points) < 2:
        return ""
    most = max(rate for _, rate in points) or 1.0
    end = points[-1][0]
    width, height = _WIDTH - _LEFT, _HEIGHT - _BOTTOM
    line = " ".join(f"{_LEFT + at / end * width:.1f},{height - rate / most * (height - 10):.1f}" for at, rate in points)
    label = 'font-size="11" font-family="sans-serif" fill="currentColor"'
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        'aria-label="throughput over time">'
        f'<path d="M{_LEFT} 0V{height}H{_WIDTH}" fill="none" stroke="currentColor" opacity="0.4"/>'
        f'<polyline points="{line}" fill="none" stroke="#1f77b4" stroke-width="1.5"/>'
        f'<text x="0" y="12" {label}>{most:.0f} MB/s</text>'
        f'<text x="{_WIDTH}" y="{_HEIGHT - 4}" text-anchor="end" {label}>{end:.1f} s</text>'
        "</svg>"
    )
