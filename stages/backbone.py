"""The backbone: the multilingual encoder that every row of the table starts from.

`hub`: the encoder of a downloaded snapshot, pinned to a commit. `folder`: that of a folder on this machine, with the
hash of each file. `pretrain`: where no released weights can be had, a small encoder of XLM-R's architecture is
pretrained from raw text by masked language modelling, partly on translation pairs (TLM, Lample & Conneau 2019: a
departure from XLM-R, which sees single texts only).

    python -m stages.backbone
"""

from __future__ import annotations

from pathlib import Path

from xstilts import arithmetic, environment, paths
from xstilts.errors import exit_cleanly
from xstilts.params import Params
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json
from xstilts.seeding import Seeds
from xstilts.threads import is_main_process, use_threads


def main() -> None:
    """Write `models/backbone/` and its learning curve."""
    params, _ = arguments(__doc__)
    from xstilts.pretraining import release  # imports torch: after the arguments

    use_threads(params.threads, params.arithmetic)
    if params.backbone.kind == "pretrain":
        pretrain(params)
    elif is_main_process():
        release.keep(params)


def pretrain(params: Params) -> None:
    """Tokenizer, masked language model, encoder."""
    from xstilts.pretraining import corpus, model, tokenizer
    from xstilts.pretraining.fit import fit

    backbone, root = params.backbone, Path(params.backbone.source)
    recipe, architecture = backbone.pretraining, backbone.architecture
    assert recipe and architecture and backbone.vocabulary  # the schema makes sure for this kind
    seeds = Seeds(f"{recipe.seed}/backbone")
    texts = corpus.read(root, backbone.monolingual)
    parallel = corpus.read_parallel(root, backbone.parallel) if backbone.parallel else {}
    lines = [line for own in (*texts.values(), *parallel.values()) for line in own]

    words = tokenizer.train(lines, backbone.vocabulary, backbone.seed_pieces)
    single, pairs = corpus.examples(words, texts, parallel, recipe.max_length)
    steps = corpus.plan(single, pairs, recipe.parallel_share, recipe.steps, recipe.tokens_per_batch, seeds)
    language_model = model.new(architecture, words, seeds)
    curve, state = fit(language_model, words, steps, single + pairs, params, seeds)

    if is_main_process():
        made = arithmetic.made(params.arithmetic, environment.processes())
        about = {"stage": "backbone", "seed": recipe.seed, "made": made}
        tokens = sum(one.length for step in steps for one in step)
        counts = {
            "texts": len(single),
            "pairs": len(pairs),
            "tokens seen": tokens,
            "vocabulary": words.get_vocab_size(),
        }
        model.save(language_model, words, about)
        write_json(paths.curve("backbone"), {**about, "counts": counts, "collapsed": None, **vars(curve)})
        state.clear()


if __name__ == "__main__":
    exit_cleanly(main)
