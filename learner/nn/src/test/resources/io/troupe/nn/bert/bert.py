"""Random BERTs of transformers with their outputs and gradients, for BertParityTest.

Written with torch 2.13.0 and transformers 5.18.0: python bert.py

Each folder is a model that save_pretrained wrote, BertForPreTraining as published models are.
io.safetensors has the inputs, the heads that are not in the folder (weight.<head>.<name>), and for
each model the output, a probe and the gradients of sum(output * probe).
"""
import pathlib
import sys

sys.modules["torchvision"] = None  # not needed

import torch
from safetensors.torch import save_file
from transformers import (BertConfig, BertForMaskedLM, BertForPreTraining, BertForQuestionAnswering,
                          BertForSequenceClassification, BertForTokenClassification, BertModel)

HERE = pathlib.Path(__file__).parent
BASE = dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager")
CONFIGS = {
    "even": dict(BASE, vocab_size=24, hidden_size=12, num_hidden_layers=2, num_attention_heads=3,
                 intermediate_size=20, max_position_embeddings=10, type_vocab_size=2, num_labels=3),
    "odd": dict(BASE, vocab_size=19, hidden_size=15, num_hidden_layers=1, num_attention_heads=5,
                intermediate_size=17, max_position_embeddings=9, type_vocab_size=3, num_labels=5,
                hidden_act="gelu_new", layer_norm_eps=1e-5),
}
HEADS = {"mlm": BertForMaskedLM, "sequence": BertForSequenceClassification,
         "token": BertForTokenClassification, "span": BertForQuestionAnswering}


def draw(model, seed):
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            if p.ndim == 1:
                p.normal_(1.0 if "LayerNorm.weight" in name else 0.0, 0.2, generator=g)
            else:
                p.normal_(0, 1.3 * p.shape[-1] ** -0.5, generator=g)
    return model


def inputs(config, seed, batch=3, time=7):
    g = torch.Generator().manual_seed(seed)
    mask = torch.ones(batch, time, dtype=torch.long)
    mask[1, 4:] = 0
    mask[2, 1:] = 0
    # Token 0 is padding, whose row has no gradient in PyTorch.
    return dict(
        input_ids=torch.randint(1, config.vocab_size, (batch, time), generator=g),
        token_type_ids=torch.randint(0, config.type_vocab_size, (batch, time), generator=g),
        attention_mask=mask)


def record(io, name, model, output, parameters, seed):
    probe = torch.randn(output.shape, generator=torch.Generator().manual_seed(seed))
    (output * probe).sum().backward()
    io[name + ".output"] = output.detach().contiguous()
    io[name + ".probe"] = probe
    for p, value in parameters:
        if value.grad is not None:
            io[f"{name}.grad.{p}"] = value.grad.clone()
    model.zero_grad()


def write(name, settings, seed):
    folder = HERE / name
    config = BertConfig(**settings)
    draw(BertForPreTraining(config), seed).eval().save_pretrained(folder)
    given = inputs(config, seed + 1)
    io = {"input." + key: value.to(torch.int32) for key, value in given.items()}
    model = BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    out = model(**given)
    parameters = [("bert." + p, v) for p, v in model.named_parameters()]
    record(io, "hidden", model, out.last_hidden_state, parameters, seed + 2)
    out = model(**given)
    record(io, "pooled", model, out.pooler_output, parameters, seed + 3)
    for head, cls in HEADS.items():
        labels = 2 if head == "span" else config.num_labels
        model = cls.from_pretrained(folder, attn_implementation="eager", num_labels=labels).eval()
        fresh = [n for n, _ in model.named_parameters() if n.startswith(("classifier", "qa_outputs"))]
        g = torch.Generator().manual_seed(seed + 4)
        with torch.no_grad():
            for n in fresh:
                value = model.get_parameter(n).normal_(0, 0.3, generator=g)
                io[f"weight.{head}.{n}"] = value.clone()
        out = model(**given)
        output = (torch.stack([out.start_logits, out.end_logits], -1) if head == "span" else out.logits)
        record(io, head, model, output, list(model.named_parameters()), seed + 5)
    save_file(io, folder / "io.safetensors")
    print(name, sum(f.stat().st_size for f in folder.iterdir()))


for seed, (name, settings) in enumerate(CONFIGS.items()):
    write(name, settings, 300 + 10 * seed)
