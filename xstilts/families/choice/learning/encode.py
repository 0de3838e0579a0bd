"""Multiple choice as model inputs: XLM-R's is `<s> prompt </s></s> choice </s>`, one sequence a choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xstilts.encoders.batches import Example
from xstilts.encoders.facts import segments
from xstilts.encoders.lengths import check_texts

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encode(
    rows: Sequence[dict[str, Any]],
    labels: Sequence[str],
    tokenizer: Tokenizer,
    max_length: int,
    ablate: bool = False,
    at: str = "",
    **_: Any,
) -> tuple[list[Example], Counter[str]]:
    """Encode prompt and choices; the label is the choice's index. `ablate` hides the prompt,
    `at` is where the recipe stands in `params.yaml`.

    Long inputs lose their beginning: JIANT cuts multiple choice from the left, for the end of the prompt matters most.
    """
    check_texts(f"{at}max_length", max_length, tokenizer, 2)
    tokenizer.enable_truncation(max_length, strategy="longest_first", direction="left")
    pairs = [("" if ablate else row["prompt"], choice) for row in rows for choice in row["choices"]]
    encodings = iter(tokenizer.encode_batch(pairs))
    tokenizer.no_truncation()
    counts: Counter[str] = Counter(truncated=0)
    examples = []
    for row in rows:
        own = [next(encodings) for _ in row["choices"]]
        counts["truncated"] += any(encoding.overflowing for encoding in own)
        kinds = [segments(encoding) for encoding in own]
        examples.append(
            Example([encoding.ids for encoding in own], row["label"], segments=kinds if any(kinds) else None)
        )
    return examples, counts
