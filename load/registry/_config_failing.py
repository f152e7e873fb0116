"""What is said about a config that cannot be read, made or written."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from load.errors import ConfigError, LoadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Any

_SHOWN = 12  # names
_WORDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}


class ConfigNotFound(ConfigError, FileNotFoundError):
    """There is no such file: a ConfigError, and what people catch for it already."""

    errno = errno.ENOENT
    filename = ""


class NotAFolder(ConfigError, NotADirectoryError):
    """A file stands where the folder should be: a ConfigError, and what people catch for it already."""

    errno = errno.ENOTDIR
    filename = ""


def word_for(value: object) -> str:
    """What a value of JSON is called."""
    return _WORDS.get(type(value), "a number" if isinstance(value, (int, float)) else f"of type {type(value).__name__}")


def near(name: object, names: Iterable[object]) -> list[str]:
    """Those of some names that resemble one."""
    from difflib import get_close_matches

    texts = [each for each in names if isinstance(each, str)]
    return get_close_matches(name, texts, n=3) if isinstance(name, str) else []


def listed(names: Sequence[object]) -> str:
    """Names, as far as a line can hold them."""
    return ", ".join(map(repr, names[:_SHOWN])) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def did_you_mean(names: Sequence[str]) -> str | None:
    """A hint, if there is anything that could be meant."""
    return f"did you mean {' or '.join(map(repr, names))}?" if names else None


def not_found(path: str, folder: Path, name: str) -> ConfigError:
    """The error about a file that is not there."""
    if _file_among(folder) is not None:
        return not_a_folder(path, folder)
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
    there = _names_in(folder)
    return ConfigNotFound(
        f"{folder / name} is a link that leads nowhere." if name in there else f"There is no {name!r} in {folder}.",
        context=(f"there is {listed(there)}" if there else "nothing can be seen there",),
        hint=did_you_mean([each for each in near(name, there) if each != name])
        or f"save_pretrained({str(folder)!r}) writes it",
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


def not_json(where: str, why: str, hint: str) -> ConfigError:
    """The error about a text that is no JSON.

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
    return ConfigError(f"{cls.__name__} cannot be written as JSON: {error}.", hint="see the error above")


def wrong_keys(cls: type, unknown: Sequence[str], missing: Sequence[str], known: Sequence[str]) -> ConfigError:
    """The error about keys that are not those of a config."""
    facts = []
    if unknown:
        facts.append(f"{cls.__name__} has no {' and no '.join(map(repr, unknown))}")
    if missing:
        facts.append(
            f"{'' if unknown else f'{cls.__name__}: '}{' and '.join(map(repr, missing))} {_is(missing)} missing"
        )
    meant = [f"{each!r} instead of {name!r}" for name in unknown for each in near(name, known)[:1]]
    return ConfigError(
        f"{'; '.join(facts)}.",
        context=(f"its keys are {listed(known)}" if known else "it has no keys",),
        hint=f"did you mean {', '.join(meant)}?"
        if meant
        else f"take out {listed(unknown)}"
        if unknown
        else f"add {listed(missing)}",
        key=(*unknown, *missing)[0],
    )


def _is(names: Sequence[str]) -> str:
    return "are" if len(names) > 1 else "is"


def unfit(cls: type, error: Exception, known: Sequence[str] = ()) -> ConfigError:
    """The error about values that the class of a config does not take."""
    problems = _problems(error)
    if not problems:
        text = f"there is no {error}" if isinstance(error, KeyError) else str(error).rstrip(".")
        return ConfigError(f"{cls.__name__} does not take these values: {text}.", hint="see the error above")
    wrong = [str(place[-1]) for kind, place, _ in problems if kind == "extra_forbidden" and place]
    texts = [f"{'.'.join(map(str, place)) or 'as a whole'}: {text}" for _, place, text in problems]
    meant = [f"{each!r} instead of {name!r}" for name in wrong for each in near(name, known)[:1]]
    return ConfigError(
        f"{cls.__name__} does not take these values: {texts[0]}.",
        context=tuple(texts[1:]),
        hint=f"did you mean {', '.join(meant)}?" if meant else "correct what is named",
        key=".".join(map(str, problems[0][1])),
    )


def _problems(error: Any) -> list[tuple[str, tuple[Any, ...], str]]:
    """What an error of pydantic lists; the values themselves are not shown."""
    if type(error).__name__ != "ValidationError" or not callable(getattr(error, "errors", None)):
        return []
    return [(each["type"], each["loc"], each["msg"]) for each in error.errors()]


def told(error: Exception, line: str, origin: str) -> None:
    """Say in an error what it is about, in the way that it has for that."""
    if isinstance(error, LoadError):
        error.context = (line, *error.context)
        if isinstance(error, ConfigError) and not error.origin:
            error.origin = origin
    else:
        error.add_note(line)
