"""What is said about a config that cannot be read, made or written."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from load.errors import ConfigError, LoadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import Any

_SHOWN = 12  # names
_LONGEST = 120  # characters of what is quoted
_COMPARED = 1000  # names that are looked through for one that resembles another
_WORDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}


class ConfigNotFound(ConfigError, FileNotFoundError):
    """There is no such file: a ConfigError, and what people catch for it already."""

    errno = errno.ENOENT
    filename = ""


class NotAFolder(ConfigError, NotADirectoryError):
    """A file stands where the folder should be: a ConfigError, and what people catch for it already."""

    errno = errno.ENOTDIR
    filename = ""


class NotAFile(ConfigError, OSError):
    """A folder, a pipe or a device stands where the file should be: a ConfigError, and an OSError."""

    errno = errno.EINVAL
    filename = ""


def cut(text: str, length: int = _LONGEST) -> str:
    """A text, as far as a line can hold it."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text):,} characters)"


def shown(value: object) -> str:
    """How a value of a file is quoted: cut, so that no message is as long as the file."""
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]!r}… ({len(value):,} characters)"
    return cut(repr(value))


def word_for(value: object) -> str:
    """What a value of JSON is called."""
    return _WORDS.get(type(value), "a number" if isinstance(value, (int, float)) else f"of type {type(value).__name__}")


def near(name: object, names: Iterable[object]) -> list[str]:
    """Those of some names that resemble one; of very many, the first are looked at."""
    from difflib import get_close_matches

    if not isinstance(name, str) or len(name) > _LONGEST:
        return []
    texts = (each for each in names if isinstance(each, str) and each != name and len(each) <= _LONGEST)
    return get_close_matches(name, islice(texts, _COMPARED), n=3)


def listed(names: Sequence[object]) -> str:
    """Names, as far as a line can hold them."""
    return ", ".join(map(shown, names[:_SHOWN])) + _more(names)


def _more(names: Sequence[object]) -> str:
    return f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""


def did_you_mean(names: Sequence[str]) -> str | None:
    """A hint, if there is anything that could be meant."""
    return f"did you mean {' or '.join(map(repr, names))}?" if names else None


def not_found(path: str, folder: Path, name: str) -> ConfigError:
    """The error about a file that is not there."""
    if _file_among(folder) is not None:
        return not_a_folder(path, folder)
    if folder.is_symlink() and not folder.exists():
        return leads_nowhere(path, folder)
    if not folder.exists():
        beside = [each for each in _names_in(folder.parent) if (folder.parent / each).is_dir()]
        return ConfigNotFound(
            f"There is no folder {folder}.",
            context=(f"looked for {path}",),
            hint=did_you_mean([str(folder.with_name(each)) for each in near(folder.name, beside)])
            or "give the folder that save_pretrained(folder) wrote; nothing is downloaded",
            key="path",
            origin=path,
            filename=path,
        )
    if (folder / name).is_symlink():
        return leads_nowhere(path, folder / name)
    there = _names_in(folder)
    return ConfigNotFound(
        f"There is no {name!r} in {folder}.",
        context=(f"there is {listed(there)}" if there else "nothing can be seen there",),
        hint=did_you_mean([each for each in near(name, there) if each != name])
        or f"save_pretrained({str(folder)!r}) writes it",
        key="path",
        origin=path,
        filename=path,
    )


def leads_nowhere(path: str, link: object) -> ConfigError:
    """The error about a link, to nothing or to itself."""
    return ConfigNotFound(
        f"{link} is a link that leads nowhere.",
        context=(f"needed for {path}",),
        hint="take the link away; save_pretrained writes anew",
        key="path",
        origin=path,
        filename=path,
    )


def _file_among(folder: Path) -> Path | None:
    """The folder, or one above it, if it is a file."""
    return next((each for each in (folder, *folder.parents) if each.exists() and not each.is_dir()), None)


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:  # it may not be looked into
        return []


def not_a_folder(path: str, folder: Path) -> ConfigError:
    """The error about a path with a file in it where the folder, or one above it, should be."""
    file = _file_among(folder) or folder
    return NotAFolder(
        f"{file} is a file, not a folder.",
        context=(f"needed for {path}",),
        hint=f"give the folder: {str(file.parent)!r}",
        key="path",
        origin=path,
        filename=str(file),
    )


def not_a_file(path: str, mode: int) -> ConfigError:
    """The error about something that is not a file, where the file of a config should be.

    Args:
        path: of it.
        mode: as `stat` gives it.
    """
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return NotAFile(
        f"{path} is {kinds.get(stat.S_IFMT(mode), 'a device')}, not a file.",
        hint="give the folder that save_pretrained(folder) wrote; take what stands there away",
        key="path",
        origin=path,
        filename=path,
    )


def no_path(text: str, what: str) -> ConfigError:
    """The error about a text that no folder can be called by; `what` in it is the reason."""
    return ConfigError(f"{shown(text)} is not a path: it has {what}.", hint="give the folder", key="path")


def restless(folder: Path, tries: int) -> ConfigError:
    """The error about a folder that others save to again and again."""
    return ConfigError(
        f"{folder} was saved to anew each of the {tries} times that it was loaded.",
        hint="save to a folder of another name, and rename it when it is done",
        key="path",
        origin=str(folder),
    )


def not_json(where: str, why: str, hint: str) -> ConfigError:
    """The error about a text that is not JSON.

    Args:
        where: the file, with line and column where they are known.
        why: the rest of a sentence.
        hint: what to do.
    """
    return ConfigError(f"{where} {why}.", hint=hint, origin=where)


def no_form(where: str, value: object) -> ConfigError:
    """The error about a value that JSON cannot hold."""
    shown = repr(value) if isinstance(value, float) else f"of type {type(value).__name__}"
    return ConfigError(
        f"{where!r} is {shown}, which cannot stand in JSON." if where else f"What is {shown} cannot stand in JSON.",
        context=("there can be text, numbers, booleans, None, lists, dictionaries, enumerations, paths and configs",),
        hint="keep it as one of these; what is large or binary belongs into save_state",
        key=where,
    )


def not_dumped(cls: type, error: Exception) -> ConfigError:
    """The error about a config whose class cannot say what is in it."""
    return ConfigError(f"{cls.__name__} cannot be written as JSON: {cut(str(error), 400)}.", hint="see the error above")


def wrong_keys(cls: type, unknown: Sequence[str], missing: Sequence[str], known: Sequence[str]) -> ConfigError:
    """The error about keys that are not those of a config."""
    facts = []
    if unknown:
        facts.append(f"{cls.__name__} has no {' and no '.join(map(shown, unknown[:_SHOWN]))}{_more(unknown)}")
    if missing:
        facts.append(
            f"{'' if unknown else f'{cls.__name__}: '}{' and '.join(map(repr, missing))} {is_or_are(missing)} missing"
        )
    return ConfigError(
        f"{'; '.join(facts)}.",
        context=(f"its keys are {listed(known)}" if known else "it has no keys",),
        hint=_instead(unknown, known) or (f"take out {listed(unknown)}" if unknown else f"add {listed(missing)}"),
        key=cut((*unknown, *missing)[0]),
    )


def _instead(unknown: Sequence[str], known: Sequence[str]) -> str | None:
    """A hint, if any of what is unknown resembles what is known."""
    meant = [f"{each!r} instead of {name!r}" for name in unknown[:_SHOWN] for each in near(name, known)[:1]]
    return f"did you mean {', '.join(meant)}?" if meant else None


def is_or_are(names: Sequence[str]) -> str:
    """The verb for so many."""
    return "are" if len(names) > 1 else "is"


@contextmanager
def own_errors(cls: type, known: Sequence[str] = ()) -> Iterator[None]:
    """What the code of a config's class raises for values that it does not take becomes a ConfigError.

    Args:
        cls: the class.
        known: the names of its keys.
    """
    try:
        yield
    except (TypeError, ValueError, KeyError) as error:
        if isinstance(error, LoadError):
            raise
        raise _unfit(cls, error, known) from error


def _unfit(cls: type, error: Exception, known: Sequence[str]) -> ConfigError:
    problems = _problems(error)
    if not problems:
        text = f"there is no {error}" if isinstance(error, KeyError) else str(error).rstrip(".")
        return ConfigError(f"{cls.__name__} does not take these values: {cut(text, 400)}.", hint="see the error above")
    wrong = [str(place[-1]) for kind, place, _ in problems if kind == "extra_forbidden" and place]
    texts = [f"{place_of(place)}: {cut(text)}" for _, place, text in problems[:_SHOWN]]
    return ConfigError(
        f"{cls.__name__} does not take these values: {texts[0]}.",
        context=(*texts[1:], *((f"and {len(problems) - _SHOWN:,} more",) if len(problems) > _SHOWN else ())),
        hint=_instead(wrong, known) or "correct what is named",
        key=place_of(problems[0][1]),
    )


def place_of(place: tuple[Any, ...]) -> str:
    """The keys that lead to a value, as one text."""
    return cut(".".join(map(str, place))) or "as a whole"


def _problems(error: Any) -> list[tuple[str, tuple[Any, ...], str]]:
    """What an error of pydantic lists; the values themselves are not shown."""
    if type(error).__name__ != "ValidationError" or not callable(getattr(error, "errors", None)):
        return []
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [(each["type"], each["loc"], each["msg"]) for each in found]


def told(error: Exception, line: str, origin: str) -> None:
    """Say in an error what it is about, in the way that it has for that."""
    if isinstance(error, LoadError):
        error.context = (line, *error.context)
        if isinstance(error, ConfigError) and not error.origin:
            error.origin = origin
    else:
        error.add_note(line)
