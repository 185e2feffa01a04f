"""Losses of PyTorch training steps on fixed tokens, and learning rates of transformers' schedules.

Written with torch 2.13.0, transformers 5.18.1. Run in this folder:

    python make_fixtures.py

writes llama/ and gpt2/ (tiny models as Hugging Face folders, FLOAT32), training.json and
schedules.json.

Every step trains on all sequences, in two micro-batches whose gradients add up: the loss is the mean
cross-entropy over all completion tokens (the first PROMPT_LENGTHS tokens of each are not learned).
Weight decay acts on matrices alone, as in transformers' Trainer; gradients are clipped to
MAX_GRAD_NORM; the cosine schedule warms up over 3 of 10 steps.
"""

import json
import shutil

import torch
import torch.nn.functional as F
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    get_constant_schedule_with_warmup,
    get_cosine_schedule_with_warmup,
    get_linear_schedule_with_warmup,
)

torch.set_num_threads(1)
VOCAB, STEPS, WARMUP, MAX_GRAD_NORM, LEARNING_RATE = 29, 10, 3, 0.7, 0.02
PROMPT_LENGTHS = [1, 4, 2, 7, 1, 3]
LENGTHS = [9, 5, 12, 10, 2, 8]
MICRO_BATCHES = [range(0, 3), range(3, 6)]


def models():
    tokens = dict(bos_token_id=1, eos_token_id=2, pad_token_id=0)
    torch.manual_seed(5)
    yield "llama", LlamaForCausalLM(
        LlamaConfig(
            vocab_size=VOCAB, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=16,
            tie_word_embeddings=False, initializer_range=0.3, **tokens,
        )
    )  # fmt: skip
    yield "gpt2", GPT2LMHeadModel(
        GPT2Config(
            vocab_size=VOCAB, n_positions=16, n_embd=16, n_layer=2, n_head=4, initializer_range=0.3,
            resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, **tokens,
        )
    )  # fmt: skip


def optimizers(model):
    def groups():
        parameters = list(model.parameters())
        return [
            dict(params=[p for p in parameters if p.ndim >= 2], weight_decay=0.1),
            dict(params=[p for p in parameters if p.ndim < 2], weight_decay=0.0),
        ]

    yield "adamw", lambda: torch.optim.AdamW(groups(), lr=LEARNING_RATE)
    yield "adam", lambda: torch.optim.Adam(groups(), lr=LEARNING_RATE, betas=(0.8, 0.95), eps=1e-6)
    yield "sgd", lambda: torch.optim.SGD(groups(), lr=10 * LEARNING_RATE)
    yield "sgd-momentum", lambda: torch.optim.SGD(
        groups(), lr=10 * LEARNING_RATE, momentum=0.9, dampening=0.1
    )
    yield "sgd-nesterov", lambda: torch.optim.SGD(
        groups(), lr=10 * LEARNING_RATE, momentum=0.8, nesterov=True
    )


def train(model, optimizer, sequences):
    schedule = get_cosine_schedule_with_warmup(optimizer, WARMUP, STEPS)
    total = sum(len(s) - p for s, p in zip(sequences, PROMPT_LENGTHS))
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = 0
        for part in MICRO_BATCHES:
            summed = 0
            for i in part:
                ids = torch.tensor([sequences[i]])
                logits = model(ids).logits[0, PROMPT_LENGTHS[i] - 1 : -1]
                summed = summed + F.cross_entropy(
                    logits, ids[0, PROMPT_LENGTHS[i] :], reduction="sum"
                )
            (summed / total).backward()
            loss += summed.item() / total
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRAD_NORM).item())
        optimizer.step()
        schedule.step()
        losses.append(loss)
    return losses, norms


def training():
    torch.manual_seed(11)
    sequences = [torch.randint(3, VOCAB, (n,)).tolist() for n in LENGTHS]
    runs = []
    for family, model in models():
        shutil.rmtree(family, ignore_errors=True)
        model.save_pretrained(family)
        start = {k: v.clone() for k, v in model.state_dict().items()}
        for name, make in optimizers(model):
            model.load_state_dict(start)
            losses, norms = train(model, make(), sequences)
            runs.append(dict(family=family, optimizer=name, losses=losses, gradNorms=norms))
    return dict(
        sequences=sequences, promptLengths=PROMPT_LENGTHS, learningRate=LEARNING_RATE,
        warmup=WARMUP, maxGradNorm=MAX_GRAD_NORM, runs=runs,
    )  # fmt: skip


def schedules():
    rows = []
    for warmup, total in [(0, 7), (3, 10), (1, 1), (4, 4), (5, 3), (0, 1)]:
        for kind, options in [("constant", {}), ("linear", {}), ("cosine", dict(num_cycles=0.5)),
                              ("cosine", dict(num_cycles=2.0))]:  # fmt: skip
            optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.3)
            if kind == "constant":
                schedule = get_constant_schedule_with_warmup(optimizer, warmup)
            elif kind == "linear":
                schedule = get_linear_schedule_with_warmup(optimizer, warmup, total)
            else:
                schedule = get_cosine_schedule_with_warmup(optimizer, warmup, total, **options)
            rates = []
            for _ in range(total + 3):
                rates.append(schedule.get_last_lr()[0])
                optimizer.step()
                schedule.step()
            cycles = options.get("num_cycles", 0)
            rows.append(dict(kind=kind, warmup=warmup, total=total, cycles=cycles, rates=rates))
    return rows


json.dump(training(), open("training.json", "w"), indent=1)
json.dump(schedules(), open("schedules.json", "w"), indent=1)
