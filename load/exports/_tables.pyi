# The types of the names of the tables: made by `python -m tests.support.exports_stub`, as a test sees.
# Of what is not installed nothing is known, which is no error of whoever reads it.
# mypy: disable-error-code="attr-defined, import-not-found, import-untyped"
# ruff: noqa: I001, ICN001, N812 - in the order of the tables, by the names of these
from collections.abc import Callable
from typing import Any

from load.exports._pictures import ImageFormat
from load.exports._special import SpecializedExports
from torch.utils.data import default_collate as _torch_default_collate
from torch.utils.data import random_split as _torch_random_split
from torch import load as _torch_load
from torch import save as _torch_save
from torch import manual_seed as _torch_manual_seed
from transformers import set_seed as _transformers_set_seed
from transformers import get_cosine_schedule_with_warmup as _transformers_get_cosine_schedule_with_warmup
from transformers import get_linear_schedule_with_warmup as _transformers_get_linear_schedule_with_warmup
from transformers import get_scheduler as _transformers_get_scheduler
from tensorflow.keras import Input as _tensorflow_Input
from aiohttp import request as _aiohttp_request
from aiohttp.web import json_response as _aiohttp_json_response
from aiohttp.web import run_app as _aiohttp_run_app
from einops import asnumpy as _einops_asnumpy
from einops import parse_shape as _einops_parse_shape
from einops import pack as _einops_pack
from einops import unpack as _einops_unpack

class TorchExports(SpecializedExports):
    import torch as torch
    from torch import Tensor as Tensor
    from torch import autocast as autocast
    from torch import autograd as autograd
    from torch import backends as backends
    from torch import cuda as cuda
    from torch import device as device
    from torch import distributed as distributed
    from torch import dtype as dtype
    from torch import inference_mode as inference_mode
    from torch import jit as jit
    from torch import no_grad as no_grad
    from torch import nn as nn
    from torch.nn import functional as F
    from torch.nn import init as init
    from torch.nn import Module as Module
    from torch.nn import ModuleDict as ModuleDict
    from torch.nn import ModuleList as ModuleList
    from torch.nn import Parameter as Parameter
    from torch.nn import Sequential as Sequential
    from torch.nn import Conv1d as Conv1d
    from torch.nn import Conv2d as Conv2d
    from torch.nn import Dropout as Dropout
    from torch.nn import Embedding as Embedding
    from torch.nn import GELU as GELU
    from torch.nn import GroupNorm as GroupNorm
    from torch.nn import BatchNorm2d as BatchNorm2d
    from torch.nn import LayerNorm as LayerNorm
    from torch.nn import Linear as Linear
    from torch.nn import MultiheadAttention as MultiheadAttention
    from torch.nn import ReLU as ReLU
    from torch.nn import SiLU as SiLU
    from torch.nn import Softmax as Softmax
    from torch.nn import BCEWithLogitsLoss as BCEWithLogitsLoss
    from torch.nn import CrossEntropyLoss as CrossEntropyLoss
    from torch.nn import L1Loss as L1Loss
    from torch.nn import MSELoss as MSELoss
    from torch.nn import SmoothL1Loss as SmoothL1Loss
    from torch import optim as optim
    from torch.optim import Optimizer as Optimizer
    from torch.optim import Adam as Adam
    from torch.optim import AdamW as AdamW
    from torch.optim import SGD as SGD
    from torch.optim import RMSprop as RMSprop
    from torch.optim import lr_scheduler as lr_scheduler
    from torch.optim.lr_scheduler import CosineAnnealingLR as CosineAnnealingLR
    from torch.optim.lr_scheduler import LambdaLR as LambdaLR
    from torch.optim.lr_scheduler import OneCycleLR as OneCycleLR
    from torch.optim.lr_scheduler import StepLR as StepLR
    from torch.utils import data as data
    from torch.utils.data import ConcatDataset as ConcatDataset
    from torch.utils.data import DataLoader as DataLoader
    from torch.utils.data import Dataset as Dataset
    from torch.utils.data import DistributedSampler as DistributedSampler
    from torch.utils.data import IterableDataset as IterableDataset
    from torch.utils.data import RandomSampler as RandomSampler
    from torch.utils.data import Sampler as Sampler
    from torch.utils.data import SequentialSampler as SequentialSampler
    from torch.utils.data import Subset as Subset
    from torch.utils.data import TensorDataset as TensorDataset

    default_collate = staticmethod(_torch_default_collate)
    random_split = staticmethod(_torch_random_split)
    from torch.utils import checkpoint as checkpoint
    from torch.nn.parallel import DistributedDataParallel as DistributedDataParallel

    clip_grad_norm_: Callable[..., Any]  # torch.nn.utils.clip_grad_norm_
    load = staticmethod(_torch_load)
    save = staticmethod(_torch_save)
    manual_seed = staticmethod(_torch_manual_seed)
    from torch.optim import Adafactor as Adafactor
    from torch.amp import GradScaler as GradScaler
    from torch.optim.lr_scheduler import LRScheduler as LRScheduler
    from torch.optim import Muon as Muon
    from torch.nn import RMSNorm as RMSNorm
    from torch.utils.data import StackDataset as StackDataset
    from torch import accelerator as accelerator

    compile: Callable[..., Any]  # torch.compile
    flex_attention: Callable[..., Any]  # torch.nn.attention.flex_attention.flex_attention
    from torch import func as func

    scaled_dot_product_attention: Callable[..., Any]  # torch.nn.functional.scaled_dot_product_attention
    sdpa_kernel: Callable[..., Any]  # torch.nn.attention.sdpa_kernel

class TransformersExports(SpecializedExports):
    import transformers as transformers
    from transformers import AutoConfig as AutoConfig
    from transformers import AutoFeatureExtractor as AutoFeatureExtractor
    from transformers import AutoModel as AutoModel
    from transformers import AutoModelForCausalLM as AutoModelForCausalLM
    from transformers import AutoModelForImageClassification as AutoModelForImageClassification
    from transformers import AutoModelForMaskedLM as AutoModelForMaskedLM
    from transformers import AutoModelForQuestionAnswering as AutoModelForQuestionAnswering
    from transformers import AutoModelForSeq2SeqLM as AutoModelForSeq2SeqLM
    from transformers import AutoModelForSequenceClassification as AutoModelForSequenceClassification
    from transformers import AutoModelForSpeechSeq2Seq as AutoModelForSpeechSeq2Seq
    from transformers import AutoModelForTokenClassification as AutoModelForTokenClassification
    from transformers import AutoProcessor as AutoProcessor
    from transformers import AutoTokenizer as AutoTokenizer
    from transformers import BatchEncoding as BatchEncoding
    from transformers import BatchFeature as BatchFeature
    from transformers.modeling_utils import PreTrainedModel as PreTrainedModel
    from transformers import PreTrainedTokenizer as PreTrainedTokenizer
    from transformers import PreTrainedTokenizerBase as PreTrainedTokenizerBase
    from transformers import PreTrainedTokenizerFast as PreTrainedTokenizerFast
    from transformers import PretrainedConfig as PretrainedConfig
    from transformers import ProcessorMixin as ProcessorMixin

    pipeline: Callable[..., Any]  # transformers.pipeline
    set_seed = staticmethod(_transformers_set_seed)
    from transformers import DynamicCache as DynamicCache
    from transformers import GenerationConfig as GenerationConfig
    from transformers import LogitsProcessor as LogitsProcessor
    from transformers import LogitsProcessorList as LogitsProcessorList
    from transformers import StoppingCriteria as StoppingCriteria
    from transformers import StoppingCriteriaList as StoppingCriteriaList
    from transformers import TextIteratorStreamer as TextIteratorStreamer
    from transformers import TextStreamer as TextStreamer
    from transformers import BitsAndBytesConfig as BitsAndBytesConfig
    from transformers import DataCollatorWithPadding as DataCollatorWithPadding
    from transformers import EarlyStoppingCallback as EarlyStoppingCallback
    from transformers import Trainer as Trainer
    from transformers import TrainerCallback as TrainerCallback
    from transformers import TrainingArguments as TrainingArguments

    get_cosine_schedule_with_warmup = staticmethod(_transformers_get_cosine_schedule_with_warmup)
    get_linear_schedule_with_warmup = staticmethod(_transformers_get_linear_schedule_with_warmup)
    get_scheduler = staticmethod(_transformers_get_scheduler)
    is_flash_attn_2_available: Callable[..., Any]  # transformers.utils.is_flash_attn_2_available
    is_torch_available: Callable[..., Any]  # transformers.is_torch_available
    from transformers import AttentionInterface as AttentionInterface
    from transformers import AutoImageProcessor as AutoImageProcessor
    from transformers import AutoModelForImageTextToText as AutoModelForImageTextToText

    AutoModelForVision2Seq: Any  # transformers.AutoModelForVision2Seq
    from transformers import AutoVideoProcessor as AutoVideoProcessor
    from transformers.modeling_flash_attention_utils import FlashAttentionKwargs as FlashAttentionKwargs

    FlaxPreTrainedModel: Any  # transformers.FlaxPreTrainedModel
    TFPreTrainedModel: Any  # transformers.TFPreTrainedModel
    flash_attn_func: Any  # flash_attn.flash_attn_func
    flash_attn_varlen_func: Any  # flash_attn.flash_attn_varlen_func
    index_first_axis: Any  # flash_attn.bert_padding.index_first_axis
    pad_input: Any  # flash_attn.bert_padding.pad_input
    unpad_input: Any  # flash_attn.bert_padding.unpad_input

class TensorflowExports(SpecializedExports):
    import tensorflow as TF
    from tensorflow import keras as TVF
    from tensorflow import GradientTape as GradientTape
    from tensorflow import Module as Module
    from tensorflow import Tensor as Tensor
    from tensorflow import TensorShape as TensorShape
    from tensorflow import TensorSpec as TensorSpec
    from tensorflow import Variable as Variable
    from tensorflow import config as config

    constant: Callable[..., Any]  # tensorflow.constant
    convert_to_tensor: Callable[..., Any]  # tensorflow.convert_to_tensor
    from tensorflow import data as data
    from tensorflow import distribute as distribute
    from tensorflow import errors as errors

    function: Callable[..., Any]  # tensorflow.function
    from tensorflow import image as image
    from tensorflow import io as io
    from tensorflow import linalg as linalg
    from tensorflow import math as math
    from tensorflow import nn as nn
    from tensorflow import random as random
    from tensorflow import saved_model as saved_model
    from tensorflow import strings as strings
    from tensorflow import summary as summary
    from tensorflow import train as train
    from tensorflow import keras as keras

    Input = staticmethod(_tensorflow_Input)
    from tensorflow.keras.layers import Layer as Layer
    from tensorflow.keras import Model as Model
    from tensorflow.keras import Sequential as Sequential
    from tensorflow.keras import activations as activations
    from tensorflow.keras import applications as applications
    from tensorflow.keras import backend as backend
    from tensorflow.keras import callbacks as callbacks
    from tensorflow.keras import constraints as constraints
    from tensorflow.keras import datasets as datasets
    from tensorflow.keras import initializers as initializers
    from tensorflow.keras import layers as layers
    from tensorflow.keras import losses as losses
    from tensorflow.keras import metrics as metrics
    from tensorflow.keras import mixed_precision as mixed_precision
    from tensorflow.keras import models as models
    from tensorflow.keras import optimizers as optimizers
    from tensorflow.keras import preprocessing as preprocessing
    from tensorflow.keras import regularizers as regularizers
    from tensorflow.keras import utils as utils
    from tensorflow.keras import ops as ops

class PILExports(SpecializedExports):
    import PIL as PIL
    from PIL import ExifTags as ExifTags
    from PIL import Image as Image
    from PIL import ImageChops as ImageChops
    from PIL import ImageCms as ImageCms
    from PIL import ImageColor as ImageColor
    from PIL import ImageDraw as ImageDraw
    from PIL import ImageEnhance as ImageEnhance
    from PIL import ImageFile as ImageFile
    from PIL import ImageFilter as ImageFilter
    from PIL import ImageFont as ImageFont
    from PIL import ImageGrab as ImageGrab
    from PIL import ImageMath as ImageMath
    from PIL import ImageOps as ImageOps
    from PIL import ImagePalette as ImagePalette
    from PIL import ImageSequence as ImageSequence
    from PIL import ImageStat as ImageStat
    from PIL import PngImagePlugin as PngImagePlugin
    from PIL import TiffImagePlugin as TiffImagePlugin
    from PIL import UnidentifiedImageError as UnidentifiedImageError
    from PIL import features as features
    from PIL import ImageText as ImageText
    from PIL import ImageTk as ImageTk
    from PIL import AvifImagePlugin as AvifImagePlugin
    import pillow_avif as pillow_avif
    import pillow_jxl as pillow_jxl

    def check_image_plugin_support(self) -> dict[str, ImageFormat]: ...
    def get_supported_image_formats(self) -> dict[str, ImageFormat]: ...

class AiohttpExports(SpecializedExports):
    import aiohttp as aiohttp
    from aiohttp import BasicAuth as BasicAuth
    from aiohttp import ClientResponse as ClientResponse
    from aiohttp import ClientSession as ClientSession
    from aiohttp import ClientTimeout as ClientTimeout
    from aiohttp import ClientWebSocketResponse as ClientWebSocketResponse
    from aiohttp import CookieJar as CookieJar
    from aiohttp import DummyCookieJar as DummyCookieJar
    from aiohttp import FormData as FormData
    from aiohttp import MultipartReader as MultipartReader
    from aiohttp import MultipartWriter as MultipartWriter
    from aiohttp import StreamReader as StreamReader
    from aiohttp import TCPConnector as TCPConnector
    from aiohttp import TraceConfig as TraceConfig
    from aiohttp import UnixConnector as UnixConnector
    from aiohttp import WSMessage as WSMessage
    from aiohttp import WSMsgType as WSMsgType

    request = staticmethod(_aiohttp_request)
    from aiohttp import ClientConnectionError as ClientConnectionError
    from aiohttp import ClientConnectorError as ClientConnectorError
    from aiohttp import ClientError as ClientError
    from aiohttp import ClientPayloadError as ClientPayloadError
    from aiohttp import ClientResponseError as ClientResponseError
    from aiohttp import ContentTypeError as ContentTypeError
    from aiohttp import InvalidURL as InvalidURL
    from aiohttp import ServerDisconnectedError as ServerDisconnectedError
    from aiohttp import ServerTimeoutError as ServerTimeoutError
    from aiohttp import TooManyRedirects as TooManyRedirects
    from aiohttp import web as web
    from aiohttp.web import AppRunner as AppRunner
    from aiohttp.web import Application as Application
    from aiohttp.web import FileResponse as FileResponse
    from aiohttp.web import Request as Request
    from aiohttp.web import Response as Response
    from aiohttp.web import RouteTableDef as RouteTableDef
    from aiohttp.web import StreamResponse as StreamResponse
    from aiohttp.web import TCPSite as TCPSite
    from aiohttp.web import WebSocketResponse as WebSocketResponse

    json_response = staticmethod(_aiohttp_json_response)
    run_app = staticmethod(_aiohttp_run_app)
    from aiohttp import test_utils as test_utils
    from aiohttp import ClientWSTimeout as ClientWSTimeout
    from aiohttp import ConnectionTimeoutError as ConnectionTimeoutError
    from aiohttp import DigestAuthMiddleware as DigestAuthMiddleware
    from aiohttp import SocketTimeoutError as SocketTimeoutError

class EinopsExports(SpecializedExports):
    import einops as einops
    from einops import EinopsError as EinopsError

    asnumpy = staticmethod(_einops_asnumpy)
    parse_shape = staticmethod(_einops_parse_shape)
    rearrange: Callable[..., Any]  # einops.rearrange
    reduce: Callable[..., Any]  # einops.reduce
    repeat: Callable[..., Any]  # einops.repeat
    einsum: Callable[..., Any]  # einops.einsum
    pack = staticmethod(_einops_pack)
    unpack = staticmethod(_einops_unpack)
    from einops.layers.torch import EinMix as EinMix
    from einops.layers.torch import Rearrange as Rearrange
    from einops.layers.torch import Reduce as Reduce

    flax_layers: Any  # einops.layers.flax
    from einops.layers import keras as keras_layers
    from einops.layers import tensorflow as tensorflow_layers
    from einops.layers import torch as torch_layers
