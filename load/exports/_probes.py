"""The trials of `checks.toml`: the smallest thing that shows whether a package works at all."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def torch(module: Any) -> bool:
    """A product of two matrices."""
    return bool((module.ones(2, 2) @ module.ones(2, 2)).tolist() == [[2.0, 2.0], [2.0, 2.0]])


def numpy(module: Any) -> bool:
    """A product of two matrices, which needs the compiled part and its linear algebra."""
    return bool((module.ones((2, 2)) @ module.ones((2, 2))).tolist() == [[2.0, 2.0], [2.0, 2.0]])


def pillow(module: Any) -> bool:
    """An image saved and opened."""
    from importlib import import_module
    from io import BytesIO

    image = import_module(f"{module.__name__}.Image")
    file = BytesIO()
    image.new("RGB", (2, 2), (1, 2, 3)).save(file, "PNG")
    file.seek(0)
    with image.open(file) as read:
        return bool(read.size == (2, 2) and read.getpixel((0, 0)) == (1, 2, 3))


def pandas(module: Any) -> bool:
    """A sum by group."""
    frame = module.DataFrame({"key": ["a", "a", "b"], "value": [1, 2, 3]})
    return bool(frame.groupby("key")["value"].sum().tolist() == [3, 3])


def scipy(module: Any) -> bool:
    """A system of equations, solved."""
    from importlib import import_module

    solve = import_module(f"{module.__name__}.linalg").solve
    return bool([round(each) for each in solve([[2, 0], [0, 4]], [2, 4]).tolist()] == [1, 1])


def sklearn(module: Any) -> bool:
    """A line through two points."""
    from importlib import import_module

    model = import_module(f"{module.__name__}.linear_model").LinearRegression()
    return bool(round(model.fit([[0.0], [1.0]], [0.0, 2.0]).predict([[2.0]]).tolist()[0]) == 4)


def matplotlib(module: Any) -> bool:
    """A figure drawn, without a screen."""
    from importlib import import_module
    from io import BytesIO

    file = BytesIO()
    import_module(f"{module.__name__}.figure").Figure(figsize=(1, 1)).savefig(file, format="svg")
    return b"<svg" in file.getvalue()


def tensorflow(module: Any) -> bool:
    """A product of two matrices."""
    ones = module.ones((2, 2))
    return bool(module.linalg.matmul(ones, ones).numpy().tolist() == [[2.0, 2.0], [2.0, 2.0]])


def transformers(module: Any) -> bool:
    """A configuration made, and written out."""
    return '"model_type"' in module.BertConfig(hidden_size=12, num_attention_heads=2).to_json_string()


def aiohttp(module: Any) -> bool:
    """A form made, and an address read."""
    return bool(module.FormData({"a": "b"})() is not None and module.ClientTimeout(total=1).total == 1)


def einops(module: Any) -> bool:
    """Two axes exchanged, of an array of numpy where that is there: einops works on whatever has arrays."""
    from importlib.util import find_spec

    if find_spec("numpy") is None:
        return callable(module.rearrange)
    from numpy import zeros

    return bool(module.rearrange(zeros((2, 3)), "a b -> b a").shape == (3, 2))


def yaml(module: Any) -> bool:
    """Written and read again."""
    return bool(module.safe_load(module.safe_dump({"a": [1, None]})) == {"a": [1, None]})


def requests(module: Any) -> bool:
    """An address made."""
    return bool(module.Request("GET", "http://x/y", params={"a": 1}).prepare().url == "http://x/y?a=1")
