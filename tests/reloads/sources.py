"""Random modules that need one another, random edits of them, and ways to fail. A seed always gives the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

_BASES = 3  # names that a module takes from another one, at most


@dataclass(frozen=True)
class Definition:
    """A name at the top of a module, what kind of thing it stands for, and the seed that the rest is made of."""

    name: str
    kind: str
    seed: int


@dataclass(frozen=True)
class Module:
    """A module, as it is now.

    Attributes:
        name: what it is imported as.
        taken: module → the names that are taken from it.
        definitions: what it defines, in order.
        ending: lines after all that.
    """

    name: str
    taken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    definitions: tuple[Definition, ...] = ()
    ending: str = ""

    def kinds(self) -> dict[str, str]:
        """Its own names and their kinds."""
        return {each.name: each.kind for each in self.definitions}


@dataclass(frozen=True)
class Pair:
    """An edit of some modules that need one another, dependencies first.

    Attributes:
        before: name → text, of all.
        after: name → text, of those that are edited.
        failing: name → text, of those that are edited so that it fails; {} where nothing fails.
        why: how it fails.
        kinds: name → the kinds of what it defines before, and afterwards.
    """

    before: dict[str, str]
    after: dict[str, str]
    failing: dict[str, str]
    why: str
    kinds: dict[str, tuple[dict[str, str], dict[str, str]]]


def pair(seed: int, prefix: str, *, fails: bool) -> Pair:
    """An edit.

    Args:
        seed: what all of it is made of.
        prefix: what the modules' names begin with.
        fails: whether there is a failing form of it as well.
    """
    rng = random.Random(seed)
    modules: list[Module] = []
    for index in range(rng.randint(2, 4)):
        modules.append(_module(rng, f"{prefix}_{'abcd'[index]}", modules))
    edited = _edited(rng, modules)
    before = {module.name: text(module, modules) for module in modules}
    after = {module.name: text(module, edited) for module in edited}
    changed = {name: after[name] for name in after if after[name] != before[name]}
    if not changed:  # what was chosen anew came out as it was
        name = edited[0].name
        changed[name] = f"{after[name]}added = {seed}\n"
    why, failing = _failing(rng, edited, changed) if fails else ("", {})
    kinds = {one.name: (one.kinds(), other.kinds()) for one, other in zip(modules, edited, strict=True)}
    return Pair(before, changed, failing, why, kinds)


# -- modules and edits of them -----------------------------------------------------------------------------------------


def _module(rng: random.Random, name: str, lower: Sequence[Module]) -> Module:
    taken: dict[str, tuple[str, ...]] = {}
    for module in lower:
        if module is lower[-1] or rng.random() < 0.5:
            names = [each.name for each in module.definitions]
            taken[module.name] = tuple(rng.sample(names, min(len(names), rng.randint(1, _BASES))))
    letter = name[-1]
    kinds = [rng.choice(list(KINDS)) for _ in range(rng.randint(4, 9))]
    definitions = tuple(Definition(f"{letter}{number}", kind, rng.getrandbits(32)) for number, kind in enumerate(kinds))
    return Module(name, taken, definitions)


def _edited(rng: random.Random, modules: Sequence[Module]) -> list[Module]:
    """Some of the modules changed, so that all of them still work together."""
    chosen = {module.name for module in modules if rng.random() < 0.5} or {modules[0].name}
    found: list[Module] = []
    for module in modules:
        if module.name not in chosen:
            found.append(module)
            continue
        needed = {name for other in modules for name in other.taken.get(module.name, ())}
        found.append(replace(module, definitions=tuple(_changed(rng, module, needed))))
    return found


def _changed(rng: random.Random, module: Module, needed: set[str]) -> Iterable[Definition]:
    definitions = list(module.definitions)
    if rng.random() < 0.2:
        rng.shuffle(definitions)
    for each in definitions:
        luck = rng.random()
        if luck < 0.4:
            yield each
        elif luck < 0.8 or each.name in needed:
            yield replace(each, seed=rng.getrandbits(32))
        elif luck < 0.9 and each.kind != "kept":  # what others were would be kept, too
            yield Definition(each.name, rng.choice([kind for kind in KINDS if kind != "kept"]), rng.getrandbits(32))
    for number in range(rng.randint(0, 2)):
        yield Definition(f"{module.name[-1]}_new{number}", rng.choice(list(KINDS)), rng.getrandbits(32))


# -- ways to fail ------------------------------------------------------------------------------------------------------


def _failing(rng: random.Random, modules: Sequence[Module], changed: dict[str, str]) -> tuple[str, dict[str, str]]:
    """How an edit fails, and the texts that make it."""
    name = rng.choice(list(changed))
    last = modules[-1].name
    ways = [*FAILURES, "dependent"] if modules[0].name in changed and last != modules[0].name else list(FAILURES)
    why = rng.choice(ways)
    failing = dict(changed)
    if why == "dependent":
        failing[modules[0].name] = f"BREAK = 1\n{changed[modules[0].name]}"
        return why, failing
    blocks = changed[name].split("\n\n")
    place = {"end": len(blocks), "hook": len(blocks), "state": len(blocks)}.get(why, rng.randint(1, len(blocks)))
    blocks.insert(place, FAILURES[why])
    failing[name] = "\n\n".join(blocks)
    return why, failing


FAILURES = {
    "syntax": "def broken(:\n    pass",
    "end": "raise RuntimeError('at the end')",
    "middle": "1 / 0",
    "class": "class Broken:\n    one = 1\n    def two(self): ...\n    three = no_such_name",
    "decorator": (
        "def _refuses(function):\n    raise TypeError('no decorator')\n\n@_refuses\ndef decorated():\n    return 1"
    ),
    "hook": "def __reload__(old):\n    raise LookupError(len(old))",
    "import": "from os import no_such_name",
    "metaclass": (
        "class Refusing(type):\n    def __new__(cls, *arguments):\n        raise ValueError('no class')\n\n"
        "class Refused(metaclass=Refusing):\n    pass"
    ),
    "exit": "raise SystemExit(3)",
    "state": (
        "for value in list(globals().values()):\n    if type(value) is list:\n        value.append('left over')\n"
        "    elif type(value) is dict:\n        value['left over'] = 1\n\nraise OSError('after that')"
    ),
}


# -- texts -------------------------------------------------------------------------------------------------------------


def text(module: Module, modules: Sequence[Module]) -> str:
    """The source of a module, beside the modules that it takes names from."""
    kinds = {each.name: each.kinds() for each in modules}
    blocks = [_HEAD]
    there: dict[str, str] = {}
    for name, names in module.taken.items():
        blocks.append(f"import {name}\nfrom {name} import {', '.join(names)}")
        blocks.append(f"if getattr({name}, 'BREAK', 0):\n    raise ValueError('no')")
        there.update({each: kinds[name][each] for each in names})
    for each in module.definitions:
        rng = random.Random(each.seed)
        blocks.append(KINDS[each.kind](each.name, rng, there))
        there[each.name] = each.kind
    return "\n\n".join(blocks) + "\n"


_HEAD = "import abc, collections, contextlib, dataclasses, enum, functools, typing"

# The name, what is chosen by chance, and the names that are there already with their kinds.
_Maker = Callable[[str, random.Random, dict[str, str]], str]


def _some(rng: random.Random, there: dict[str, str], kinds: Iterable[str]) -> str:
    """One of the names of these kinds; "" where there is none, and now and then."""
    wanted = set(kinds)
    names = [name for name, kind in there.items() if kind in wanted]
    return rng.choice(names) if names and rng.random() < 0.7 else ""


def _number(rng: random.Random, there: dict[str, str]) -> str:
    """An expression for a number, often of what is there."""
    name = _some(rng, there, _NUMBERS)
    called = _some(rng, there, _CALLED)
    said = str(rng.randint(0, 999))
    if name and rng.random() < 0.5:
        return f"{name} + {said}"
    return f"({called}(), {said})[1]" if called and rng.random() < 0.4 else said


def _constant(name: str, rng: random.Random, there: dict[str, str]) -> str:
    return f"{name} = {_number(rng, there)}"


def _table(name: str, rng: random.Random, there: dict[str, str]) -> str:
    values = [_number(rng, there) for _ in range(rng.randint(0, 3))]
    thing = _some(rng, there, [*_CLASSES, *_CALLED])
    values += [thing] if thing else []
    form = rng.choice(["[{}]", "[{}]", "({},)", "dict(enumerate([{}]))"])
    return f"{name} = {form.format(', '.join(values) or '0')}"


def _kept(name: str, rng: random.Random, there: dict[str, str]) -> str:
    return f"try:\n    {name}\nexcept NameError:\n    {name} = []\n{name}.append({rng.randint(0, 9)})"


def _function(name: str, rng: random.Random, there: dict[str, str]) -> str:
    first, second = rng.choice(["", "a=1", "a=1, b=2", "*a, b=3", "a=1, /, *, c=5"]), _number(rng, there)
    called = _some(rng, there, _CALLED)
    lines = [f"def {name}({first}):"]
    lines += [f'    """Number {rng.randint(0, 9)}."""'] if rng.random() < 0.5 else []
    lines += [f"    return ({second}, {f'{called}()' if called else None}, {rng.randint(0, 99)})"]
    lines += [f"{name}.mark = {rng.randint(0, 9)}"] if rng.random() < 0.3 else []
    return "\n".join(lines)


def _generator(name: str, rng: random.Random, there: dict[str, str]) -> str:
    return f"def {name}():\n    yield {_number(rng, there)}\n    yield {rng.randint(0, 9)}"


def _lambda(name: str, rng: random.Random, there: dict[str, str]) -> str:
    return f"{name} = lambda value={rng.randint(0, 9)}: (value, {_number(rng, there)})"


def _closure(name: str, rng: random.Random, there: dict[str, str]) -> str:
    free = rng.choice(["step", "step", "other"])
    return (
        f"def _make_{name}({free}):\n    def {name}(value={rng.randint(0, 9)}):\n"
        f"        return value + {free} + {rng.randint(0, 9)}\n    return {name}\n"
        f"{name} = _make_{name}({rng.randint(0, 99)})"
    )


def _decorated(name: str, rng: random.Random, there: dict[str, str]) -> str:
    wraps = "    @functools.wraps(function)\n" if rng.random() < 0.5 else ""
    return (
        f"def _around_{name}(function):\n{wraps}    def around(*given):\n"
        f"        return ({rng.randint(0, 9)}, function(*given))\n    return around\n"
        f"@_around_{name}\n{_function(name, rng, there)}"
    )


def _cached(name: str, rng: random.Random, there: dict[str, str]) -> str:
    decorator = rng.choice(["functools.cache", "functools.lru_cache", "functools.lru_cache(maxsize=4)"])
    return f"@{decorator}\ndef {name}(value=0):\n    return (value, {_number(rng, there)})"


def _manager(name: str, rng: random.Random, there: dict[str, str]) -> str:
    return f"@contextlib.contextmanager\ndef {name}():\n    yield {_number(rng, there)}"


def _dispatch(name: str, rng: random.Random, there: dict[str, str]) -> str:
    whole = f"@functools.singledispatch\ndef {name}(value=None):\n    return {rng.randint(0, 99)}"
    cases = (
        f"@{name}.register\ndef _(value: {kind}):\n    return ({rng.randint(0, 99)}, {kind!r})"
        for kind in rng.sample(["int", "str", "list"], rng.randint(0, 2))
    )
    return "\n".join([whole, *cases])


def _class(name: str, rng: random.Random, there: dict[str, str]) -> str:
    base = _some(rng, there, ["class", "abstract"])
    lines = [f"class {name}({base}):" if base else f"class {name}:"]
    lines += [f'    """Class {rng.randint(0, 9)}."""'] if rng.random() < 0.5 else []
    lines += [f"    attribute = {_number(rng, there)}", "    def area(self):"]
    lines += [f"        return {rng.randint(0, 99)}"]
    for number in rng.sample(range(4), rng.randint(0, 3)):
        lines += [_member(f"member{number}", rng, there, base)]
    if rng.random() < 0.2:
        lines += [f"    class Inner:\n        def value(self):\n            return {rng.randint(0, 99)}"]
    return "\n".join(lines)


def _member(name: str, rng: random.Random, there: dict[str, str], base: str) -> str:
    value = _number(rng, there)
    forms = [
        f"    def {name}(self):\n        return {value}",
        f"    @property\n    def {name}(self):\n        return {value}",
        f"    @classmethod\n    def {name}(cls):\n        return cls.__name__, {value}",
        f"    @staticmethod\n    def {name}():\n        return {value}",
        f"    def {name}(self):\n        return __class__.__name__, isinstance(self, __class__), {value}",
    ]
    if base:
        forms.append(f"    def {name}(self):\n        return super().area(), {value}")
    return rng.choice(forms)


def _abstract(name: str, rng: random.Random, there: dict[str, str]) -> str:
    """Every class that is made of it has the method."""
    method = f"    def extra(self):\n        return {rng.randint(0, 99)}\n" if rng.random() < 0.5 else ""
    area = f"    @abc.abstractmethod\n    def area(self):\n        return {rng.randint(0, 9)}"
    return f"class {name}(abc.ABC):\n{method}{area}"


def _slotted(name: str, rng: random.Random, there: dict[str, str]) -> str:
    slots = rng.choice(["('x',)", "('x', 'y')", "('x',)"])
    return (
        f"class {name}:\n    __slots__ = {slots}\n    def __init__(self):\n        self.x = {rng.randint(0, 9)}\n"
        f"    def area(self):\n        return {_number(rng, there)}"
    )


def _dataclass(name: str, rng: random.Random, there: dict[str, str]) -> str:
    options = rng.choice(["", "(frozen=True)", "(order=True)", "(slots=True)"])
    fields = "".join(f"    field{number}: int = {rng.randint(0, 99)}\n" for number in range(rng.randint(1, 3)))
    area = f"    def area(self):\n        return {rng.randint(0, 9)}"
    return f"@dataclasses.dataclass{options}\nclass {name}:\n{fields}{area}"


def _enumeration(name: str, rng: random.Random, there: dict[str, str]) -> str:
    members = "".join(f"    {each} = {number}\n" for number, each in enumerate(rng.choice(["RG", "RGB", "GRB", "B"])))
    return f"class {name}(enum.Enum):\n{members}    def area(self):\n        return (self.value, {rng.randint(0, 9)})"


def _tuple(name: str, rng: random.Random, there: dict[str, str]) -> str:
    fields = "".join(f"    {each}: int = {rng.randint(0, 9)}\n" for each in rng.choice(["xy", "x", "xyz"]))
    return f"class {name}(typing.NamedTuple):\n{fields}    def area(self):\n        return {rng.randint(0, 9)}"


def _instance(name: str, rng: random.Random, there: dict[str, str]) -> str:
    made = _some(rng, there, [each for each in _CLASSES if each not in ("abstract", "enumeration")])
    return f"{name} = {made}()" if made else f"{name} = {_number(rng, there)}"


KINDS: dict[str, _Maker] = {
    "constant": _constant,
    "table": _table,
    "kept": _kept,
    "function": _function,
    "generator": _generator,
    "lambda": _lambda,
    "closure": _closure,
    "decorated": _decorated,
    "cached": _cached,
    "manager": _manager,
    "dispatch": _dispatch,
    "class": _class,
    "abstract": _abstract,
    "slotted": _slotted,
    "dataclass": _dataclass,
    "enumeration": _enumeration,
    "tuple": _tuple,
    "instance": _instance,
}
_NUMBERS = ("constant",)
_CALLED = ("function", "lambda", "closure", "decorated", "cached")
_CLASSES = ("class", "abstract", "slotted", "dataclass", "enumeration", "tuple")
