"""A released folder as it has to be: pickled weights to safetensors, a vocabulary to `tokenizer.json`. A named step.

Older folders of the hub hold `pytorch_model.bin`, and `spiece.model` or `vocab.txt` alone. With `backbone.convert` they
are converted once, into a folder of their own. A pickle is read with `weights_only`, so that no code of it runs. The
tokenizer is made by transformers' converter, and has to cut sentences of many scripts as sentencepiece itself does."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.encoders import loading
from xstilts.encoders.loading import INDEX, WEIGHTS
from xstilts.errors import InputError, missing
from xstilts.records.files import read_json

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

PICKLE, PICKLES = "pytorch_model.bin", "pytorch_model.bin.index.json"
TOKENIZER, WORDS = "tokenizer.json", "vocab.txt"
PIECES = {  # model_type -> transformers' converter of its sentencepiece model
    "xlm-roberta": "XLMRobertaTokenizer", "bert": "XLMRobertaTokenizer",  # BERT: multilingual E5 small
    "deberta-v2": "DebertaV2Tokenizer", "rembert": "RemBertTokenizer", "mt5": "T5Tokenizer", "t5": "T5Tokenizer",
    "umt5": "T5Tokenizer",
}  # fmt: skip
FILES = ("sentencepiece.bpe.model", "spiece.model", "spm.model", "sentencepiece.model")
SAMPLES = (
    "The small cat (two years old) sees 3 long rivers near the old town.",
    "El pequeño gato ve un río; ¿dónde está la vieja ciudad?", "Die Katze sieht einen langen Fluß.",
    "Η μικρή γάτα βλέπει ένα μακρύ ποτάμι.", "Маленькая кошка видит реку.", "Küçük kedi ırmak görüyor.",
    "ترى القطة الصغيرة نهرًا طويلًا.", "Con mèo nhỏ nhìn thấy một con sông dài.", "แมวตัวเล็กเห็นแม่น้ำยาว",
    "小猫在老城旁边看见一条很长的河。", "छोटी बिल्ली एक लंबी नदी देखती है।", "ﬁne ½ Ａ１ e\u0301",
)  # fmt: skip


def ready(folder: Path, convert: bool, made: Path) -> tuple[Path, dict[str, str]]:
    """The folder to load a released encoder from, and the hashes of what was converted for it.

    That is `folder` itself where it has all that is needed, else `made`, which is filled here. Raises `InputError`
    where something is missing, and where it would have to be converted and `convert` does not say so."""
    if not folder.is_dir():
        raise missing(folder, "folder")
    has = {path.name for path in folder.iterdir()}
    weights = not has & {WEIGHTS, INDEX} and next((name for name in (PICKLE, PICKLES) if name in has), None)
    words = TOKENIZER not in has and next((name for name in (*FILES, WORDS) if name in has), None)
    if not (weights or words) or "config.json" not in has:
        return folder, {}
    needed = " and ".join(name for name in (weights, words) if name)
    lacks = [WEIGHTS] * bool(weights) + [TOKENIZER] * bool(words)
    if not convert:
        raise InputError(
            f"{folder}: not a model folder: {', '.join(lacks)} missing; found {needed}, of which `convert: true` under "
            "`backbone` in params.yaml makes it"
        )
    print(f"converting {needed} of {folder}", flush=True)
    made.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / "config.json", made / "config.json")
    for name in (*has & {WEIGHTS, INDEX, TOKENIZER}, *(name for name in has if name.endswith(".safetensors"))):
        if not (made / name).exists():
            (made / name).symlink_to((folder / name).resolve())
    if weights:
        _write_weights(folder, weights, made / WEIGHTS)
    if words:
        tokenizer(folder, words).save(str(made / TOKENIZER))
    return made, {name: sha256(made / name) for name in lacks}


def hashes(folder: Path) -> dict[str, str]:
    """The sha256 of every file of a folder, by its path in it. What begins with a dot is left out."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder): path for path in files}
    return {
        name.as_posix(): sha256(path)
        for name, path in named.items()
        if not any(part.startswith(".") for part in name.parts)
    }


def sha256(file: Path) -> str:
    """The sha256 of one file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _write_weights(folder: Path, name: str, file: Path) -> None:
    from safetensors.torch import save_file

    tensors: dict[str, torch.Tensor] = {}
    seen: set[tuple[int, tuple[int, ...]]] = set()
    for part in _parts(folder, name):
        for key, tensor in loading.read_pickle(part).items():
            place = (tensor.data_ptr(), tuple(tensor.shape))
            if place not in seen or not tensor.numel():  # one tensor under two names is stored once
                tensors[key] = tensor.contiguous()
                seen.add(place)
    save_file({key: tensor.clone() for key, tensor in tensors.items()}, file, metadata={"format": "pt"})


def _parts(folder: Path, name: str) -> Iterator[Path]:
    if name == PICKLE:
        yield folder / PICKLE
        return
    listed = (read_json(folder / name) or {}).get("weight_map") or {}
    if not listed:
        raise InputError(f"{folder / name}: found no weight_map, expected one from tensors to files")
    for part in sorted(set(listed.values())):
        if Path(part).name != part or not (folder / part).is_file():
            raise InputError(f"{folder / name}: found the file {part!r}, expected files that lie beside it")
        yield folder / part


def tokenizer(folder: Path, name: str) -> Tokenizer:
    """The fast tokenizer that a vocabulary stands for."""
    kind = (read_json(folder / "config.json") or {}).get("model_type")
    settings = read_json(folder / "tokenizer_config.json") if (folder / "tokenizer_config.json").is_file() else {}
    if name == WORDS and kind == "bert":
        return _of_words(folder, settings)
    if name == WORDS or kind not in PIECES:
        raise InputError(
            f"{folder / name}: there is no conversion of it for model_type '{kind}', expected a tokenizer.json"
        )
    return _of_pieces(folder / name, PIECES[kind], settings, _added(folder))


def _of_words(folder: Path, settings: Mapping[str, Any]) -> Tokenizer:
    """BERT's. Whether capitals count is not in the vocabulary."""
    from transformers import BertTokenizer

    if not isinstance(settings.get("do_lower_case"), bool):
        raise InputError(
            f"{folder / 'tokenizer_config.json'}: do_lower_case: found none, expected true or false: {WORDS} does not "
            "say whether capitals count"
        )
    made: Tokenizer = loading.load_tokenizer_of(BertTokenizer, folder).backend_tokenizer
    return made


class _Vocabulary:
    """What transformers' converters ask of the tokenizer that they convert."""

    add_prefix_space = legacy = keep_accents = True

    def __init__(self, file: Path, settings: Mapping[str, Any]) -> None:
        self.vocab_file = str(file)
        self.do_lower_case = bool(settings.get("do_lower_case", False))
        self.split_by_punct = bool(settings.get("split_by_punct", False))
        self._extra_ids = int(settings.get("extra_ids", 0))
        self.ids: dict[str, int] = {"<s>": 0, "</s>": 2}  # XLM-R's, whose file has them elsewhere

    def convert_tokens_to_ids(self, token: str) -> int:
        """The id of a special token."""
        return self.ids[token]


def _of_pieces(file: Path, name: str, settings: Mapping[str, Any], added: Mapping[str, int]) -> Tokenizer:
    from sentencepiece import sentencepiece_model_pb2 as protocol
    from transformers.convert_slow_tokenizer import SLOW_TO_FAST_CONVERTERS

    with loading.refusing(file, "not a sentencepiece model that can be converted"):
        kind, vocabulary = SLOW_TO_FAST_CONVERTERS[name], _Vocabulary(file, settings)
        proto = protocol.ModelProto()  # type: ignore[attr-defined]
        proto.ParseFromString(file.read_bytes())
        if name != "XLMRobertaTokenizer":
            vocabulary.ids = {piece.piece: number for number, piece in enumerate(proto.pieces)}
        if lacking := [one for one in _needed(name) if one not in vocabulary.ids]:
            raise InputError(f"{file}: found no piece {lacking[0]}, which {name} needs")
        whole = type(kind.__name__, (kind,), {"handle_byte_fallback": proto.trainer_spec.byte_fallback})
        made: Tokenizer = whole(vocabulary).converted()
    special = [one for one in ("<s>", "<pad>", "</s>", "<unk>", "<mask>", "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
               if made.token_to_id(one) is not None]  # fmt: skip
    made.add_special_tokens([*special, *sorted(added, key=lambda one: added[one])])
    for token, number in added.items():
        if made.token_to_id(token) != number:
            found = made.token_to_id(token)
            raise InputError(f"{file}: {token} has the id {found}, expected {number}, as added_tokens.json says")
    _compare(file, made)
    return made


def _needed(name: str) -> tuple[str, ...]:
    return ("[CLS]", "[SEP]") if name in ("DebertaV2Tokenizer", "RemBertTokenizer") else ("</s>",)


def _added(folder: Path) -> dict[str, int]:
    """The tokens that stand beside the vocabulary (mDeBERTa's mask)."""
    file = folder / "added_tokens.json"
    found = read_json(file) if file.is_file() else {}
    if not isinstance(found, dict) or not all(isinstance(number, int) for number in found.values()):
        raise InputError(f"{file}: found {json.dumps(found)[:60]}, expected an object from tokens to ids")
    return found


def _compare(file: Path, made: Tokenizer) -> None:
    """Refuse a converted tokenizer that cuts a sentence in another way than sentencepiece does."""
    import sentencepiece

    theirs, unknown = sentencepiece.SentencePieceProcessor(model_file=str(file)), {"<unk>", "[UNK]"}
    for text in SAMPLES:
        wanted = ["?" if theirs.is_unknown(number) else theirs.id_to_piece(number) for number in theirs.encode(text)]
        tokens = map(made.id_to_token, made.encode(text, add_special_tokens=False).ids)
        found = ["?" if token in unknown else str(token) for token in tokens]
        if found != wanted:
            raise InputError(
                f"{file}: the converted tokenizer cuts {text!r} into {' '.join(found)}, expected {' '.join(wanted)}, "
                "as sentencepiece does"
            )
