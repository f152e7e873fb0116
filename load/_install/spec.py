"""Specs: what a person writes, read once into one object.

::

    spec   = [alias "="] target
    target = module [extras] [version] [":" attribute]     numpy   pandas[excel]>=2,<3   sklearn.linear_model:Ridge
           | distribution [extras] [version]               scikit-learn
           | [name "@"] source                             cv2 @ pypi:opencv-python-headless>=4   gh:owner/repo@v1
"""

from __future__ import annotations

from load._install.sources import IndexSource, Source, is_source, parse_requirement, parse_source
from load._reference import is_dotted_name
from load.errors import SourceError

_LONGEST = 2_000
_OPERATORS = frozenset(("==", ">=", "<=", "!=", "~=", "===", "<", ">"))
_SCHEMES = frozenset(("pypi", "gh", "github", "gl", "http", "https", "file", "path"))


class Spec:
    """A parsed spec.

    Attributes:
        text: as it was written.
        alias: name to bind, or "".
        module: dotted import name, or "" where only a distribution or a source is named.
        distribution: name of a distribution where one was written in place of a module, or "".
        extras: text of the extras with brackets, or "".
        version: version specifier (PEP 440), or "".
        attribute: dotted path within the module, or "".
        source: where it must come from, or None for the usual way.
    """

    __slots__ = ("alias", "attribute", "distribution", "extras", "module", "source", "text", "version")

    def __init__(
        self,
        text: str,
        *,
        alias: str = "",
        module: str = "",
        distribution: str = "",
        extras: str = "",
        version: str = "",
        attribute: str = "",
        source: Source | None = None,
    ) -> None:
        self.text = text
        self.alias = alias
        self.module = module
        self.distribution = distribution
        self.extras = extras
        self.version = version
        self.attribute = attribute
        self.source = source

    @property
    def is_plain(self) -> bool:
        """Whether it is a module's name and nothing else (an alias apart)."""
        return bool(self.module) and not (self.extras or self.version or self.attribute or self.source)

    def __repr__(self) -> str:
        return f"Spec({self.text!r})"


def parse(text: str) -> Spec:
    """Read a spec.

    Raises:
        SourceError: it cannot be read; the error points to the place.
    """
    if not isinstance(text, str):
        raise SourceError(f"A spec is a text, not {type(text).__name__}.", hint=_as_texts(text))
    if is_dotted_name(text):  # the usual case, without any further look
        return Spec(text, module=text)
    _check_characters(text)
    _check_option(text, *_stripped(text, 0))
    alias, offset = _split_alias(text)
    target, offset = _stripped(text, offset)
    if not target:
        raise _empty(text, offset)
    _check_option(text, target, offset)
    return _parse_target(text, alias, target, offset)


def _empty(text: str, offset: int) -> SourceError:
    fact = "Nothing is named here." if text.strip() else "The spec is empty."
    return SourceError(fact, text=text, position=offset, hint="name a module or a distribution, as numpy")


def _check_option(text: str, target: str, offset: int) -> None:
    if target.startswith("-"):
        raise SourceError(
            "A spec never is an option of an installer.",
            text=text,
            position=offset,
            hint="indexes and other options belong into the settings of uv or pip",
        )


def _stripped(text: str, offset: int) -> tuple[str, int]:
    rest = text[offset:]
    return rest.strip(), offset + len(rest) - len(rest.lstrip())


def _check_characters(text: str) -> None:
    if len(text) > _LONGEST:
        raise SourceError(f"A spec has at most {_LONGEST} characters; this one has {len(text)}.", text=text, position=0)
    for position, char in enumerate(text):
        if not char.isprintable():
            raise SourceError(
                "A spec holds no control characters.",
                text=text,
                position=position,
                hint="remove this character",
            )


def _split_alias(text: str) -> tuple[str, int]:
    """The alias and where the target begins; `=` as part of `==`, `>=` and the like is not an alias."""
    head, equals, rest = text.partition("=")
    alias = head.strip()
    if not equals or rest.startswith("=") or head.rstrip()[-1:] in ("<", ">", "!", "~"):
        return "", 0
    if alias.isidentifier() and not _is_keyword(alias):
        version = rest.lstrip("<>=!~ ")
        if version[:1].isdigit():
            operator = rest.strip().removesuffix(version).strip()
            if not operator:
                fact, operator = "A version is compared with two equal signs.", "=="
            else:  # "=>2", which would be an alias of something that is not a name
                fact, operator = _no_comparison(f"={operator}"), _meant("=" + operator)
            hint = f"write {alias}{operator}{version.rstrip()}"
            raise SourceError(fact, text=text, position=len(head), hint=hint)
        return alias, len(head) + 1
    if any(mark in head for mark in ":#/@[\\"):  # the "=" belongs to a source: #subdirectory=…, ?key=…
        return "", 0
    raise SourceError(
        f"{alias!r} cannot be an alias.",
        text=text,
        position=0,
        hint="an alias is a Python name: plt=matplotlib.pyplot",
    )


def _is_keyword(name: str) -> bool:
    from keyword import iskeyword

    return iskeyword(name)


def _parse_target(text: str, alias: str, target: str, offset: int) -> Spec:
    if is_source(target):
        return _from_source(text, alias, parse_source(target, whole=text, offset=offset))
    head, at, _ = target.partition("@")
    if not at:
        return _parse_module(text, alias, target, offset)
    source_text, start = _stripped(text, offset + len(head) + 1)
    return _named_source(text, alias, (head.rstrip(), offset), (source_text, start))


def _from_source(text: str, alias: str, source: Source) -> Spec:
    """A source by itself. For an index the names of its distribution say what is meant."""
    if isinstance(source, IndexSource):
        return Spec(text, alias=alias, distribution=source.distribution, source=source)
    return Spec(text, alias=alias, source=source)


def _named_source(text: str, alias: str, name: tuple[str, int], source: tuple[str, int]) -> Spec:
    head, offset = name
    parsed = parse_source(source[0], whole=text, offset=source[1])
    if is_dotted_name(head):
        return Spec(text, alias=alias, module=head, source=parsed)
    end = _name_end(head)
    if end == len(head) and head:
        return Spec(text, alias=alias, distribution=head, source=parsed)
    raise SourceError("A name is expected before the @.", text=text, position=offset + end, hint="write NAME @ SOURCE")


def _parse_module(text: str, alias: str, target: str, offset: int) -> Spec:
    end = _name_end(target)
    name = target[:end]
    if not name or not (name[0].isalpha() or name[0].isdigit() or name[0] == "_"):
        raise SourceError("A name is expected here.", text=text, position=offset, hint="write a module's name")
    requirement, colon, attribute = target.partition(":")
    _check_scheme(text, target, offset)
    extras, version = _split_requirement(text, requirement, end, offset)
    if colon and not is_dotted_name(attribute.strip()):
        raise SourceError(
            "A name in the module is expected after the colon.",
            text=text,
            position=offset + len(requirement) + 1,
            hint="write module:name or module:name.name",
        )
    if is_dotted_name(name):
        return Spec(text, alias=alias, module=name, extras=extras, version=version, attribute=attribute.strip())
    if colon or ".." in name or not _is_distribution_name(name):
        raise SourceError(
            f"{name!r} is not a module's name.",
            text=text,
            position=offset,
            hint="a module's name is made of Python names",
        )
    return Spec(text, alias=alias, distribution=name, extras=extras, version=version)


def _check_scheme(text: str, target: str, offset: int) -> None:
    """A scheme written with a slip (`gh/owner`, `https//…`) is not a module."""
    scheme, colon, rest = target.partition(":")
    if colon and (rest.startswith("//") or scheme.lower() in _SCHEMES):
        raise SourceError(
            f"{scheme!r} is not a source that load knows.",
            text=text,
            position=offset,
            hint="a source is pypi:NAME, gh:OWNER/REPO, git+https://…, ./PATH, or https://….whl",
        )


def _name_end(text: str) -> int:
    for index, char in enumerate(text):
        if not (char.isalnum() or char in "._-"):
            return index
    return len(text)


def _is_distribution_name(name: str) -> bool:
    """The rule of https://packaging.python.org/specifications/name-normalization/."""
    return name.isascii() and name[0].isalnum() and name[-1].isalnum()


def _split_requirement(text: str, requirement: str, end: int, offset: int) -> tuple[str, str]:
    """Extras and version after the name, checked by packaging's own grammar."""
    rest = requirement[end:].strip()
    if not rest:
        return "", ""
    start = offset + end + len(requirement[end:]) - len(requirement[end:].lstrip())
    name = requirement[:end]
    if rest[0] not in "[<>=!~(":
        raise SourceError(
            f"{rest[0]!r} has no place here.", text=text, position=start, hint=_written_otherwise(name, rest)
        )
    _check_operator(text, name, rest, start)
    _, clean = parse_requirement("x" + rest, text, start)  # "x" stands for the name, which may be a dotted module
    clean = clean[1:]
    end_of_extras = clean.index("]") + 1 if clean.startswith("[") else 0  # what follows "===" may hold a bracket, too
    return clean[:end_of_extras], clean[end_of_extras:]


def _written_otherwise(name: str, rest: str) -> str:
    """What somebody may have meant who writes `rest` after a name."""
    if rest[0].isdigit():
        return f"write {name}=={rest}"
    words = rest.split()
    if len(words) == 2 and words[0] == "as" and words[1].isidentifier():
        return f'write "{words[1]}={name}"'
    others = [each.strip() for each in rest.split(",")[1:]]
    if rest[0] == "," and all(map(is_dotted_name, others)):
        return f"give each a text of its own: {', '.join(map(repr, (name, *others)))}"
    return f"write {name}[extra]>=1.2:attribute"


def _as_texts(what: object) -> str:
    """What to write instead of a list, or a mapping, of names."""
    if isinstance(what, dict) and what and all(isinstance(part, str) for pair in what.items() for part in pair):
        return f"give each a text of its own: {', '.join(repr(f'{alias}={name}') for alias, name in what.items())}"
    if isinstance(what, (list, tuple, set, frozenset)) and what and all(isinstance(each, str) for each in what):
        return f"give each a text of its own: {', '.join(map(repr, what))}"
    return 'write load("numpy")'


def _check_operator(text: str, name: str, rest: str, start: int) -> None:
    """A first comparison that is none, or that has nothing behind it, is told in words that name what was meant."""
    version = rest.lstrip("<>=!~")
    operator = rest.removesuffix(version)
    if operator and operator not in _OPERATORS:
        hint = f"write {name}{_meant(operator)}{version.strip() or '1.2'}"
        raise SourceError(_no_comparison(operator), text=text, position=start, hint=hint)
    if operator and not version.strip():
        hint = f"write {name}{operator}1.2, or {name} alone"
        raise SourceError("A version is expected at the end.", text=text, position=start + len(operator), hint=hint)


def _no_comparison(operator: str) -> str:
    return f"{operator!r} compares no versions."


def _meant(operator: str) -> str:
    """The comparison that is most like one that is none."""
    return "!=" if operator == "<>" else next((f"{mark}=" for mark in "><!~" if mark in operator), "==")
