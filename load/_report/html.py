"""A picture as a piece of HTML for notebooks: light and dark, without scripts, readable without its style as well."""

from __future__ import annotations

from html import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from load._picture import Picture, Table

_LONG = 12  # rows, or lines, from which they are folded away below their title

# Nothing has a colour of its own: text has the notebook's, and lines and shades are parts of that. The class is named
# three times, so that Jupyter's own rules for tables (`.jp-RenderedHTMLCommon tbody tr:nth-child(odd)`) weigh less.
_HERE = "div.load-shown.load-shown.load-shown"
_STYLE = (
    "<style>"
    f"{_HERE}{{font-size:13px;line-height:1.45;text-align:left;overflow-x:auto;padding:4px 8px 0}}"
    f"{_HERE} table{{font-size:inherit;border-collapse:collapse;border:none;margin:0 0 .4em;table-layout:auto;"
    "color:inherit}"
    f"{_HERE} table tr{{background:none;border:none}}"
    f"{_HERE} table tbody tr:hover{{background:rgba(128,128,128,.12)}}"
    # Words stay whole, however narrow it is: what does not fit is scrolled to. Only what is long beyond measure is cut.
    f"{_HERE} table th,{_HERE} table td{{padding:.15em 1em .15em 0;text-align:left;vertical-align:top;color:inherit;"
    "border:none;overflow-wrap:break-word;min-width:0;max-width:44em;white-space:pre-wrap;font-weight:normal}"
    f"{_HERE} table thead th{{font-weight:600;opacity:.7;border-bottom:1px solid rgba(128,128,128,.5)}}"
    f"{_HERE} table tbody th{{font-weight:500;white-space:nowrap}}"
    f"{_HERE} table tbody tr+tr>*{{border-top:1px solid rgba(128,128,128,.2)}}"
    f"{_HERE} table .n{{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}}"
    f"{_HERE} .t{{font-weight:600;white-space:pre-wrap}}"
    f"{_HERE} .s{{opacity:.75;white-space:pre-wrap}}"
    f"{_HERE} summary{{cursor:pointer}}"
    "</style>"
)


def html(picture: Picture) -> str:
    """Draw a picture.

    Args:
        picture: no more of it than is to be shown; its texts may be anything.

    Returns:
        One element, `<div class="load-shown">`, with its style in it.
    """
    return f'<div class="load-shown">{_STYLE}{"".join(_parts(picture))}</div>'


def _parts(picture: Picture) -> Iterator[str]:
    for title, table, notes in picture.sections():
        rows = len(table.rows) if table is not None else len(notes)
        heading = escape(title)
        body = (_drawn(table) if table is not None else "") + _lines(notes)
        if heading and rows > _LONG:
            yield f'<details><summary class="t">{heading}</summary>{body}</details>'
        else:
            yield (f'<div class="t">{heading}</div>' if heading else "") + body


def _drawn(table: Table) -> str:
    if not table.rows:
        return ""
    return f"<table>{_head(table)}<tbody>{''.join(_row(table, row) for row in table.rows)}</tbody></table>"


def _head(table: Table) -> str:
    if not any(table.columns):
        return ""
    cells = (f"<th{_kind(table, at)}>{escape(name)}</th>" for at, name in enumerate(table.columns))
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _row(table: Table, row: Sequence[str]) -> str:
    if len(row) < len(table.columns):  # one text for all of the columns
        return f'<tr><td colspan="{len(table.columns)}">{escape(row[0])}</td></tr>'
    facts = not table.columns
    cells = (
        f"<th>{escape(cell)}</th>" if facts and not at else f"<td{_kind(table, at)}>{escape(cell)}</td>"
        for at, cell in enumerate(row)
    )
    return f"<tr>{''.join(cells)}</tr>"


def _kind(table: Table, at: int) -> str:
    return ' class="n"' if at in table.numbers else ""


def _lines(lines: Sequence[str]) -> str:
    return "".join(f'<div class="s">{escape(each)}</div>' for each in lines)
