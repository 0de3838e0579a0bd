"""What do predictions in many languages cost? One process for all languages of a target, against a process a language.

Ours reads the model once, and pads a batch to its longest row. The other side does what the example scripts of
transformers do (`run_xnli.py --language`): each language is a process, which loads model and tokenizer and pads every
row to the maximum. Both have the same model with random weights, the same rows of made-up words, one thread. Printed
are CPU seconds of the processes, imports and all, and their ratio; answers have to be equal, or there is no figure.

    python benchmarks/evaluation.py [--languages 15] [--rows 200] [--layers 6] [--runs 3]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

MAX_LENGTH = 128
WORDS = 2000
OURS = """
import json, sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from xstilts.encoders.inference import predict
from xstilts.encoders.models import load_headed, load_tokenizer, pad_id
from xstilts.families.classification.learning import encode, head
folder, texts, out = map(Path, sys.argv[1:4])
model, tokenizer, padding = load_headed("classification", folder, list("abc")), load_tokenizer(folder), pad_id(folder)
found = {}
for language, rows in json.loads(texts.read_text()).items():
    own = [{"text_a": one, "text_b": other, "label": None} for one, other in rows]
    examples, _ = encode.encode(own, list("abc"), tokenizer, max_length=MAX_LENGTH)
    found[language] = [int(one.argmax()) for one in predict(model, head, examples, padding)]
out.write_text(json.dumps(found))
""".replace("MAX_LENGTH", str(MAX_LENGTH))
THEIRS = """
import json, sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from transformers import AutoModelForSequenceClassification, PreTrainedTokenizerFast, Trainer, TrainingArguments
folder, texts, out, language = sys.argv[1:5]
model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=3)
tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{folder}/tokenizer.json", pad_token="<pad>")
rows = json.loads(Path(texts).read_text())[language]
given = tokenizer([one for one, _ in rows], [other for _, other in rows], padding="max_length", truncation=True,
                  max_length=MAX_LENGTH, return_token_type_ids=False)
data = [{"input_ids": ids, "attention_mask": mask} for ids, mask in zip(given["input_ids"], given["attention_mask"])]
arguments = TrainingArguments(out + ".folder", use_cpu=True, report_to=[], disable_tqdm=True)
answers = Trainer(model, arguments).predict(data).predictions.argmax(-1)
Path(out).write_text(json.dumps({language: answers.tolist()}))
""".replace("MAX_LENGTH", str(MAX_LENGTH))


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--languages", type=int, default=15, help="XNLI has 15")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        model(place / "model", asked.layers)
        languages = [f"l{number}" for number in range(asked.languages)]
        (place / "texts.json").write_text(
            json.dumps({one: rows(asked.rows, place) for place, one in enumerate(languages)})
        )
        sides: list[tuple[float, float]] = []
        for _ in range(asked.runs):
            one, found = cpu_seconds(place, OURS, "ours.json")
            other, answers = 0.0, dict[str, Any]()
            for language in languages:
                seconds, own = cpu_seconds(place, THEIRS, "theirs.json", language)
                other, answers = other + seconds, {**answers, **own}
            if found != answers:
                sys.exit("benchmarks/evaluation.py: the two sides gave other answers: there is no figure")
            sides.append((one, other))
    ours, theirs = (statistics.median(side) for side in zip(*sides, strict=True))
    ratio = statistics.median(other / one for one, other in sides)
    print(
        f"{asked.languages} languages of {asked.rows} rows: one process {ours:.1f} CPU s, a process a language "
        f"{theirs:.1f} CPU s, ratio {ratio:.2f} (medians of {asked.runs})"
    )


def cpu_seconds(place: Path, program: str, out: str, *more: str) -> tuple[float, dict[str, Any]]:
    """CPU time of a process and what it has written. Raises `CalledProcessError` if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", program, str(place / "model"), str(place / "texts.json"), str(place / out), *more]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
    subprocess.run(command, check=True, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, json.loads((place / out).read_text())


def rows(number: int, seed: int) -> list[tuple[str, str]]:
    """Pairs of made-up sentences with lengths as those of XNLI."""
    generator = np.random.default_rng(seed)

    def sentence(median: float) -> str:
        length = int(np.exp(generator.normal(np.log(median), 0.5)).clip(3, 45))
        return " ".join(f"w{word}" for word in generator.integers(0, WORDS, length))

    return [(sentence(17), sentence(9)) for _ in range(number)]


def model(folder: Path, layers: int) -> None:
    """A folder with a classifier of XLM-R's shape with random weights, and a tokenizer that knows the words."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification

    names = ["<s>", "<pad>", "</s>", "<unk>", *(f"w{word}" for word in range(WORDS))]
    tokenizer = Tokenizer(models.WordLevel({name: place for place, name in enumerate(names)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    config = XLMRobertaConfig(
        vocab_size=len(names), hidden_size=384, num_hidden_layers=layers, num_attention_heads=6,
        intermediate_size=1536, max_position_embeddings=514, type_vocab_size=1, pad_token_id=1, bos_token_id=0,
        eos_token_id=2, num_labels=3,
    )  # fmt: skip
    torch.manual_seed(1)
    XLMRobertaForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))


if __name__ == "__main__":
    main()
