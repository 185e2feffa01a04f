"""Processed scores, completions and log-probabilities of torch and transformers.

usage: python generate.py        (torch 2.13, transformers 5.18.0; writes three files beside itself)

processing.json: scores of random rows after the steps that vLLM applies, in its order: minimum
length, logit bias, repetition, frequency and presence penalty. The first three are transformers'
logits processors; the last two are vLLM's formulas, which transformers does not have.

decoding.json: for models in learner/nn/src/test/resources/models, the log_softmax of the tokens of
prompts with the most likely tokens; greedy completions with these steps; beam search with those
steps that transformers has.

stories.json: log_softmax of 200 tokens of a story, for ../shared/data/stories260K beside the
checkout.
"""
import json
import pathlib

import torch
from transformers import AutoModelForCausalLM
from transformers.generation.logits_process import (MinNewTokensLengthLogitsProcessor,
                                                    RepetitionPenaltyLogitsProcessor,
                                                    SequenceBiasLogitsProcessor)

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parents[4] / "learner/nn/src/test/resources/models"
torch.set_num_threads(1)

SETTINGS = [
    dict(), dict(min_new_tokens=7, end=[2, 9]), dict(min_new_tokens=3, end=[2]),
    dict(logit_bias={"3": 4.5, "17": -100.0, "40": 0.25}), dict(repetition_penalty=1.3),
    dict(presence_penalty=1.5), dict(presence_penalty=-0.5), dict(frequency_penalty=0.7),
    dict(frequency_penalty=-2.0, presence_penalty=2.0),
    dict(min_new_tokens=12, end=[4, 11], logit_bias={"4": 100.0, "3": -1.0},
         repetition_penalty=0.8, frequency_penalty=0.3, presence_penalty=0.9),
]


def process(scores, prompt, completion, settings):
    """The scores (vocab) for the next token, processed."""
    tokens = torch.tensor([prompt + completion])
    scores = scores[None].clone()
    if settings.get("min_new_tokens", 0):
        scores = MinNewTokensLengthLogitsProcessor(
            len(prompt), settings["min_new_tokens"], settings["end"], "cpu")(tokens, scores)
    if settings.get("logit_bias"):
        bias = {(int(k),): v for k, v in settings["logit_bias"].items()}
        scores = SequenceBiasLogitsProcessor(bias)(tokens, scores)
    if settings.get("repetition_penalty", 1) != 1:
        scores = RepetitionPenaltyLogitsProcessor(settings["repetition_penalty"])(tokens, scores)
    counts = torch.zeros_like(scores)
    for token in completion:
        counts[0, token] += 1
    scores -= settings.get("frequency_penalty", 0) * counts
    scores -= settings.get("presence_penalty", 0) * (counts > 0)
    return scores[0]


def processing():
    g = torch.Generator().manual_seed(11)
    row = torch.randn(41, generator=g) * 3
    prompt = [3, 17, 17, 4, 39]
    completions = [[], [5, 3, 5, 40, 5, 9, 0]]
    return dict(logits=row.tolist(), prompt=prompt, cases=[
        dict(completion=c, settings=s, scores=process(row, prompt, c, s).tolist())
        for c in completions for s in SETTINGS])


def greedy(model, prompt, settings, new_tokens):
    """Greedy decoding of a fixed number of tokens, or until one of the end tokens."""
    completion = []
    while len(completion) < new_tokens:
        logits = model(torch.tensor([prompt + completion])).logits[0, -1]
        scores = process(logits, prompt, completion, settings)
        best = torch.topk(scores, 2).values
        assert best[0] - best[1] > 1e-4, "too close"
        completion.append(int(scores.argmax()))
        if completion[-1] in settings.get("end", []):
            break
    return completion


def log_probs(model, tokens, temperature, k):
    logits = model(torch.tensor([tokens])).logits[0]
    log_p = torch.log_softmax(logits / temperature, -1)
    top = torch.topk(log_p, k)
    return dict(tokens=tokens, temperature=temperature, k=k,
                log_probs=[log_p[i, tokens[i + 1]].item() for i in range(len(tokens) - 1)],
                top_ids=top.indices[:-1].tolist(), top_log_probs=top.values[:-1].tolist())


def beams(model, prompt, settings, new_tokens):
    out = model.generate(
        torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt)), do_sample=False,
        pad_token_id=0, return_dict_in_generate=True, output_scores=True,
        max_new_tokens=new_tokens, num_return_sequences=settings["num_beams"], **dict(
            settings, **({"sequence_bias": [[[int(k)], v] for k, v in settings["sequence_bias"].items()]}
                         if "sequence_bias" in settings else {})))
    sequences = []
    for row, score in zip(out.sequences, out.sequences_scores):
        ids = row[len(prompt):].tolist()
        ends = [i for i, t in enumerate(ids) if t in settings["eos_token_id"]]
        sequences.append(dict(ids=ids[:ends[0] + 1] if ends else ids, score=score.item()))
    return dict(prompt=prompt, new_tokens=new_tokens, settings=settings, sequences=sequences)


MANY_ENDS = [9, 16, 40]  # likely tokens
DECODING = [
    dict(), dict(min_new_tokens=9, end=MANY_ENDS), dict(logit_bias={"17": 30.0, "5": -100.0}),
    dict(presence_penalty=1.8), dict(frequency_penalty=1.1),
    dict(frequency_penalty=-1.5, presence_penalty=0.5),
    dict(min_new_tokens=6, end=MANY_ENDS, logit_bias={"20": 2.0}, repetition_penalty=1.2,
         frequency_penalty=0.4, presence_penalty=0.3),
]
BEAMS = [
    dict(num_beams=3, eos_token_id=MANY_ENDS, min_new_tokens=5),
    dict(num_beams=4, eos_token_id=[2, 5, 7], min_new_tokens=3, repetition_penalty=1.3),
    dict(num_beams=3, eos_token_id=[2], sequence_bias={"17": 1.5, "9": -2.0}),
]


def decoding(name):
    model = AutoModelForCausalLM.from_pretrained(MODELS / name, dtype=torch.float32).eval()
    prompt = [1, 17, 4, 33, 9]
    long = torch.randint(3, 61, (41,), generator=torch.Generator().manual_seed(5)).tolist()
    with torch.no_grad():
        return dict(
            model=name,
            log_probs=[log_probs(model, long, 1.0, 5), log_probs(model, long[:17], 0.7, 20),
                       log_probs(model, long[:1] + long[:1], 1.0, 1)],
            greedy=[dict(prompt=prompt, settings=s, new_tokens=16, ids=greedy(model, prompt, s, 16))
                    for s in DECODING],
            beams=[beams(model, prompt, s, 12) for s in BEAMS])


def stories():
    folder = HERE.parents[5] / "shared/data/stories260K"
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        story = model.generate(torch.tensor([[1]]), attention_mask=torch.ones(1, 1), do_sample=False,
                               max_new_tokens=199)[0].tolist()
        story[50:60] = range(300, 310)  # unlikely tokens, too
        return log_probs(model, story, 1.0, 5)


def rounded(x):
    """Rounds to nine digits, which are enough to distinguish any two fp32 numbers."""
    if isinstance(x, float):
        return float("%.9g" % x) if abs(x) != float("inf") else None
    if isinstance(x, list):
        return [rounded(v) for v in x]
    return {k: rounded(v) for k, v in x.items()} if isinstance(x, dict) else x


def main():
    (HERE / "processing.json").write_text(json.dumps(rounded(processing())) + "\n")
    models = [decoding(name) for name in ("llama-tied", "gpt2", "qwen2")]
    (HERE / "stories.json").write_text(json.dumps(rounded(stories())) + "\n")
    (HERE / "decoding.json").write_text(json.dumps(rounded(models)) + "\n")


main()
