"""Distributions that transformers' logits processors leave of random logits.

usage: python generate.py        (torch 2.13, transformers 5.18.0; writes expected.json beside itself)

The processors come from GenerationMixin itself, so that their order is transformers' own.
"""
import itertools
import json
import pathlib

import torch
from transformers import GPT2Config, GPT2LMHeadModel
from transformers.generation import GenerationConfig

# Which of equal logits top-p removes is open in torch.sort; a stable sort says the first ones.
unstable_sort = torch.sort
torch.sort = lambda x, descending=False: unstable_sort(x, descending=descending, stable=True)

HERE = pathlib.Path(__file__).parent
VOCAB = 41  # no multiple of it makes a round sum of equal probabilities
SETTINGS = [
    dict(), dict(temperature=0.7), dict(temperature=2.5), dict(top_k=1), dict(top_k=7),
    dict(top_k=39), dict(top_k=200), dict(top_p=0.9), dict(top_p=0.3), dict(top_p=0.01),
    dict(top_p=0.999), dict(min_p=0.1), dict(min_p=1.0), dict(repetition_penalty=1.3),
    dict(repetition_penalty=0.7, temperature=1.4), dict(temperature=0.6, top_k=10, top_p=0.8),
    dict(temperature=1.7, top_k=25, min_p=0.05), dict(top_p=0.95, min_p=0.02),
    dict(repetition_penalty=1.2, temperature=0.9, top_k=12, top_p=0.95, min_p=0.03),
]


def rows():
    g = torch.Generator().manual_seed(3)
    plain = torch.randn(VOCAB, generator=g) * 2
    steep = torch.randn(VOCAB, generator=g) * 12
    flat = torch.randn(VOCAB, generator=g) * 0.01
    ties = torch.randint(-2, 3, (VOCAB,), generator=g).float()
    equal = torch.zeros(VOCAB)
    huge = torch.randn(VOCAB, generator=g) * 40 + 1e4
    certain = torch.full((VOCAB,), -80.0)
    certain[17] = 60.0
    masked = torch.randn(VOCAB, generator=g)
    masked[::3] = float("-inf")
    return dict(plain=plain, steep=steep, flat=flat, ties=ties, equal=equal, huge=huge,
                certain=certain, masked=masked)


def processors(settings):
    model = GPT2LMHeadModel(GPT2Config(vocab_size=VOCAB, n_embd=4, n_layer=1, n_head=1, n_positions=8,
                                       bos_token_id=1, eos_token_id=2))
    config = GenerationConfig(do_sample=True, **dict(dict(top_k=0), **settings))
    return model._get_logits_processor(config, input_ids_seq_length=5)


def main():
    cases = []
    tokens = [3, 17, 17, 4, 39]
    for (name, row), settings in itertools.product(rows().items(), SETTINGS):
        scores = processors(settings)(torch.tensor([tokens]), row[None].clone())
        p = torch.softmax(scores[0].double(), -1)
        cases.append(dict(row=name, settings=settings,
                          probabilities=[float("%.9g" % x) for x in p.tolist()]))
    logits = {name: [float("%.9g" % x) if x > float("-inf") else None for x in row.tolist()]
              for name, row in rows().items()}
    (HERE / "expected.json").write_text(
        json.dumps(dict(tokens=tokens, logits=logits, cases=cases)) + "\n")


main()
