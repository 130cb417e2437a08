"""Model files that are too large or too foreign to ship: what they are, and a store that gets them."""

from models.assets.errors import AssetError
from models.assets.manifest import Asset, Manifest, load_manifest
from models.assets.source import Progress
from models.assets.store import AssetStatus, AssetStore, default_root

VOSK_ZH = "vosk-model-small-cn-0.22"
VOSK_EN = "vosk-model-small-en-us-0.15"
YUNET = "face_detection_yunet_2023mar.onnx"
NANODET = "object_detection_nanodet_2022nov.onnx"
PIPER_ZH = "zh_CN-huayan-medium.onnx"
PIPER_ZH_CONFIG = "zh_CN-huayan-medium.onnx.json"
MINILM = "all-MiniLM-L6-v2.safetensors"
MINILM_VOCABULARY = "all-MiniLM-L6-v2.vocab.txt"
BGE_ZH = "bge-small-zh-v1.5.safetensors"
BGE_ZH_VOCABULARY = "bge-small-zh-v1.5.vocab.txt"

__all__ = [
    "BGE_ZH",
    "BGE_ZH_VOCABULARY",
    "MINILM",
    "MINILM_VOCABULARY",
    "NANODET",
    "PIPER_ZH",
    "PIPER_ZH_CONFIG",
    "VOSK_EN",
    "VOSK_ZH",
    "YUNET",
    "Asset",
    "AssetError",
    "AssetStatus",
    "AssetStore",
    "Manifest",
    "Progress",
    "default_root",
    "load_manifest",
]
