"""The backbone: the multilingual encoder that every row of the table starts from.

`hub`: the encoder of a downloaded snapshot (XLM-R), pinned to a commit. `pretrain`: where no released weights can be
had, a small encoder of the same architecture is pretrained from raw text by masked language modelling, partly on
translation pairs (TLM, Lample & Conneau 2019: a departure from XLM-R, which sees single texts only).

    python -m stages.backbone
"""

from __future__ import annotations

from pathlib import Path

from xstilts import paths
from xstilts.encoders.models import load_encoder, save_model
from xstilts.errors import exit_cleanly
from xstilts.params import Params, read_params
from xstilts.records.files import write_json
from xstilts.threads import is_main_process, use_threads


def main() -> None:
    """Write `models/backbone/` and its learning curve."""
    params = read_params()
    use_threads(params.threads)
    if params.backbone.kind == "hub":
        release(params)
    else:
        pretrain(params)


def release(params: Params) -> None:
    """Keep the encoder and the tokenizer of a hub snapshot, and its language-model head if it has one."""
    from xstilts.encoders.heads import save_heads
    from xstilts.families.mlm.learning.head import released

    folder = Path(params.backbone.source)
    about = {"stage": "backbone", "repo": params.backbone.repo, "revision": params.backbone.revision}
    heads, facts = released(folder), {"mlm": {"family": "mlm", "labels": []}}
    save_model(
        load_encoder(folder), folder, paths.BACKBONE, about, beside=lambda place: save_heads(heads, facts, place)
    )
    write_json(paths.curve("backbone"), {**about, "steps": [], "dev": [], "best": None, "collapsed": None})


def pretrain(params: Params) -> None:
    """Tokenizer, masked language model, encoder."""
    from xstilts.pretraining import corpus, masking, model, tokenizer
    from xstilts.seeding import Seeds
    from xstilts.training.loop import Plan, fit
    from xstilts.training.resume import State, digest_ids, fingerprint

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
    masker = masking.PairMasker(recipe.mask, words, language_model.config.pad_token_id, seeds)
    plan = Plan(
        steps=steps, collate=masker.collate, loss=lambda module, batch, step: module(**batch), lr=recipe.lr,
        warmup=recipe.warmup, weight_decay=recipe.weight_decay, clip=params.optimisation.clip,
        precision=params.optimisation.precision, betas=(0.9, 0.98),
    )  # fmt: skip
    identity = fingerprint(
        language_model, backbone.model_dump(), params.optimisation.model_dump(), digest_ids(single + pairs)
    )
    state = State(paths.STATE / "backbone", identity)
    curve = fit(language_model, plan, seeds, state, title="backbone")
    if is_main_process():
        about = {"stage": "backbone", "seed": recipe.seed}
        model.save(language_model, words, about)
        tokens = sum(example.length for step in steps for example in step)
        counts = {
            "texts": len(single),
            "pairs": len(pairs),
            "tokens seen": tokens,
            "vocabulary": words.get_vocab_size(),
        }
        write_json(paths.curve("backbone"), {**about, "counts": counts, "collapsed": None, **vars(curve)})
        state.clear()


if __name__ == "__main__":
    exit_cleanly(main)
