"""The tables of the specialised exports, and the checks of their packages, hold for what is in the index."""

from __future__ import annotations

import json
from typing import Any

from tests.support.environments import Environment
from tests.support.exports_stub import STUB, kinds_in
from tests.support.library import CHECKOUT

LOOK = """
import json, sys
from load.exports import AiohttpExports, EinopsExports, PILExports, get_export_metadata
from tests.support.exports_stub import kinds_of

told = {}
for kind in (AiohttpExports, EinopsExports, PILExports):
    made = kind(validation_level="comprehensive")
    assert kind.package not in sys.modules, kind
    missing = made.missing()
    known = get_export_metadata(kind.package)
    assert known.is_loaded and known.load_count == 1 and known.error_count == 0 and known.version, known
    kinds = kinds_of(kind, {})
    required = [name for name in missing if not kind._entries[name].is_optional]
    told[kind.__name__] = {"missing": missing, "required": required, "kinds": kinds}
told["formats"] = {name: each.as_dict() for name, each in PILExports().check_image_plugin_support().items()}
told["mime"] = {name: each.mime for name, each in PILExports().get_supported_image_formats().items()}
print(json.dumps(told))
"""


def test_small_packages(venv: Environment) -> None:
    """Each name is there, of the kind that the types say; the checks pass; AVIF and JPEG XL are saved and opened."""
    packages = ("aiohttp", "einops", "numpy", "pillow", "pillow-jxl-plugin")
    venv.uv_pip("install", *packages, timeout=300).check()
    result = venv.run(LOOK, env={"PYTHONPATH": str(CHECKOUT)}, timeout=120).check()
    told: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    said = kinds_in(STUB.read_text(encoding="utf-8"))
    for name in ("AiohttpExports", "EinopsExports", "PILExports"):
        found = told[name]
        assert found["required"] == [], found["missing"]
        kinds = {each: kind for each, kind in said[name].items() if each not in found["missing"]}
        assert {each: kind for each, kind in found["kinds"].items() if each not in found["missing"]} == kinds
    assert set(told["PILExports"]["missing"]) <= {"ImageTk", "pillow_avif"}
    assert "it needs torch" in told["EinopsExports"]["missing"]["Rearrange"]
    providers = {"AVIF": "PIL", "JXL": "pillow_jxl"}
    for name, provider in providers.items():
        one = told["formats"][name]
        assert (one["opens"], one["saves"], one["provider"], one["reason"]) == (True, True, provider, None)
    assert {told["mime"][name] for name in ("AVIF", "JXL", "PNG")} == {"image/avif", "image/jxl", "image/png"}
