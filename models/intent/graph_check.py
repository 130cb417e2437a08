"""A look into an ONNX file before it is run: nothing in it but the few plain operations that we write.

onnxruntime would run loops and read files beside the model when a graph asks for it. Knowledge arrives from
elsewhere, so the graph is read here first, with no more of protobuf than this takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from models.errors import IntentError

OPERATIONS = frozenset({"Gather", "Cast", "Mul", "MatMul", "Add", "Split", "Div", "Softmax"})
MAX_BYTES = 64_000_000
MAX_NODES = 64

# Field numbers of onnx.proto (ONNX 1.17).
_GRAPH, _TRAINING, _FUNCTIONS = 7, 20, 25
_NODE, _INITIALIZER, _SPARSE = 1, 5, 15
_OPERATION, _DOMAIN = 4, 7
_EXTERNAL, _DATA_LOCATION = 13, 14

Field = tuple[int, int, bytes | memoryview]


def check_graph(
    onnx: bytes,
    *,
    operations: frozenset[str] = OPERATIONS,
    max_nodes: int = MAX_NODES,
    file: str = "intent.onnx",
) -> None:
    """Raise IntentError unless the file is a graph of allowed operations that keeps its weights inside itself.

    `file` is what messages call it.
    """
    if len(onnx) > MAX_BYTES:
        raise IntentError("model_damaged", f"{file} has more than {MAX_BYTES} bytes: build it again")
    try:
        graphs = 0
        for number, _, value in _fields(memoryview(onnx)):
            if number in (_TRAINING, _FUNCTIONS):
                raise _refusal(file, "functions of its own")
            if number == _GRAPH:
                graphs += 1
                _check_nodes(memoryview(value), operations, max_nodes, file)
    except IndexError as error:
        raise IntentError("model_damaged", f"{file} is no ONNX file: build it again") from error
    if graphs != 1:
        raise IntentError("model_damaged", f"{file} holds no graph: build it again")


def _check_nodes(graph: memoryview, operations: frozenset[str], max_nodes: int, file: str) -> None:
    nodes = 0
    for number, _, value in _fields(graph):
        if number == _SPARSE:
            raise _refusal(file, "sparse weights")
        if number == _INITIALIZER:
            kept_inside = all(
                field not in (_EXTERNAL, _DATA_LOCATION) for field, _, _ in _fields(memoryview(value))
            )
            if not kept_inside:
                raise _refusal(file, "weights in another file")
        if number == _NODE:
            nodes += 1
            texts = {field: bytes(text) for field, _, text in _fields(memoryview(value))}
            operation = texts.get(_OPERATION, b"").decode(errors="replace")
            if operation not in operations or texts.get(_DOMAIN):
                raise _refusal(file, f"the operation {operation!r:.40}")
    if nodes > max_nodes:
        raise _refusal(file, "too many operations")


def _refusal(file: str, what: str) -> IntentError:
    return IntentError("model_refused", f"{file} contains {what}, which we do not run: build it again")


def _fields(message: memoryview) -> Iterator[Field]:
    """The fields of a protobuf message: number, wire type, and content (empty for plain numbers)."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        size = 0
        if kind == 0:
            _, at = _varint(message, at)
        elif kind == 1:
            size = 8
        elif kind == 2:
            size, at = _varint(message, at)
        elif kind == 5:
            size = 4
        else:
            raise IndexError(at)
        if at + size > len(message):
            raise IndexError(at)
        yield number, kind, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise IndexError(at)
