"""Writing the block of metadata in a script's comments (PEP 723), and nothing else of the script.

The script is handled as bytes: its encoding, its line ends, a byte order mark, what follows its last line stay as they
are. Within a block that is there already, lines that say the same as before stay as they are too.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from load._imports.scripts.script_block import content_of, read_script_block, script_span
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_MARK = "\xef\xbb\xbf"  # the byte order mark of UTF-8, each byte read as one character


def write_script_block(
    source: bytes,
    filename: str,
    *,
    requires_python: str | None = None,
    replaced: Mapping[str, str] | None = None,
    added: Sequence[str] = (),
) -> bytes:
    """Give a script with its `script` block written or updated.

    Args:
        source: the script.
        filename: where it comes from, for messages.
        requires_python: the value of that key; None leaves it as it is.
        replaced: dependencies of the block, as they are written → what takes their place.
        added: dependencies that come behind them.

    Returns:
        The script; the same bytes where its block says all that already.

    Raises:
        SourceError: there are two blocks, or what is in the block is not TOML, or no UTF-8.
    """
    # Latin-1 gives each byte a character, and gives it back: what is not touched cannot change.
    lines = _lines(source.decode("latin-1"))
    bare = [line.rstrip("\r\n") for line in lines]
    if bare and bare[0].startswith(_MARK):
        bare[0] = bare[0].removeprefix(_MARK)
    span = script_span(bare, filename)
    if span is None:
        written = _inserted(lines, requires_python, added)
    else:
        first, last = span
        old = _decoded(content_of(bare[first + 1 : last]), filename)
        new = _updated(old, requires_python, replaced or {}, added)
        inner = _merged(lines[first + 1 : last], old, new, _line_end(lines[first]))
        written = [*lines[: first + 1], *inner, *lines[last:]]
    result = "".join(written).encode("latin-1")
    _check(result, filename)
    return result


def _lines(text: str) -> list[str]:
    """The lines with their ends, of which Python knows three; `str.splitlines` knows more."""
    import re

    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _decoded(text: str, filename: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        raise SourceError(
            f"The `# /// script` block of {filename} is not UTF-8.", hint="save the script as UTF-8"
        ) from None


# -- a new block -----------------------------------------------------------------------------------------------------


def _inserted(lines: list[str], requires_python: str | None, added: Sequence[str]) -> list[str]:
    at = _first_place(lines)
    end = next((_line_end(line) for line in lines if _line_end(line)), "\n")
    head, tail = lines[:at], lines[at:]
    if not head and tail and tail[0].startswith(_MARK):
        head, tail = [_MARK], [tail[0].removeprefix(_MARK), *tail[1:]]
    gap = [end] if head and not _line_end(head[-1]) and head != [_MARK] else []
    block = [_comment(line, end) for line in _new_content(requires_python, added)]
    after = [end] if tail and tail[0].strip(" \t\f\r\n") else []
    return [*head, *gap, f"# /// script{end}", *block, f"# ///{end}", *after, *tail]


def _first_place(lines: list[str]) -> int:
    """Behind what has to stand in the first two lines: the program that runs it, and its encoding (PEP 263)."""
    import re

    cookie = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+")
    first = lines[0].removeprefix(_MARK) if lines else ""
    if len(lines) > 1 and first.lstrip(" \t\f").startswith(("#", "\r", "\n")) and cookie.match(lines[1]):
        return 2
    return 1 if first.startswith("#!") or cookie.match(first) else 0


def _new_content(requires_python: str | None, added: Sequence[str]) -> list[str]:
    head = [] if requires_python is None else [f"requires-python = {_quoted(requires_python)}"]
    if not added:
        return [*head, "dependencies = []"]
    return [*head, "dependencies = [", *(f"    {_quoted(each)}," for each in added), "]"]


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=True)


def _comment(line: str, end: str) -> str:
    return f"# {line}{end}" if line else f"#{end}"


# -- a block that is there -------------------------------------------------------------------------------------------


def _updated(content: str, requires_python: str | None, replaced: Mapping[str, str], added: Sequence[str]) -> str:
    """The TOML of a block with other values; comments, order and layout stay."""
    import tomlkit

    table = tomlkit.parse(content + "\n")
    if requires_python is not None and table.get("requires-python") != requires_python:
        table["requires-python"] = requires_python
    if "dependencies" not in table or (added and table["dependencies"].as_string().strip("[] \t\n") == ""):
        table["dependencies"] = _new_array(added)
    else:
        dependencies: Any = table["dependencies"]
        for at, item in enumerate(list(dependencies)):
            if str(item) in replaced and replaced[str(item)] != str(item):
                dependencies[at] = replaced[str(item)]
        _add(dependencies, added)
    return tomlkit.dumps(table).removesuffix("\n")


def _new_array(items: Sequence[str]) -> Any:
    import tomlkit

    array = tomlkit.array()
    _add(array.multiline(bool(items)), items)
    return array


def _add(array: Any, items: Sequence[str]) -> None:
    spread = "\n" in array.as_string()
    for item in items:
        if spread:
            array.add_line(item, indent=_indent(array))
        else:
            array.append(item)


def _indent(array: Any) -> str:
    """How far the items of an array stand in, as far as there are any."""
    for line in array.as_string().split("\n")[1:]:
        if line.strip() not in ("", "]"):
            return str(line[: len(line) - len(line.lstrip())])
    return "    "


def _merged(raw: list[str], old: str, new: str, end: str) -> list[str]:
    """The comment lines of the new content; a line whose content is the same as before stays as it is written."""
    before, after = old.split("\n"), new.split("\n")
    merged: list[str] = []
    for kind, start, stop, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            merged += raw[start:stop]
        else:
            merged += [_comment(line, end).encode("utf-8").decode("latin-1") for line in after[first:last]]
    return merged


def _check(result: bytes, filename: str) -> None:
    """A block that cannot be read again is not written: `SourceError` says what is wrong with it."""
    read_script_block(result, filename)
