"""What `load profile` tells: the tree, JSON, a page, a trace."""

from __future__ import annotations

import sys

from load._cli.printing import print_raw

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping
    from typing import Any, Literal

_MOST_FAILED = 20  # imports that are told
_WIDTH = 120  # columns where there is no terminal


def tell(document: Mapping[str, Any], arguments: argparse.Namespace, code: int = 0) -> bool:
    """Print and write a profile, of what ended with an exit code; False where a file could not be written."""
    if arguments.json:
        from load._console.terminal import speaks_unicode
        from load._report.files import as_json

        print_raw(as_json(document, ascii_only=not speaks_unicode(sys.stdout)))
    else:
        _draw(document, arguments, code)
    is_written = True
    if arguments.html:
        from load._report.page import html

        is_written = _write(arguments.html, html(document))
    if arguments.trace:
        import json

        from load._report.trace import trace

        is_written = _write(arguments.trace, json.dumps(trace(document))) and is_written
    return is_written


def _write(path: str, text: str) -> bool:
    """Write a file; what keeps it from being written is told, and no reason to forget how the program ended."""
    from load._report.files import write

    try:
        write(path, text)
    except BrokenPipeError:
        raise
    except OSError as error:
        from load._console.terminal import write_line

        write_line(f"load: {path}: {error.strerror or error}")
        return False
    return True


def _draw(document: Mapping[str, Any], arguments: argparse.Namespace, code: int) -> None:
    from load._console.terminal import print_segments, width
    from load._report.tree import tree

    columns = width(sys.stdout) or _WIDTH
    by: Literal["memory", "time"] = "memory" if arguments.memory and document["modules"] else "time"
    # `import a.b` imports `a` by itself: what was asked for is shown even if it came to nothing.
    asked = document["title"].removeprefix("import ") if document["title"].startswith("import ") else ""
    print_segments(tree(document, limit=arguments.most, by=by, width=columns, first=asked))
    print_segments(_failed(document))
    if arguments.suggest:
        print_segments(_suggested(document, code))


def _failed(document: Mapping[str, Any]) -> Iterator[list[tuple[str, str]]]:
    """The failed imports of somebody's own code; the many optional ones of libraries are counted above.

    An error that went up through several modules is told where it began.
    """
    own = [each for each in document["modules"] if each["errors"] and _is_own(each["place"])]
    below = {(each["parent"], each["errors"][0]) for each in own}
    first = [each for each in own if (each["module"], each["errors"][0]) not in below]
    for each in first[:_MOST_FAILED]:
        yield [(f"failed: {each['place']}: {each['errors'][0].splitlines()[0]}", "red")]
    if len(first) > _MOST_FAILED:
        yield [(f"failed: … and {len(first) - _MOST_FAILED:,} more imports of your own code", "red")]


def _is_own(place: str) -> bool:
    from load._caller import is_library_code

    file, _, line = place.rpartition(":")
    return bool(place) and not is_library_code(file if line.isdigit() else place)  # an extension module has no lines


def _suggested(document: Mapping[str, Any], code: int) -> Iterator[list[tuple[str, str]]]:
    from load._imports.suggesting.suggestions import Suggestion

    yield []
    if document["suggestions"] is None:
        yield [("this profile was made without --suggest: run the program again with it", "yellow")]
        return
    found = [Suggestion(**each) for each in document["suggestions"]]
    nothing = "nothing to suggest: your own code imports nothing that costs much and was not needed at once"
    yield [("what could be done" if found else nothing, "bold")]
    if code:
        yield [(f"(the exit code is {code}: what the program did not come to counts as not used)", "yellow")]
    for each in found:
        yield []
        first, *rest = str(each).splitlines()
        yield [(first, "")]
        yield from ([(line, "green")] for line in rest)
