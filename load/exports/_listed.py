"""The packages that can be had by name, `from load.exports import torch`: a closed list."""

from __future__ import annotations

from opcode import opmap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

LISTED = (
    *("PIL", "accelerate", "aiohttp", "cv2", "datasets", "diffusers", "einops", "jax", "keras", "matplotlib"),
    *("numpy", "onnxruntime", "pandas", "safetensors", "scipy", "sklearn", "tensorflow", "tokenizers", "torch"),
    *("torchaudio", "torchvision", "transformers"),
)
_IMPORT_FROM = opmap["IMPORT_FROM"]


def listed(name: str, frame: FrameType) -> Any:
    """The export of a listed package: that which is registered under its name, or one that is made now.

    Args:
        name: what somebody asks `load.exports` for.
        frame: who does.

    Raises:
        ResolveError: an import statement asks for what is not listed.
        AttributeError: anything else does.
    """
    from load.exports._table import recorded

    if name in LISTED:
        found = recorded(name)
        if found is not None:
            return found[0]
        from load.exports._export import make_export

        return make_export(_who_asks(frame), name)
    code = frame.f_code.co_code
    if 0 <= frame.f_lasti < len(code) and code[frame.f_lasti] == _IMPORT_FROM:
        raise _unlisted(name)
    raise AttributeError(f"module 'load.exports' has no attribute {name!r}", name=name)


def _who_asks(frame: FrameType) -> FrameType:
    """The frame with the import statement: the import system looks first whether the name is there."""
    while frame.f_code.co_filename.startswith("<frozen importlib") and frame.f_back is not None:
        frame = frame.f_back
    return frame


def _unlisted(name: str) -> Exception:
    from difflib import get_close_matches

    from load.errors import ResolveError
    from load.exports import __all__ as own

    folded = {each.casefold(): each for each in (*LISTED, *own)}
    near = [folded[each] for each in get_close_matches(name.casefold(), folded, 3)]
    return ResolveError(
        f"load.exports has no {name!r}.",
        context=(f"packages that it lists: {', '.join(LISTED)}",),
        hint=f"did you mean {', '.join(map(repr, near))}?" if near else f"make it: LazyPackageExport({name!r})",
        name="load.exports",
    )
