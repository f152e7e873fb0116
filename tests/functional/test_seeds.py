"""What people know from the systems that `load` brings together, pasted: only the name of the module is another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from load._names import ImportName, lookup
from tests.support.environments import Python
from tests.support.processes import Result

Paste = Callable[[str, Mapping[str, str]], Result]


@pytest.fixture
def paste(child: Python, tmp_path: Path) -> Paste:
    """Runs code in a folder with some files."""

    def run(code: str, files: Mapping[str, str]) -> Result:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return child.run(code, cwd=tmp_path, env={"LOAD_INSTALL": "never"}).check()

    return run


@pytest.mark.parametrize("name", ["flash_attn", "pillow_avif", "pillow_jxl", "tensorrt", "torch", "transformers"])
def test_the_packages_that_they_are_about_are_known(name: str) -> None:
    """None is taken for a slip in the name of another."""
    assert lookup(ImportName(name)) is not None


# -- package exports ---------------------------------------------------------------------------------------------------

TORCH = {
    "torch/__init__.py": "from torch import nn\nclass Tensor: pass\ndef tensor(x): return x\n",
    "torch/nn/__init__.py": "from torch.nn import functional\nclass Module: pass\nclass CrossEntropyLoss: pass\n",
    "torch/nn/functional.py": "def relu(x): return max(x, 0)\n",
    "transformers/__init__.py": "from transformers.modeling_utils import PreTrainedModel\nclass AutoProcessor: pass\n",
    "transformers/modeling_utils.py": "class PreTrainedModel: pass\n",
    "my_package.py": "def some_function(): return 'done'\n",
}


def test_package_exports(paste: Paste) -> None:
    """Exports, specialised ones, figures, the registry, factories, errors."""
    code = """
        import sys
        from load.exports import LazyPackageExport, ExportValidationLevel
        torch = LazyPackageExport("torch")
        numpy = LazyPackageExport("numpy", validation_level=ExportValidationLevel.STRICT)
        sklearn = LazyPackageExport("sklearn", enable_performance_monitoring=False)

        from load.exports import TorchExports, TransformersExports
        torch_exports = TorchExports()
        tr_exports = TransformersExports()
        print(sorted({"torch", "numpy", "sklearn", "transformers"} & set(sys.modules)))
        nn_module = torch_exports.nn
        functional = torch_exports.F
        pretrained_model = tr_exports.PreTrainedModel
        auto_processor = tr_exports.AutoProcessor
        print(nn_module.__name__, functional.relu(-1), pretrained_model.__name__, auto_processor.__name__)
        print(torch.tensor(3), torch_exports.Module is torch.nn.Module)

        from load.exports import get_export_metadata, get_all_performance_metrics
        metadata = get_export_metadata("torch")
        print(metadata.access_count > 0, 0 < metadata.load_time < 60)
        metrics = get_all_performance_metrics()
        for package, package_metrics in metrics.items():
            print(f"{package}: {str(package_metrics).partition(',')[0]}")

        from load.exports import (
            get_export_registry,
            register_export,
            get_export,
            cleanup_exports
        )
        registry = get_export_registry()
        custom_export = LazyPackageExport("my_package")
        register_export("my_package", custom_export)
        export = get_export("my_package")
        print(export is custom_export, "my_package" in registry, export.some_function())
        cleanup_exports()

        from load.exports import create_lazy_export, create_specialized_export
        import warnings
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            export = create_lazy_export(
                "my_package",
                validation_level=ExportValidationLevel.STRICT,
                enable_performance_monitoring=True
            )
        print(export.some_function(), len(told), get_export("my_package") is export)
        torch_exports = create_specialized_export(TorchExports)
        print(torch_exports.CrossEntropyLoss.__name__)

        from load.exports import ExportValidationError
        try:
            export = LazyPackageExport("missing_package")
            result = export.some_function()
        except ImportError as e:
            print(f"Package not available: {e}".splitlines()[0])
        except ExportValidationError as e:
            print(f"Validation failed: {e}")

        from load.exports import torch as old_way, PIL
        print(old_way.tensor(4))
    """
    lines = paste(code, TORCH).stdout.splitlines()
    assert lines[:4] == ["[]", "torch.nn 0 PreTrainedModel AutoProcessor", "3 True", "True True"]
    assert [line.partition(":")[0] for line in lines[4:-5]] == ["torch", "numpy", "transformers"]
    assert lines[-5:] == [
        "True True done",
        "done 1 True",
        "CrossEntropyLoss",
        "Package not available: 'missing_package' is not installed, and load may not install it here.",
        "4",
    ]


# -- import optimizer --------------------------------------------------------------------------------------------------


def test_import_optimizer_as_its_page_goes_on(paste: Paste) -> None:
    """The functions of its "best practices" and tips; its first blocks are in the tests of profiles and the hook."""
    code = """
        import logging, sys, time
        from load.imports import ImportCache, ImportOptimizer, ModuleManager

        logging.basicConfig(stream=sys.stdout, format="%(message)s")
        logger = logging.getLogger()

        def setup_import_optimization():
            manager = ModuleManager()
            optimizer = ImportOptimizer(manager)
            sys.meta_path.insert(0, optimizer)
            return optimizer

        def check_import_performance(optimizer):
            profiles = optimizer.get_import_profiles()
            analysis = profiles["analysis"]
            if analysis["average_duration"] > 0.1:  # 100ms threshold
                logger.warning("Slow import performance detected")
                for profile in profiles["slow_imports"][:1]:  # on a busy machine others may be slow as well
                    logger.warning(f"Slow import: {profile.module} ({profile.duration:.2f}s)".partition(" (")[0])

        def handle_file_change(optimizer, path):
            # Invalidate cached modules
            optimizer.invalidate_path(path)
            # Find dependent modules
            dependents = optimizer.get_dependent_modules(path)
            # Reload if needed
            for module in dependents:
                optimizer.reload_module(module)

        def optimize_import_paths():
            # Add commonly used paths to sys.path
            common_paths = ["more"]
            sys.path[:0] = common_paths

        optimizer = setup_import_optimization()
        import my_module
        check_import_performance(optimizer)
        open("base.py", "w").write("value = 'new'\\n")
        handle_file_change(optimizer, "base.py")
        print(my_module.value)

        cache = ImportCache()
        cache.set("my_module", my_module)
        print(cache.get("my_module") is my_module)
        open("my_module.py", "a").write("value += '!'\\n")
        print(cache.get("my_module"))
        reloaded = cache.reload("my_module")
        print(reloaded.value, my_module.value)

        from load.imports import lazy_import
        optional_module = lazy_import("optional_module")
        print("optional_module" in sys.modules)
        optimize_import_paths()
        print(optional_module.here)
    """
    files = {
        "my_module.py": "from base import value\nimport threading\nthreading.Event().wait(0.25)\n",
        "base.py": "value = 'old'\n",
        "more/optional_module.py": "here = True\n",
    }
    assert paste(code, files).stdout.splitlines() == [
        "Slow import performance detected",
        "Slow import: my_module",
        "new",
        "True",
        "None",
        "new! new!",
        "False",
        "True",
    ]


# -- lazyregistry ------------------------------------------------------------------------------------------------------


def test_registries(paste: Paste) -> None:
    """Its quick start; the pattern of pretrained models has tests of its own."""
    code = """
        import sys
        from load.registry import Registry

        plugins = Registry(name="plugins")
        plugins.register("my_plugin", "mypackage.plugins:MyPlugin")
        print("mypackage" in sys.modules)
        plugin_class = plugins["my_plugin"]  # Import happens here
        print(plugin_class.__name__)

        from load.registry import Namespace
        namespace = Namespace()
        namespace["models"].register("bert", "transformers:BertModel")
        namespace["processors"].register("image", "mypackage:Image")
        print(namespace["processors"]["image"].__name__, list(namespace))

        from load.registry import NAMESPACE
        NAMESPACE["handlers"].register("http", "http.server:HTTPServer")
        NAMESPACE["handlers"].register("websocket", "myapp.handlers:WebSocketHandler")
        print(NAMESPACE["handlers"]["http"].__name__)

        registry = Registry(name="components")
        registry.register("my_component", plugin_class, is_instance=True)
        registry.register("other_component", "mypackage:Image")
        print(registry["my_component"] is plugin_class)

        registry = Registry(name="critical")
        registry.register(
            "database",
            "mydb:Database",
            eager_load=True  # Imported right away
        )
        print("mydb" in sys.modules)

        from load.registry import LazyImportDict
        cache: LazyImportDict[str, type] = LazyImportDict()
        cache.register("decimal", "decimal:Decimal")
        cache.register("fraction", "fractions:Fraction")
        print(cache["decimal"](2))

        cache.register("array", "np.linalg:norm")  # what people call it, and no module
        try:
            cache["array"]
        except ImportError as error:
            print(error.hint)
    """
    files = {
        "mypackage/__init__.py": "class Image: pass\n",
        "mypackage/plugins.py": "class MyPlugin: pass\n",
        "mydb.py": "class Database: pass\n",
    }
    assert paste(code, files).stdout.splitlines() == [
        "False",
        "MyPlugin",
        "Image ['models', 'processors']",
        "HTTPServer",
        "True",
        "True",
        "2",
        "did you mean 'numpy.linalg'?",
    ]


# -- lazy packages -----------------------------------------------------------------------------------------------------

HAND_WRITTEN = """
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .voice import VoiceTransformer
    from .encoder import Encoder

"""


@pytest.mark.parametrize(
    "declaration",
    [
        "attach_stub(__name__, __file__, missing='none')",
        "attach(__name__, {'voice': ['VoiceTransformer'], 'encoder': ['Encoder']}, missing='none')",
        "attach(__name__, {'VoiceTransformer': '.voice:VoiceTransformer', 'Encoder': '.encoder'}, missing='none')",
    ],
)
def test_lazy_packages(paste: Paste, declaration: str) -> None:
    """What its page verifies, with the names for type checkers as they stand, or in a mapping in their place."""
    code = """
        import sys, warnings
        import auto_voice  # Does NOT import torch
        import auto_voice.models  # Does NOT import torch
        print("torch" in sys.modules, auto_voice.models.__all__)
        from auto_voice.models import VoiceTransformer  # NOW imports torch
        print("torch" in sys.modules, VoiceTransformer.__name__)
        sys.modules["auto_voice.models.voice"] = None
        from auto_voice.models import VoiceTransformer as again
        print(again is VoiceTransformer)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            from auto_voice.models import Encoder
        print(Encoder, "the distribution 'tensorrt' is not installed" in str(told[0].message))
        try:
            auto_voice.models.nonsense
        except AttributeError as error:
            print(error)
    """
    files = {
        "torch.py": "",
        "auto_voice/__init__.py": "",
        "auto_voice/models/__init__.py": f"{HAND_WRITTEN}import load\n"
        f"__getattr__, __dir__, __all__ = load.{declaration}\n",
        "auto_voice/models/voice.py": "import torch\nclass VoiceTransformer: pass\n",
        "auto_voice/models/encoder.py": "import tensorrt\nclass Encoder: pass\n",
    }
    assert paste(code, files).stdout.splitlines() == [
        "False ['Encoder', 'VoiceTransformer']",
        "True VoiceTransformer",
        "True",
        "None True",
        "module 'auto_voice.models' has no attribute 'nonsense'",
    ]


# -- load --------------------------------------------------------------------------------------------------------------


def test_load_itself(paste: Paste) -> None:
    """The object in `sys.modules`, several at once, memory, what is loaded for a block, what is told."""
    code = """
        import sys
        import load
        print(type(sys.modules["load"]).__name__, load.frames is sys.modules["frames"])

        from load import import_aliases
        np, pd, plt = import_aliases('arrays', 'frames', 'plt=plotting.pyplot')
        print(np.__name__, pd.__name__, plt.__name__, load.plotting.pyplot is plt)
        print(import_aliases('arrays', 'plt=plotting.pyplot')._fields, import_aliases('arrays')[0] is np)
        names = {}
        exec("from load import *", names)
        print(set(load.__all__) <= set(names))

        print(f"Memory: {load.memory_usage().resident / 1024 / 1024:.0f} MB" > "Memory: 1")

        import sys
        if 'arrays' in sys.modules:
            del sys.modules['arrays']
        print(load("arrays") is sys.modules["arrays"])

        from load import import_temporarily
        with import_temporarily('brief') as brief:
            # Use it here
            result = brief.array([1, 2, 3])
        print(result, 'brief' in sys.modules)

        load.enable_auto_print()  # Shows loading information
        load.brief
    """
    files = {
        "arrays.py": "def array(values): return list(values)\n",
        "brief.py": "def array(values): return list(values)\n",
        "frames.py": "",
        "plotting/__init__.py": "",
        "plotting/pyplot.py": "",
    }
    result = paste(code, files)
    assert result.stdout.splitlines() == [
        "LoadModule True",
        "arrays frames plotting.pyplot True",
        "('arrays', 'plt') True",
        "True",
        "True",
        "True",
        "[1, 2, 3] False",
    ]
    assert result.stderr.startswith("brief · imported · ")
