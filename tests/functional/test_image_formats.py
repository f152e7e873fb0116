"""What Pillow really opens and saves, with plugins that lie, break or are missing; Pillow itself is the real one."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import Python

pytestmark = pytest.mark.skipif(find_spec("PIL") is None, reason="Pillow is not installed here")

WITHOUT = "import sys; sys.modules.update(pillow_jxl=None, pillow_avif=None)\n"  # whatever is installed beside it
REPORT = """
import json
from load.exports import PILExports
found = PILExports().check_image_plugin_support()
print(json.dumps({name: each.as_dict() | {"all": bool(each)} for name, each in found.items()}))
"""
WORKING = """
from io import BytesIO
from PIL import Image, ImageFile, PngImagePlugin
class Picture(PngImagePlugin.PngImageFile):
    format = "JXL"
    def __init__(self, fp, filename=None):
        super().__init__(BytesIO(fp.read()[4:]))
def save(image, fp, filename):
    file = BytesIO()
    image.save(file, "PNG")
    fp.write(b"JXL!" + file.getvalue())
Image.register_open("JXL", Picture, lambda prefix: prefix.startswith(b"JXL!"))
Image.register_save("JXL", save)
Image.register_extension("JXL", ".jxl")
Image.register_mime("JXL", "image/jxl")
"""


def report(child: Python, folder: Path, code: str = REPORT, **plugins: str) -> dict[str, Any]:
    """What is said in a process that has these plugins, by the names of their modules."""
    for name, text in plugins.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    paths = os.pathsep.join([str(folder), str(child.environ["PYTHONPATH"])])
    result = child.run(code, env={"PYTHONPATH": paths}).check()
    told: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return told | {"stderr": result.stderr}


def test_a_format_that_nobody_brings(child: Python, tmp_path: Path) -> None:
    """It says what to install; the MIME type is told all the same."""
    told = report(child, tmp_path, f"{WITHOUT}{REPORT}")["JXL"]
    assert (told["opens"], told["saves"], told["all"], told["provider"]) == (False, False, False, None)
    assert told["reason"] == "Pillow has nothing here that saves JXL; pillow-jxl-plugin is not installed"
    assert (told["mime"], told["extensions"], told["is_tried"]) == ("image/jxl", [".jxl"], True)


def test_what_pillow_can_by_itself(child: Python, tmp_path: Path) -> None:
    """Its own AVIF is tried, and no plugin is imported that would take its place."""
    code = f"""
{REPORT}
from PIL import features
import sys
told = {{"feature": features.check("avif"), "AVIF": found["AVIF"].as_dict()}}
print(json.dumps(told | {{"in": "pillow_avif" in sys.modules}}))
"""
    told = report(child, tmp_path, code, pillow_avif="raise AssertionError")
    if not told["feature"]:
        pytest.skip("Pillow was built without AVIF here")
    assert (told["AVIF"]["opens"], told["AVIF"]["saves"], told["AVIF"]["provider"]) == (True, True, "PIL")
    assert not told["in"]


def test_a_plugin_that_works(child: Python, tmp_path: Path) -> None:
    """It comes with Pillow by itself, and opens what it saves."""
    code = f"""
from load.exports import PILExports
from io import BytesIO
pictures, file = PILExports(), BytesIO()
pictures.Image.new("RGB", (4, 4)).save(file, "JXL")
assert file.getvalue().startswith(b"JXL!")
{REPORT}
"""
    told = report(child, tmp_path, code, pillow_jxl=WORKING)["JXL"]
    assert (told["opens"], told["saves"], told["provider"], told["reason"]) == (True, True, "pillow_jxl", None)


PANICKING = """
from PIL import Image
class PanicException(BaseException): pass
def save(*_): raise PanicException("rust")
Image.register_save("JXL", save)
"""


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        (WORKING.replace("fp.write(", "(lambda data: None)("), "saving wrote nothing"),
        (WORKING.replace('fp.write(b"JXL!"', 'fp.write(b"what"'), "opening failed: UnidentifiedImageError: cannot "),
        (WORKING.replace("file = BytesIO()", "raise OSError('no encoder')"), "saving failed: OSError: no encoder"),
        (WORKING.replace("image.save(", "image.convert('L').save("), "what is opened is another image: (16, 16), "),
        (WORKING.replace("super().__init__", "raise RuntimeError('torn')  #"), "opening failed: RuntimeError: torn"),
        (PANICKING, "saving failed: PanicException: rust"),
    ],
    ids=["nothing", "rubbish", "raising", "colourless", "unreadable", "panicking"],
)
def test_a_plugin_that_does_not(child: Python, tmp_path: Path, plugin: str, reason: str) -> None:
    """That it is there, and has registered itself, tells nothing."""
    told = report(child, tmp_path, pillow_jxl=plugin)["JXL"]
    assert (told["saves"], told["opens"], told["all"]) == (False, False, False)
    assert told["reason"].startswith(reason)


def test_a_plugin_that_cannot_be_imported(child: Python, tmp_path: Path) -> None:
    """Pillow is to be had without it; that is warned of, and told."""
    told = report(child, tmp_path, pillow_jxl="raise ImportError('libjxl.so: not found')")
    why = "pillow_jxl: ImportError: libjxl.so: not found"
    assert told["JXL"]["reason"] == why
    shown = report(
        child,
        tmp_path,
        "from load.exports import PILExports; print(PILExports().Image.__name__ == 'PIL.Image' and '{}')",
    )
    assert f"UserWarning: the plugin of Pillow for JXL is installed, and cannot be used: {why}" in shown["stderr"]


@pytest.mark.parametrize(
    ("save", "reason"),
    [
        ("raise OSError('no codec')", "saving failed: OSError: no codec"),
        ("file.write(b'?')", "what it saves cannot be"),
    ],
)
def test_a_library_without_its_encoder(child: Python, tmp_path: Path, save: str, reason: str) -> None:
    """What can only be opened is opened from a picture that was saved elsewhere."""
    code = f"""
{WITHOUT}
from PIL import Image, features
Image.init()
def save(image, file, name): {save}
Image.SAVE["AVIF"] = save
{REPORT.replace("each.as_dict()", 'each.as_dict() | {"native": features.check("avif")}')}
"""
    told = report(child, tmp_path, code)["AVIF"]
    if not told["native"]:
        pytest.skip("Pillow was built without AVIF here")
    assert (told["saves"], told["opens"]) == (False, True)
    assert told["reason"].startswith(reason)


def test_all_formats(child: Python, tmp_path: Path) -> None:
    """With MIME types and extensions; those that Pillow only knows by name are not among them, nor what is broken."""
    code = f"""
{WITHOUT}
import json
from PIL import Image
from load.exports import get_supported_image_formats, get_export_metadata
Image.init()
def save(*_): raise OSError("no codec")
first = get_supported_image_formats()
assert get_supported_image_formats()["PNG"] is first["PNG"]
Image.SAVE["WEBP"], Image.OPEN["WEBP"] = save, (save, lambda prefix: True)
found = get_supported_image_formats()
print(get_export_metadata("PIL").load_count)
print(json.dumps({{name: each.as_dict() for name, each in found.items()}}))
"""
    told = report(child, tmp_path, code)
    assert told["PNG"]["mime"] == "image/png"
    assert ".jpg" in told["JPEG"]["extensions"]
    assert (told["PNG"]["opens"], told["PNG"]["saves"], told["PNG"]["is_tried"]) == (True, True, True)
    assert (told["PDF"]["opens"], told["PDF"]["saves"]) == (False, True)
    assert (told["PSD"]["opens"], told["PSD"]["saves"], told["PSD"]["is_tried"]) == (True, False, False)
    assert told["PSD"]["reason"] == "Pillow cannot save it"
    assert not {"JXL", "WEBP", "MPEG", "BUFR", "GRIB", "HDF5"} & set(told)


def test_what_is_said_holds(child: Python, tmp_path: Path) -> None:
    """Whatever is said to be saved is, and opens again where that is said; MPO is opened by the code for JPEG."""
    code = """
import json, warnings
from io import BytesIO
from load.exports import get_supported_image_formats
from PIL import Image

def opens(name):
    first, second = (Image.new("RGB", (64, 64), (number, 10, 10)) for number in (250, 10))
    for mode in ("RGB", "L", "1", "P", "RGBA"):
        file = BytesIO()
        try:
            image = first.convert(mode)
            image.save(file, name, **({"save_all": True, "append_images": [second]} if name == "MPO" else {}))
        except (OSError, KeyError, ValueError, TypeError):
            continue
        try:
            with Image.open(BytesIO(file.getvalue())) as opened:
                opened.load()
                return opened.format == name
        except OSError:
            return False
    return None

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    said = {name: each.opens for name, each in get_supported_image_formats().items() if each.saves}
    found = {name: opens(name) for name in said}
print(json.dumps({"said": said, "found": found}))
"""
    told = report(child, tmp_path, f"{WITHOUT}{code}")
    tried = {name: opened for name, opened in told["found"].items() if opened is not None}
    assert {"BMP", "GIF", "JPEG", "MPO", "PDF", "PNG", "PPM"} <= tried.keys()
    assert {name: told["said"][name] for name in tried} == tried
