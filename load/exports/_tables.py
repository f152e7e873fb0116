"""The specialised exports that come with `load`: tables, written as a program writes its own.

`exports` has what every version has that is in use; `optional` what came later, went, or needs more than the package,
with the requirement. Each version was looked up: in the wheels of that version and of one before it; of torch,
tensorflow and flash-attn, which are large, in what is told of their releases. `_tables.pyi` has the types, and is made
from these and the packages themselves.
"""
# ruff: noqa: RUF012 - a class here is its tables, and nobody writes to them

from __future__ import annotations

from load.exports._special import SpecializedExports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load.exports._pictures import ImageFormat


class TorchExports(SpecializedExports):
    """PyTorch: what training and running models names most."""

    package = "torch"
    exports = {
        "torch": "torch",
        "Tensor": "torch.Tensor",
        "autocast": "torch.autocast",
        "autograd": "torch.autograd",
        "backends": "torch.backends",
        "cuda": "torch.cuda",
        "device": "torch.device",
        "distributed": "torch.distributed",
        "dtype": "torch.dtype",
        "inference_mode": "torch.inference_mode",
        "jit": "torch.jit",
        "no_grad": "torch.no_grad",
        # networks
        "nn": "torch.nn",
        "F": "nn.functional",
        "init": "nn.init",
        "Module": "nn.Module",
        "ModuleDict": "nn.ModuleDict",
        "ModuleList": "nn.ModuleList",
        "Parameter": "nn.Parameter",
        "Sequential": "nn.Sequential",
        "Conv1d": "nn.Conv1d",
        "Conv2d": "nn.Conv2d",
        "Dropout": "nn.Dropout",
        "Embedding": "nn.Embedding",
        "GELU": "nn.GELU",
        "GroupNorm": "nn.GroupNorm",
        "BatchNorm2d": "nn.BatchNorm2d",
        "LayerNorm": "nn.LayerNorm",
        "Linear": "nn.Linear",
        "MultiheadAttention": "nn.MultiheadAttention",
        "ReLU": "nn.ReLU",
        "SiLU": "nn.SiLU",
        "Softmax": "nn.Softmax",
        # losses
        "BCEWithLogitsLoss": "nn.BCEWithLogitsLoss",
        "CrossEntropyLoss": "nn.CrossEntropyLoss",
        "L1Loss": "nn.L1Loss",
        "MSELoss": "nn.MSELoss",
        "SmoothL1Loss": "nn.SmoothL1Loss",
        # optimizers
        "optim": "torch.optim",
        "Optimizer": "optim.Optimizer",
        "Adam": "optim.Adam",
        "AdamW": "optim.AdamW",
        "SGD": "optim.SGD",
        "RMSprop": "optim.RMSprop",
        "lr_scheduler": "optim.lr_scheduler",
        "CosineAnnealingLR": "lr_scheduler.CosineAnnealingLR",
        "LambdaLR": "lr_scheduler.LambdaLR",
        "OneCycleLR": "lr_scheduler.OneCycleLR",
        "StepLR": "lr_scheduler.StepLR",
        # data loading
        "data": "torch.utils.data",
        "ConcatDataset": "data.ConcatDataset",
        "DataLoader": "data.DataLoader",
        "Dataset": "data.Dataset",
        "DistributedSampler": "data.DistributedSampler",
        "IterableDataset": "data.IterableDataset",
        "RandomSampler": "data.RandomSampler",
        "Sampler": "data.Sampler",
        "SequentialSampler": "data.SequentialSampler",
        "Subset": "data.Subset",
        "TensorDataset": "data.TensorDataset",
        "default_collate": "data.default_collate",
        "random_split": "data.random_split",
        # training
        "checkpoint": "torch.utils.checkpoint",
        "DistributedDataParallel": "nn.parallel.DistributedDataParallel",
        "clip_grad_norm_": "nn.utils.clip_grad_norm_",
        "load": "torch.load",
        "save": "torch.save",
        "manual_seed": "torch.manual_seed",
    }
    optional = {
        "Adafactor": ("optim.Adafactor", "torch>=2.5"),
        "GradScaler": ("torch.amp.GradScaler", "torch>=2.3"),
        "LRScheduler": ("lr_scheduler.LRScheduler", "torch>=2.0"),
        "Muon": ("optim.Muon", "torch>=2.9"),
        "RMSNorm": ("nn.RMSNorm", "torch>=2.4"),
        "StackDataset": ("data.StackDataset", "torch>=2.1"),
        "accelerator": ("torch.accelerator", "torch>=2.6"),
        "compile": ("torch.compile", "torch>=2.0"),
        "flex_attention": ("nn.attention.flex_attention.flex_attention", "torch>=2.5"),
        "func": ("torch.func", "torch>=2.0"),
        "scaled_dot_product_attention": ("F.scaled_dot_product_attention", "torch>=2.0"),
        "sdpa_kernel": ("nn.attention.sdpa_kernel", "torch>=2.3"),
    }


class TransformersExports(SpecializedExports):
    """Hugging Face Transformers: models, tokenizers and processors by their automatic classes, and what trains them."""

    package = "transformers"
    exports = {
        "transformers": "transformers",
        "AutoConfig": "transformers.AutoConfig",
        "AutoFeatureExtractor": "transformers.AutoFeatureExtractor",
        "AutoModel": "transformers.AutoModel",
        "AutoModelForCausalLM": "transformers.AutoModelForCausalLM",
        "AutoModelForImageClassification": "transformers.AutoModelForImageClassification",
        "AutoModelForMaskedLM": "transformers.AutoModelForMaskedLM",
        "AutoModelForQuestionAnswering": "transformers.AutoModelForQuestionAnswering",
        "AutoModelForSeq2SeqLM": "transformers.AutoModelForSeq2SeqLM",
        "AutoModelForSequenceClassification": "transformers.AutoModelForSequenceClassification",
        "AutoModelForSpeechSeq2Seq": "transformers.AutoModelForSpeechSeq2Seq",
        "AutoModelForTokenClassification": "transformers.AutoModelForTokenClassification",
        "AutoProcessor": "transformers.AutoProcessor",
        "AutoTokenizer": "transformers.AutoTokenizer",
        "BatchEncoding": "transformers.BatchEncoding",
        "BatchFeature": "transformers.BatchFeature",
        "PreTrainedModel": "transformers.modeling_utils.PreTrainedModel",
        "PreTrainedTokenizer": "transformers.PreTrainedTokenizer",
        "PreTrainedTokenizerBase": "transformers.PreTrainedTokenizerBase",
        "PreTrainedTokenizerFast": "transformers.PreTrainedTokenizerFast",
        "PretrainedConfig": "transformers.PretrainedConfig",
        "ProcessorMixin": "transformers.ProcessorMixin",
        "pipeline": "transformers.pipeline",
        "set_seed": "transformers.set_seed",
        # generation
        "DynamicCache": "transformers.DynamicCache",
        "GenerationConfig": "transformers.GenerationConfig",
        "LogitsProcessor": "transformers.LogitsProcessor",
        "LogitsProcessorList": "transformers.LogitsProcessorList",
        "StoppingCriteria": "transformers.StoppingCriteria",
        "StoppingCriteriaList": "transformers.StoppingCriteriaList",
        "TextIteratorStreamer": "transformers.TextIteratorStreamer",
        "TextStreamer": "transformers.TextStreamer",
        # training
        "BitsAndBytesConfig": "transformers.BitsAndBytesConfig",
        "DataCollatorWithPadding": "transformers.DataCollatorWithPadding",
        "EarlyStoppingCallback": "transformers.EarlyStoppingCallback",
        "Trainer": "transformers.Trainer",
        "TrainerCallback": "transformers.TrainerCallback",
        "TrainingArguments": "transformers.TrainingArguments",
        "get_cosine_schedule_with_warmup": "transformers.get_cosine_schedule_with_warmup",
        "get_linear_schedule_with_warmup": "transformers.get_linear_schedule_with_warmup",
        "get_scheduler": "transformers.get_scheduler",
        # what is there
        "is_flash_attn_2_available": "transformers.utils.is_flash_attn_2_available",
        "is_torch_available": "transformers.is_torch_available",
    }
    optional = {
        "AttentionInterface": ("transformers.AttentionInterface", "transformers>=4.51"),
        "AutoImageProcessor": ("transformers.AutoImageProcessor", "pillow"),
        "AutoModelForImageTextToText": ("transformers.AutoModelForImageTextToText", "transformers>=4.46"),
        "AutoModelForVision2Seq": ("transformers.AutoModelForVision2Seq", "transformers<5"),
        "AutoVideoProcessor": ("transformers.AutoVideoProcessor", "transformers>=4.52"),
        "FlashAttentionKwargs": (
            "transformers.modeling_flash_attention_utils.FlashAttentionKwargs",
            "transformers>=4.47, torch",
        ),
        "FlaxPreTrainedModel": ("transformers.FlaxPreTrainedModel", "transformers<5"),
        "TFPreTrainedModel": ("transformers.TFPreTrainedModel", "transformers<5"),
        # the attention that `attn_implementation="flash_attention_2"` runs
        "flash_attn_func": ("flash_attn.flash_attn_func", "flash-attn>=2"),
        "flash_attn_varlen_func": ("flash_attn.flash_attn_varlen_func", "flash-attn>=2"),
        "index_first_axis": ("flash_attn.bert_padding.index_first_axis", "flash-attn>=2"),
        "pad_input": ("flash_attn.bert_padding.pad_input", "flash-attn>=2"),
        "unpad_input": ("flash_attn.bert_padding.unpad_input", "flash-attn>=2"),
    }

    def _unusable(self, value: Any, /) -> str:
        """Without PyTorch it has placeholders, which raise when they are used."""
        if type(value).__name__ != "DummyObject":
            return ""
        return f"transformers has a placeholder for it (it needs {', '.join(value._backends)})"


class TensorflowExports(SpecializedExports):
    """TensorFlow, its Keras, and the parts of both."""

    package = "tensorflow"
    exports = {
        "TF": "tensorflow",
        "TVF": "keras",
        "GradientTape": "tensorflow.GradientTape",
        "Module": "tensorflow.Module",
        "Tensor": "tensorflow.Tensor",
        "TensorShape": "tensorflow.TensorShape",
        "TensorSpec": "tensorflow.TensorSpec",
        "Variable": "tensorflow.Variable",
        "config": "tensorflow.config",
        "constant": "tensorflow.constant",
        "convert_to_tensor": "tensorflow.convert_to_tensor",
        "data": "tensorflow.data",
        "distribute": "tensorflow.distribute",
        "errors": "tensorflow.errors",
        "function": "tensorflow.function",
        "image": "tensorflow.image",
        "io": "tensorflow.io",
        "linalg": "tensorflow.linalg",
        "math": "tensorflow.math",
        "nn": "tensorflow.nn",
        "random": "tensorflow.random",
        "saved_model": "tensorflow.saved_model",
        "strings": "tensorflow.strings",
        "summary": "tensorflow.summary",
        "train": "tensorflow.train",
        # keras
        "keras": "tensorflow.keras",
        "Input": "keras.Input",
        "Layer": "layers.Layer",
        "Model": "keras.Model",
        "Sequential": "keras.Sequential",
        "activations": "keras.activations",
        "applications": "keras.applications",
        "backend": "keras.backend",
        "callbacks": "keras.callbacks",
        "constraints": "keras.constraints",
        "datasets": "keras.datasets",
        "initializers": "keras.initializers",
        "layers": "keras.layers",
        "losses": "keras.losses",
        "metrics": "keras.metrics",
        "mixed_precision": "keras.mixed_precision",
        "models": "keras.models",
        "optimizers": "keras.optimizers",
        "preprocessing": "keras.preprocessing",
        "regularizers": "keras.regularizers",
        "utils": "keras.utils",
    }
    optional = {
        "ops": ("keras.ops", "tensorflow>=2.16"),
    }


class PILExports(SpecializedExports):
    """Pillow, with the plugins for AVIF and JPEG XL that are installed, if it cannot do by itself what they can."""

    package = "PIL"
    exports = {
        "PIL": "PIL",
        "ExifTags": "PIL.ExifTags",
        "Image": "PIL.Image",
        "ImageChops": "PIL.ImageChops",
        "ImageCms": "PIL.ImageCms",
        "ImageColor": "PIL.ImageColor",
        "ImageDraw": "PIL.ImageDraw",
        "ImageEnhance": "PIL.ImageEnhance",
        "ImageFile": "PIL.ImageFile",
        "ImageFilter": "PIL.ImageFilter",
        "ImageFont": "PIL.ImageFont",
        "ImageGrab": "PIL.ImageGrab",
        "ImageMath": "PIL.ImageMath",
        "ImageOps": "PIL.ImageOps",
        "ImagePalette": "PIL.ImagePalette",
        "ImageSequence": "PIL.ImageSequence",
        "ImageStat": "PIL.ImageStat",
        "PngImagePlugin": "PIL.PngImagePlugin",
        "TiffImagePlugin": "PIL.TiffImagePlugin",
        "UnidentifiedImageError": "PIL.UnidentifiedImageError",
        "features": "PIL.features",
    }
    optional = {
        "ImageText": ("PIL.ImageText", "pillow>=12"),
        "ImageTk": ("PIL.ImageTk", "Python with tkinter"),
        "AvifImagePlugin": ("PIL.AvifImagePlugin", "pillow>=11.2"),
        "pillow_avif": ("pillow_avif", "pillow-avif-plugin"),
        "pillow_jxl": ("pillow_jxl", "pillow-jxl-plugin"),
    }

    def _prepare(self, module: Any) -> None:
        from load.exports._pictures import add_plugins

        add_plugins(module)

    def check_image_plugin_support(self) -> dict[str, ImageFormat]:
        """Whether AVIF and JPEG XL can be opened and saved; see `load.exports.check_image_plugin_support`."""
        from load.exports._pictures import check_image_plugin_support

        return check_image_plugin_support()

    def get_supported_image_formats(self) -> dict[str, ImageFormat]:
        """All formats; see `load.exports.get_supported_image_formats`."""
        from load.exports._pictures import get_supported_image_formats

        return get_supported_image_formats()


class AiohttpExports(SpecializedExports):
    """aiohttp: client, server and their errors."""

    package = "aiohttp"
    exports = {
        "aiohttp": "aiohttp",
        "BasicAuth": "aiohttp.BasicAuth",
        "ClientResponse": "aiohttp.ClientResponse",
        "ClientSession": "aiohttp.ClientSession",
        "ClientTimeout": "aiohttp.ClientTimeout",
        "ClientWebSocketResponse": "aiohttp.ClientWebSocketResponse",
        "CookieJar": "aiohttp.CookieJar",
        "DummyCookieJar": "aiohttp.DummyCookieJar",
        "FormData": "aiohttp.FormData",
        "MultipartReader": "aiohttp.MultipartReader",
        "MultipartWriter": "aiohttp.MultipartWriter",
        "StreamReader": "aiohttp.StreamReader",
        "TCPConnector": "aiohttp.TCPConnector",
        "TraceConfig": "aiohttp.TraceConfig",
        "UnixConnector": "aiohttp.UnixConnector",
        "WSMessage": "aiohttp.WSMessage",
        "WSMsgType": "aiohttp.WSMsgType",
        "request": "aiohttp.request",
        # errors
        "ClientConnectionError": "aiohttp.ClientConnectionError",
        "ClientConnectorError": "aiohttp.ClientConnectorError",
        "ClientError": "aiohttp.ClientError",
        "ClientPayloadError": "aiohttp.ClientPayloadError",
        "ClientResponseError": "aiohttp.ClientResponseError",
        "ContentTypeError": "aiohttp.ContentTypeError",
        "InvalidURL": "aiohttp.InvalidURL",
        "ServerDisconnectedError": "aiohttp.ServerDisconnectedError",
        "ServerTimeoutError": "aiohttp.ServerTimeoutError",
        "TooManyRedirects": "aiohttp.TooManyRedirects",
        # server
        "web": "aiohttp.web",
        "AppRunner": "web.AppRunner",
        "Application": "web.Application",
        "FileResponse": "web.FileResponse",
        "Request": "web.Request",
        "Response": "web.Response",
        "RouteTableDef": "web.RouteTableDef",
        "StreamResponse": "web.StreamResponse",
        "TCPSite": "web.TCPSite",
        "WebSocketResponse": "web.WebSocketResponse",
        "json_response": "web.json_response",
        "run_app": "web.run_app",
        "test_utils": "aiohttp.test_utils",
    }
    optional = {
        "ClientWSTimeout": ("aiohttp.ClientWSTimeout", "aiohttp>=3.11"),
        "ConnectionTimeoutError": ("aiohttp.ConnectionTimeoutError", "aiohttp>=3.10"),
        "DigestAuthMiddleware": ("aiohttp.DigestAuthMiddleware", "aiohttp>=3.12"),
        "SocketTimeoutError": ("aiohttp.SocketTimeoutError", "aiohttp>=3.10"),
    }


class EinopsExports(SpecializedExports):
    """einops: operations on axes by their names, and the layers for the frameworks that are there."""

    package = "einops"
    exports = {
        "einops": "einops",
        "EinopsError": "einops.EinopsError",
        "asnumpy": "einops.asnumpy",
        "parse_shape": "einops.parse_shape",
        "rearrange": "einops.rearrange",
        "reduce": "einops.reduce",
        "repeat": "einops.repeat",
    }
    optional = {
        "einsum": ("einops.einsum", "einops>=0.5"),
        "pack": ("einops.pack", "einops>=0.6"),
        "unpack": ("einops.unpack", "einops>=0.6"),
        "EinMix": ("torch_layers.EinMix", "torch"),
        "Rearrange": ("torch_layers.Rearrange", "torch"),
        "Reduce": ("torch_layers.Reduce", "torch"),
        "flax_layers": ("einops.layers.flax", "flax"),
        "keras_layers": ("einops.layers.keras", "keras"),
        "tensorflow_layers": ("einops.layers.tensorflow", "tensorflow"),
        "torch_layers": ("einops.layers.torch", "torch"),
    }
