"""ONNX Runtime: the only file that knows it. Export by torch, run on the processor, weights in 8 bits."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from transformers import PreTrainedModel

    from xstilts.latency.engines import Answer
    from xstilts.latency.questions import Inputs

PACKAGES = ("onnxruntime", "onnx", "onnxscript")


def library() -> Any:
    """ONNX Runtime, if it and what torch exports with are installed. Raises `InputError`."""
    try:
        import onnx  # noqa: F401  quantisation reads the file with it
        import onnxruntime
        import onnxscript  # noqa: F401  torch writes the file with it
    except ImportError:
        raise InputError(
            "--engine onnx: ONNX Runtime is not installed; `make latency`, or `pip install -e .[latency]`; without it: "
            "--engine eager"
        ) from None
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def export(model: PreTrainedModel, inputs: Inputs, file: Path) -> None:
    """Write a model as ONNX, for any number of rows and any length; `inputs` is an example with two rows or more."""
    import torch

    from xstilts.latency.engines import Plain

    shapes = tuple(dict.fromkeys(range(tensor.ndim), torch.export.Dim.DYNAMIC) for tensor in inputs.values())
    try:
        with _quiet(), torch.inference_mode():
            torch.onnx.export(
                Plain(model, list(inputs)), tuple(inputs.values()), str(file), input_names=list(inputs), dynamo=True,
                dynamic_shapes=(shapes,), verbose=False,
            )  # fmt: skip
    except torch.onnx.OnnxExporterError as error:
        said = " ".join(str(error.__cause__ or error).split())[:300]
        raise InputError(f"--engine onnx: torch cannot export {type(model).__name__}: {said}") from None


def to_int8(file: Path, smaller: Path) -> None:
    """Write a model with weights in 8 bits; the states are brought to 8 bits while it runs (dynamic quantisation)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with _quiet():
        quantize_dynamic(file, smaller, weight_type=QuantType.QInt8)


def open_file(file: Path, threads: int) -> Answer:
    """A model of a file, ready to answer on so many threads."""
    runtime = library()
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3  # errors alone
    # Threads that wait would turn round, and take a core from the other models.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

    def answer(inputs: Inputs) -> Sequence[np.ndarray]:
        found: Sequence[np.ndarray] = session.run(None, {name: tensor.numpy() for name, tensor in inputs.items()})
        return found

    return answer


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Exporter and quantiser speak of their own insides."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
