"""A translation model: an encoder as it comes, and a new decoder that looks at all of its states.

It is transformers' `EncoderDecoderModel`, in a form whose folder is one of an encoder: with the encoder's
`config.json`, in which the key `translation` says what the decoder is."""

from __future__ import annotations

from typing import Any

import torch
from transformers import BertConfig, BertLMHeadModel, EncoderDecoderModel, PreTrainedModel

from xstilts.encoders.architecture import new_encoder, without_pooler
from xstilts.encoders.own import dropout, supports
from xstilts.families.translation.learning.pieces import PADDING, STOP
from xstilts.seeding import Seeds

SPREAD = 0.02  # of new weights, as BERT's


class Translator(PreTrainedModel):  # type: ignore[misc]
    """`backbone` is the encoder, `decoder` a small BERT with cross attention; its output is tied to its embeddings."""

    base_model_prefix = "backbone"

    def __init__(self, config: Any) -> None:
        supports(self, config)
        super().__init__(config)
        self.backbone = new_encoder(config, **without_pooler(config))
        self.decoder = BertLMHeadModel(decoder_config(config))
        self.post_init()

    def states(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **segments: torch.Tensor) -> torch.Tensor:
        """What the encoder makes of the sources, (rows, length, hidden)."""
        found: torch.Tensor = self.backbone(
            input_ids=input_ids, attention_mask=attention_mask, **segments
        ).last_hidden_state
        return found

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, written: torch.Tensor, **segments: torch.Tensor
    ) -> torch.Tensor:
        """Logits (rows, pieces written, pieces there are) of the piece after each one of `written`. What stands on the
        right of a row, as padding does, is not seen from the left."""
        states = self.states(input_ids, attention_mask, **segments)
        logits: torch.Tensor = self.decoder(
            input_ids=written, encoder_hidden_states=states, encoder_attention_mask=attention_mask, use_cache=False
        ).logits
        return logits

    def joined(self) -> EncoderDecoderModel:
        """The same two parts as transformers knows them: what its `generate` works with. No weight is copied."""
        return EncoderDecoderModel(encoder=self.backbone, decoder=self.decoder)


def decoder_config(config: Any) -> BertConfig:
    """The decoder that an encoder's configuration asks for: as wide as the encoder, with as many heads."""
    asked = config.translation
    return BertConfig(
        vocab_size=len(asked["pieces"]), hidden_size=config.hidden_size, num_hidden_layers=asked["layers"],
        num_attention_heads=config.num_attention_heads, intermediate_size=4 * config.hidden_size,
        max_position_embeddings=asked["length"] + 1, type_vocab_size=1, initializer_range=SPREAD,
        hidden_dropout_prob=dropout(config).p, attention_probs_dropout_prob=dropout(config).p,
        pad_token_id=PADDING, bos_token_id=STOP, eos_token_id=STOP, is_decoder=True, add_cross_attention=True,
        tie_word_embeddings=True,
    )  # fmt: skip


@torch.no_grad()  # type: ignore[untyped-decorator]
def begin(decoder: BertLMHeadModel, seed: int) -> None:
    """New weights for a decoder, drawn by a generator of each tensor's own name: the same whatever the encoder is, and
    whatever was drawn before."""
    seeds = Seeds(f"{seed}/decoder")
    for name, tensor in decoder.named_parameters():
        if tensor.ndim > 1:
            tensor.copy_(torch.empty(tensor.shape).normal_(0, SPREAD, generator=seeds.torch(name)))
        else:
            tensor.fill_(1.0 if name.endswith("LayerNorm.weight") else 0.0)
    decoder.tie_weights()
