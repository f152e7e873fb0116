"""Which formats of images Pillow really opens and saves: tried, in memory.

That a plugin is there tells nothing: it may be built for another version, or lack the encoder. That Pillow has a
module for AVIF tells nothing either: it may be built without the library.
"""

from __future__ import annotations

import sys
from base64 import b64decode
from importlib import import_module
from io import BytesIO

from load._find import find
from load.exports._metadata import Facts
from load.exports._validation import is_failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What can be had from a plugin: format → its module, and its distribution.
_PLUGINS = {"AVIF": ("pillow_avif", "pillow-avif-plugin"), "JXL": ("pillow_jxl", "pillow-jxl-plugin")}
_WORDS = {"AVIF": ("image/avif", (".avif", ".avifs")), "JXL": ("image/jxl", (".jxl",))}
# Red images of 16 × 16, so that opening is tried where saving is impossible.
_SAMPLES = {
    "AVIF": (
        "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAA"
        "AAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAMgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEA"
        "AGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwA"
        "AAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAOm1kYXQSAAoJGAz/2iAhoNCAMiMTx4eGZQGGGH4Q"
        "AAAAxJ2rPBBb6Llf9/7oObRsBcVDoi7xuA=="
    ),
    "JXL": "/wpDQCQIAAEAWABLGIsVANSIMcaJMc4BxEGpqgLilwUH",
}
# Formats of which the reading and writing is that of a library which Pillow may have been built without.
_TRIED = (*_PLUGINS, "JPEG", "JPEG2000", "PNG", "TIFF", "WEBP")
_ONLY_TOLD = ("MPEG",)  # identified by Pillow, and no more
_OPENED_AS = {"MPO": "JPEG"}  # formats that are opened by the code of another, which looks what is in the file
_SIZE, _COLOUR, _OFF_BY = (16, 16), (250, 10, 10), 30  # how much a colour may be off after a lossy format


class ImageFormat(Facts):
    """What Pillow can do with a format here; true if it can open and save it.

    Attributes:
        format: its name in Pillow, as "JXL".
        mime: its MIME type, or None where Pillow knows none.
        extensions: of files, with the dot.
        opens: whether images can be opened.
        saves: whether they can be saved.
        is_tried: whether that was tried, with a small image in memory; else it is what Pillow has registered.
        provider: the package whose code it is, "PIL" or a plugin; None where there is none.
        reason: why it cannot be opened, or saved; None where it can be both.
    """

    __slots__ = ("extensions", "format", "is_tried", "mime", "opens", "provider", "reason", "saves")

    def __init__(self, image: Any, name: str, *, opens: bool, saves: bool, is_tried: bool, reason: str | None) -> None:
        mime, extensions = _WORDS.get(name, (None, ()))
        known = sorted(each for each, of in image.registered_extensions().items() if of == name)
        self.format = name
        self.mime: str | None = image.MIME.get(name, mime)
        self.extensions = tuple(known) or extensions
        self.opens = opens
        self.saves = saves
        self.is_tried = is_tried
        self.provider = _provider(image, name)
        self.reason = reason

    def __bool__(self) -> bool:
        return self.opens and self.saves


def check_image_plugin_support() -> dict[str, ImageFormat]:
    """Whether Pillow opens and saves AVIF and JPEG XL here, by itself or with an installed plugin, which is added.

    Returns:
        Of "AVIF" and of "JXL", what came of trying it.

    Raises:
        Exception: what keeps Pillow from coming.
    """
    image = _image(sys._getframe(1))
    return {name: _tried(image, name) for name in _PLUGINS}


def get_supported_image_formats() -> dict[str, ImageFormat]:
    """The formats that Pillow opens or saves here, by name, with MIME types and extensions of files.

    Those that need a library, which may be missing or broken, are tried: AVIF, JXL, JPEG, JPEG2000, PNG, TIFF and WEBP.

    Raises:
        Exception: what keeps Pillow from coming.
    """
    image = _image(sys._getframe(1))
    names = sorted({*image.OPEN, *image.SAVE, *_PLUGINS})
    found = {name: _tried(image, name) if name in _TRIED else _registered(image, name) for name in names}
    return {name: each for name, each in found.items() if each.opens or each.saves}


def add_plugins(package: Any) -> None:
    """Import the plugins that are installed, of formats that Pillow has not built in.

    Args:
        package: `PIL`.
    """
    features = import_module(f"{package.__name__}.features")
    for name, (plugin, _) in _PLUGINS.items():
        if name.lower() in features.modules and features.check(name.lower()):
            continue
        why = _add(plugin)
        if why:
            from warnings import warn

            warn(f"the plugin of Pillow for {name} is installed, and cannot be used: {why}", UserWarning, stacklevel=2)


def _add(plugin: str) -> str:
    """Import a plugin, if it is installed; why it does not come, or ""."""
    if plugin in sys.modules or find(plugin) is None:
        return ""
    try:
        import_module(plugin)
    except BaseException as error:  # a library that is missing, or another version: whatever it is, told
        if not is_failure(error):
            raise
        return f"{plugin}: {_line(error)}"
    return ""


def _image(frame: Any) -> Any:
    """`PIL.Image` with all formats known to it, by way of the export of Pillow."""
    from load._lazy.handle import load
    from load.exports._listed import listed

    image = import_module(f"{load(listed('PIL', frame), frame).__name__}.Image")
    image.init()
    return image


# -- trying ------------------------------------------------------------------------------------------------------------

_good: dict[str, tuple[object, ImageFormat]] = {}  # what was found to work, and with whose code


def _tried(image: Any, name: str) -> ImageFormat:
    """Try a format with what there is, then with its plugin."""
    handlers = image.OPEN.get(name), image.SAVE.get(name)
    known = _good.get(name)
    if known is not None and known[0] == handlers:
        return known[1]
    found = _try(image, name)
    plugin, distribution = _PLUGINS.get(name, ("", ""))
    if plugin and not found and find(plugin) is not None:
        why = _add(plugin)
        found = _try(image, name)
        found.reason = why or found.reason
    elif plugin and not found:
        found.reason = f"{found.reason}; {distribution} is not installed"
    if found:
        _good[name] = (image.OPEN.get(name), image.SAVE.get(name)), found
    return found


def _try(image: Any, name: str) -> ImageFormat:
    """Save an image and open it; where that fails, open one that was saved elsewhere."""
    saved, reason = _saved(image, name)
    if saved:
        reason = _why_not_opened(image, name, saved)
    opens = saves = not reason
    if reason and name in _SAMPLES:
        opens = not _why_not_opened(image, name, b64decode(_SAMPLES[name]))
        if saved and opens:
            reason = "what it saves cannot be opened"
    return ImageFormat(image, name, opens=opens, saves=saves, is_tried=True, reason=reason or None)


def _saved(image: Any, name: str) -> tuple[bytes, str]:
    """A small image in a format; or none, and why."""
    if name not in image.SAVE:
        return b"", f"Pillow has nothing here that saves {name}"
    file = BytesIO()
    try:
        image.new("RGB", _SIZE, _COLOUR).save(file, name)
    except BaseException as error:
        if not is_failure(error):
            raise
        return b"", f"saving failed: {_line(error)}"
    return file.getvalue(), "" if file.getvalue() else "saving wrote nothing"


def _why_not_opened(image: Any, name: str, data: bytes) -> str:
    """Why an image cannot be opened, or is another one then; "" where it can."""
    if name not in image.OPEN:
        return f"Pillow has nothing here that opens {name}"
    try:
        with image.open(BytesIO(data), formats=[name]) as opened:
            size, colour = opened.size, opened.convert("RGB").getpixel((3, 3))
    except BaseException as error:
        if not is_failure(error):
            raise
        return f"opening failed: {_line(error)}"
    is_close = all(abs(one - other) <= _OFF_BY for one, other in zip(colour, _COLOUR, strict=True))
    return "" if size == _SIZE and is_close else f"what is opened is another image: {size}, {colour}"


def _registered(image: Any, name: str) -> ImageFormat:
    """What Pillow says of a format."""
    opens, saves, reason = _OPENED_AS.get(name, name) in image.OPEN, name in image.SAVE, None
    if name in _ONLY_TOLD:
        opens, reason = False, "Pillow only identifies it"
    elif opens and _is_without_handler(image, name):
        opens, saves, reason = False, False, "no handler is installed for it"
    elif name == "EPS" and not import_module("PIL.EpsImagePlugin").has_ghostscript():
        opens, reason = False, "opening it takes Ghostscript, which is not there"
    elif not (opens and saves):
        reason = f"Pillow cannot {'save' if opens else 'open'} it"
    return ImageFormat(image, name, opens=opens, saves=saves, is_tried=False, reason=reason)


def _is_without_handler(image: Any, name: str) -> bool:
    """Whether a format is one of those that a program has to bring the code for, and nobody has."""
    factory = image.OPEN[_OPENED_AS.get(name, name)][0]
    stub = import_module("PIL.ImageFile").StubImageFile
    is_stub = isinstance(factory, type) and issubclass(factory, stub)
    return is_stub and getattr(sys.modules.get(factory.__module__), "_handler", None) is None


def _provider(image: Any, name: str) -> str | None:
    code = image.OPEN.get(name, (image.SAVE.get(name),))[0]
    module = getattr(code, "__module__", None)
    return module.partition(".")[0] if isinstance(module, str) else None


def _line(error: BaseException) -> str:
    """An error in one line, without the address of the file that was tried."""
    return f"{type(error).__name__}: {error}".partition("\n")[0].partition(" <_io.")[0]
