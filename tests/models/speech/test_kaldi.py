"""``final.mdl``: an independent reader finds what was written, also in the committed weights."""

import struct
from pathlib import Path

import numpy as np
import pytest

from models.speech.kaldi import AcousticModel, Layer, write_model
from models.speech.phones import PhoneTable
from models.speech.weights import EMBEDDED

TABLE = PhoneTable(("SIL", "a", "m"), {"ma": (("m", "a"),)})


class Reader:
    """Walks over Kaldi's binary objects."""

    def __init__(self, data: bytes) -> None:
        assert data[:2] == b"\0B"
        self.data, self.at = data, 2

    def token(self) -> str:
        end = self.data.index(b" ", self.at)
        word = self.data[self.at : end].decode("ascii")
        self.at = end + 1
        return word

    def expect(self, *tokens: str) -> None:
        for token in tokens:
            assert self.token() == token

    def _sized(self, form: str) -> float:
        assert self.data[self.at] == 4
        (value,) = struct.unpack_from(form, self.data, self.at + 1)
        self.at += 5
        return value

    def integer(self) -> int:
        return int(self._sized("<i"))

    def real(self) -> float:
        return self._sized("<f")

    def integers(self) -> list[int]:
        return self._array("<i4", self.integer()).tolist()

    def vector(self) -> np.ndarray:
        self.expect("FV")
        return self._array("<f4", self.integer())

    def matrix(self) -> np.ndarray:
        kind = self.token()
        if kind == "FM":
            rows, columns = self.integer(), self.integer()
            return self._array("<f4", rows * columns).reshape(rows, columns)
        assert kind == "CM"
        low, span, rows, columns = struct.unpack_from("<ffii", self.data, self.at)
        self.at += 16
        words = np.frombuffer(self.data, "<u2", 4 * columns, self.at).reshape(columns, 4)
        self.at += 8 * columns
        codes = np.frombuffer(self.data, np.uint8, rows * columns, self.at).reshape(columns, rows)
        self.at += rows * columns
        return np.stack(
            [self._column(code, low + span * word / 65535) for code, word in zip(codes, words, strict=True)],
            1,
        )

    @staticmethod
    def _column(codes: np.ndarray, bounds: np.ndarray) -> np.ndarray:
        """One column of a compressed matrix: three stretches of 64, 128 and 63 steps."""
        return np.interp(codes, [0, 64, 192, 255], bounds)

    def _array(self, form: str, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, form, count, self.at)
        self.at += 4 * count
        return values

    def transition_model(self) -> tuple[list[int], list[tuple[int, int, int]], np.ndarray]:
        self.expect("<TransitionModel>", "<Topology>")
        phones, entries = self.integers(), self.integers()
        assert entries == [-1, *[0] * len(phones)]
        assert [self.integer() for _ in range(5)] == [1, 2, 0, 2, 0]
        assert (self.real(), self.integer(), self.real()) == (0.5, 1, 0.5)
        assert (self.integer(), self.integer()) == (-1, 0)
        self.expect("</Topology>", "<Triples>")
        triples = [(self.integer(), self.integer(), self.integer()) for _ in range(self.integer())]
        self.expect("</Triples>", "<LogProbs>")
        costs = self.vector()
        self.expect("</LogProbs>", "</TransitionModel>")
        return phones, triples, costs

    def network(self) -> tuple[str, list[tuple[np.ndarray, np.ndarray]], list[str]]:
        """The wiring, the affine components' numbers, and the kinds of the others in order."""
        self.expect("<Nnet3>")
        end = self.data.index(b"\n\n", self.at)
        config = self.data[self.at : end].decode("ascii").strip()
        self.at = end + 2
        self.expect("<NumComponents>")
        affine: list[tuple[np.ndarray, np.ndarray]] = []
        others: list[str] = []
        for _ in range(self.integer()):
            self.expect("<ComponentName>")
            self.token()
            kind = self.token()
            if kind == "<FixedAffineComponent>":
                self.expect("<LinearParams>")
                weights = self.matrix()
                self.expect("<BiasParams>")
                affine.append((weights, self.vector()))
            else:
                others.append(kind)
                self._size_and_statistics(kind, len(affine[-1][1]))
            self.expect(kind.replace("<", "</"))
        self.expect("</Nnet3>")
        return config, affine, others

    def _size_and_statistics(self, kind: str, size: int) -> None:
        self.expect("<Dim>")
        assert self.integer() == size
        if kind == "<NoOpComponent>":
            self.expect("<BackpropScale>")
            assert self.real() == 1.0
            return
        for statistics in ("<ValueAvg>", "<DerivAvg>"):
            self.expect(statistics)
            assert len(self.vector()) == 0
        self.expect("<Count>")
        assert self.real() == 0


@pytest.fixture
def small() -> AcousticModel:
    rng = np.random.default_rng(1)
    first = Layer("tdnn1", rng.standard_normal((4, 6)), rng.standard_normal(4), (-1, 0, 3))
    last = Layer("output", rng.standard_normal((3, 4)), rng.standard_normal(3), (0,), "log-softmax")
    return AcousticModel(2, (first, last), np.array([0.5, 0.25, 0.25]))


def test_the_wiring_names_splices_and_activations(small: AcousticModel) -> None:
    assert small.config().splitlines()[:5] == [
        "input-node name=input dim=2",
        "component-node name=tdnn1.affine component=tdnn1.affine "
        "input=Append(Offset(input, -1), input, Offset(input, 3))",
        "component-node name=tdnn1.relu component=tdnn1.relu input=tdnn1.affine",
        "component-node name=output.affine component=output.affine input=tdnn1.relu",
        "component-node name=output.log-softmax component=output.log-softmax input=output.affine",
    ]


def test_a_reader_finds_what_was_written(small: AcousticModel, tmp_path: Path) -> None:
    write_model(tmp_path / "final.mdl", TABLE, small)
    reader = Reader((tmp_path / "final.mdl").read_bytes())
    phones, triples, costs = reader.transition_model()
    assert phones == list(range(1, 10))
    assert triples == [(1, 0, 0), *[(n, 0, 1) for n in range(2, 6)], *[(n, 0, 2) for n in range(6, 10)]]
    assert costs == pytest.approx([0.0] + [np.log(0.5)] * 18)
    config, affine, activations = reader.network()
    assert config + "\n\n" == small.config()
    assert activations == ["<RectifiedLinearComponent>", "<LogSoftmaxComponent>"]
    for (weights, bias), layer in zip(affine, small.layers, strict=True):
        np.testing.assert_allclose(weights, layer.weights, rtol=1e-6)
        np.testing.assert_allclose(bias, layer.bias, rtol=1e-6)
    reader.expect("<LeftContext>")
    assert reader.integer() == small.left_context == 1
    reader.expect("<RightContext>")
    assert reader.integer() == small.right_context == 3
    reader.expect("<Priors>")
    assert reader.vector() == pytest.approx(small.priors)
    assert reader.at == len(reader.data)


@pytest.fixture
def carrying() -> AcousticModel:
    """Wide enough that the matrices are compressed, with a narrow layer and a carried one."""
    rng = np.random.default_rng(2)
    layers = (
        Layer("wide", rng.standard_normal((400, 2)), rng.standard_normal(400), (0,)),
        Layer("narrow", rng.standard_normal((8, 800)), np.zeros(8), (-3, 0), "none"),
        Layer(
            "again",
            rng.standard_normal((400, 16)),
            rng.standard_normal(400),
            (0, 3),
            carried="wide",
            carry=0.75,
        ),
        Layer("output", rng.standard_normal((3, 400)), rng.standard_normal(3), (0,), "log-softmax"),
    )
    return AcousticModel(2, layers, np.full(3, 1 / 3))


def test_a_carried_layer_is_added_to_a_later_one(carrying: AcousticModel) -> None:
    lines = carrying.config().splitlines()
    assert lines[3] == (
        "component-node name=narrow.affine component=narrow.affine input=Append(Offset(wide.relu, -3), wide.relu)"
    )
    assert (
        lines[6]
        == "component-node name=again.sum component=again.sum input=Sum(Scale(0.75, wide.relu), again.relu)"
    )
    assert lines[7].endswith("input=again.sum")


def test_large_matrices_are_compressed_to_a_byte_a_number(carrying: AcousticModel, tmp_path: Path) -> None:
    write_model(tmp_path / "final.mdl", TABLE, carrying)
    data = (tmp_path / "final.mdl").read_bytes()
    reader = Reader(data)
    reader.transition_model()
    _, affine, others = reader.network()
    assert others == ["<RectifiedLinearComponent>"] * 2 + ["<NoOpComponent>", "<LogSoftmaxComponent>"]
    for (weights, _), layer in zip(affine, carrying.layers, strict=True):
        assert (
            np.abs(weights - layer.weights).max() < 0.04
        )  # outer steps of a normal distribution are 1/63 of two deviations
    assert len(data) < 3 * sum(layer.weights.size for layer in carrying.layers)


def test_the_committed_weights_fit_the_committed_phones() -> None:
    table = EMBEDDED.phones()
    data = (EMBEDDED.folder / "final.mdl").read_bytes()
    reader = Reader(data)
    phones, triples, costs = reader.transition_model()
    assert phones == list(range(1, len(table.position_phones) + 1))
    assert [output for _, _, output in triples] == [table.output(number) for number in phones]
    assert len(costs) == table.transitions + 1
    _, affine, _ = reader.network()
    assert len(affine[-1][1]) == len(table.phones)
    assert len(data) < 2_500_000
