"""Writes small random language models and the results of transformers for them.

usage: python generate.py [NAME...]   (torch 2.13, transformers 5.18.0; writes beside itself)

Each folder is a model as save_pretrained writes it, with expected.json: logits, greedy decoding,
beam search with scores. Expected numbers are computed in fp32 for every weight type.
Weights are random; attention depends on positions and no two logits are nearly equal.

The models of FAMILIES also have samples with their log-probabilities, and a folder gradients: the
gradients of the mean negative log-likelihood of the last prompt, stored as a model is.
"""
import json
import pathlib
import shutil
import sys

import torch
from transformers import (AutoConfig, AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel,
                          LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM)

HERE = pathlib.Path(__file__).parent
VOCAB = 61
torch.set_num_threads(1)

COMMON = dict(vocab_size=VOCAB, bos_token_id=1, eos_token_id=2, pad_token_id=None)
LLAMA = dict(COMMON, hidden_size=32, intermediate_size=44, num_hidden_layers=2,
             num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
             rms_norm_eps=1e-5)
SMALL = dict(LLAMA, num_hidden_layers=1, tie_word_embeddings=True)
LLAMA3_ROPE = dict(rope_type="llama3", rope_theta=5000.0, factor=4.0, low_freq_factor=1.0,
                   high_freq_factor=4.0, original_max_position_embeddings=16)

MODELS = {
    "llama-tied": (LlamaForCausalLM, LlamaConfig(**LLAMA, tie_word_embeddings=True), "float32", None),
    "llama3-untied": (LlamaForCausalLM, LlamaConfig(
        **dict(LLAMA, eos_token_id=[2, 5]), tie_word_embeddings=False, attention_bias=True,
        mlp_bias=True, rope_parameters=LLAMA3_ROPE), "float32", None),
    "llama-linear-rope": (LlamaForCausalLM, LlamaConfig(
        **dict(LLAMA, num_key_value_heads=1, num_hidden_layers=1, head_dim=12),
        tie_word_embeddings=True,
        rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=2.0)), "float32", None),
    "llama-bf16": (LlamaForCausalLM, LlamaConfig(
        **LLAMA, tie_word_embeddings=True), "bfloat16", None),
    "llama-f16": (LlamaForCausalLM, LlamaConfig(
        **LLAMA, tie_word_embeddings=False), "float16", None),
    "llama-sharded": (LlamaForCausalLM, LlamaConfig(
        **LLAMA, tie_word_embeddings=False), "float32", "30KB"),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(**LLAMA, tie_word_embeddings=True), "float32", None),
    "gpt2": (GPT2LMHeadModel, GPT2Config(
        **COMMON, n_positions=64, n_embd=32, n_layer=2, n_head=4), "float32", None),
    "gpt2-bf16": (GPT2LMHeadModel, GPT2Config(
        **COMMON, n_positions=64, n_embd=32, n_layer=1, n_head=2, n_inner=40,
        activation_function="gelu", scale_attn_by_inverse_layer_idx=True), "bfloat16", None),
    # Prompts and completions go beyond the original 16 positions.
    "llama-yarn": (LlamaForCausalLM, LlamaConfig(
        **SMALL, rope_parameters=dict(rope_type="yarn", rope_theta=100.0, factor=4.0, beta_fast=2.0,
                                      beta_slow=0.5, original_max_position_embeddings=16)), "float32", None),
    "qwen2-yarn": (Qwen2ForCausalLM, Qwen2Config(
        **dict(SMALL, max_position_embeddings=16),
        rope_parameters=dict(rope_type="yarn", rope_theta=100.0, factor=4.0, mscale=1.4, mscale_all_dim=0.7, beta_slow=0.1,
                             truncate=False, original_max_position_embeddings=16)), "float32", None),
    "llama-dynamic": (LlamaForCausalLM, LlamaConfig(
        **dict(SMALL, max_position_embeddings=16),
        rope_parameters=dict(rope_type="dynamic", rope_theta=10000.0, factor=4.0)), "float32", None),
    "llama-longrope": (LlamaForCausalLM, LlamaConfig(
        **SMALL, rope_parameters=dict(
            rope_type="longrope", rope_theta=10000.0, short_factor=[1.0, 1.1, 1.3, 1.5],
            long_factor=[1.0, 2.0, 3.5, 4.0], original_max_position_embeddings=16)), "float32", None),
}

EVEN = dict(COMMON, hidden_size=24, intermediate_size=40, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
            rms_norm_eps=1e-5, tie_word_embeddings=True)
ODD = dict(COMMON, hidden_size=18, intermediate_size=27, num_hidden_layers=3,
           num_attention_heads=3, num_key_value_heads=1, max_position_embeddings=63,
           rms_norm_eps=1e-6, tie_word_embeddings=False)
# Texts have up to 42 tokens: windows of 7 are shorter, those of 60 longer.
FAMILIES = {
    "qwen3-even": ("qwen3", dict(EVEN, head_dim=12)),
    "qwen3-odd": ("qwen3", dict(ODD, head_dim=14, attention_bias=True, use_sliding_window=True,
                                sliding_window=7, max_window_layers=1)),
    "olmo2-even": ("olmo2", EVEN),
    "olmo2-odd": ("olmo2", dict(ODD, attention_bias=True)),
    "mistral-even": ("mistral", dict(EVEN, head_dim=12, sliding_window=7)),
    "mistral-odd": ("mistral", dict(ODD, sliding_window=60)),
    "smollm3-even": ("smollm3", dict(EVEN, no_rope_layer_interval=2)),
    "smollm3-odd": ("smollm3", dict(ODD, no_rope_layers=[1, 0, 1], use_sliding_window=True,
                                    sliding_window=7, attention_bias=True, mlp_bias=True)),
    "gemma-even": ("gemma", dict(EVEN, head_dim=12)),
    "gemma-odd": ("gemma", dict(ODD, head_dim=14, attention_bias=True)),
    "gemma2-even": ("gemma2", dict(EVEN, head_dim=12, query_pre_attn_scalar=7, sliding_window=7,
                                   attn_logit_softcapping=2.0, final_logit_softcapping=3.0)),
    "gemma2-odd": ("gemma2", dict(ODD, head_dim=14, query_pre_attn_scalar=14, sliding_window=60,
                                  attn_logit_softcapping=3.0, final_logit_softcapping=None,
                                  attention_bias=True)),
    "gemma3-even": ("gemma3_text", dict(EVEN, head_dim=12, query_pre_attn_scalar=9,
                                        sliding_window=7, rope_parameters=dict(
        full_attention=dict(rope_type="default", rope_theta=5000.0),
        sliding_attention=dict(rope_type="default", rope_theta=100.0)),
        layer_types=["sliding_attention", "full_attention"])),
    "gemma3-odd": ("gemma3_text", dict(ODD, head_dim=14, query_pre_attn_scalar=14,
                                       sliding_window=60, sliding_window_pattern=2,
                                       rope_parameters=dict(
        full_attention=dict(rope_type="linear", factor=4.0, rope_theta=5000.0),
        sliding_attention=dict(rope_type="default", rope_theta=100.0)))),
    # transformers recomputes the cache of Phi-3 when a text grows beyond 16 tokens, and Troupe
    # does not: these texts are shorter or longer from the start.
    "phi3-even": ("phi3", dict(EVEN, hidden_size=32, num_attention_heads=2, num_key_value_heads=2, rope_parameters=dict(
        rope_type="longrope", rope_theta=10000.0, partial_rotary_factor=0.75,
        original_max_position_embeddings=16, short_factor=[1.0, 1.1, 1.2, 1.3, 1.4, 1.5],
        long_factor=[1.0, 1.7, 2.0, 3.0, 3.5, 4.0]), original_max_position_embeddings=16), 10),
    "phi3-odd": ("phi3", dict(ODD, sliding_window=7)),
    "mixtral-even": ("mixtral", dict(EVEN, intermediate_size=16, num_local_experts=4,
                                     num_experts_per_tok=2)),
    "mixtral-odd": ("mixtral", dict(ODD, intermediate_size=17, num_local_experts=3,
                                    num_experts_per_tok=1, sliding_window=7)),
    "qwen3-moe-even": ("qwen3_moe", dict(EVEN, head_dim=12, moe_intermediate_size=8,
                                         num_experts=4, num_experts_per_tok=2,
                                         norm_topk_prob=True)),
    "qwen3-moe-odd": ("qwen3_moe", dict(ODD, head_dim=14, moe_intermediate_size=9, num_experts=4,
                                        num_experts_per_tok=3, decoder_sparse_step=2,
                                        norm_topk_prob=False, attention_bias=True)),
}

# The name of Mixtral's router in memory and in files.
GATES = ("mlp.gate", "block_sparse_moe.gate")

PROMPTS = [[1], [1, 17, 4, 33, 8], [1, 9, 9, 40, 22, 51, 3, 60, 14, 7, 28, 35, 46, 11, 19, 6, 55, 30]]

BEAMS = [  # settings of generate() on top of max_new_tokens and prompt
    dict(num_beams=3, num_return_sequences=3),
    dict(num_beams=4, num_return_sequences=2, early_stopping=True),
    dict(num_beams=4, num_return_sequences=4, early_stopping="never", length_penalty=2.0),
    dict(num_beams=3, num_return_sequences=3, length_penalty=-1.0, early_stopping="never"),
    dict(num_beams=5, num_return_sequences=5, length_penalty=0.0, repetition_penalty=1.4),
    dict(num_beams=2, num_return_sequences=1, eos_token_id=[2, 5, 7, 11, 13, 19, 23, 29]),
    dict(num_beams=3, num_return_sequences=3, eos_token_id=[2, 5, 7, 11, 13, 19, 23, 29],
         early_stopping=True, length_penalty=0.6),
    dict(num_beams=8, num_return_sequences=8, repetition_penalty=0.8,
         eos_token_id=list(range(2, 40, 3))),
]


def draw(model, seed):
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            if p.ndim == 1:
                is_scale = ("norm" in name or "ln_" in name) and "weight" in name
                centre = 1.0 if is_scale and "gemma" not in model.config.model_type else 0.0
                p.normal_(0, 0.2, generator=g).add_(centre)
            elif "wte" in name or "wpe" in name or "embed" in name:
                p.normal_(0, 0.5, generator=g)
            else:
                p.normal_(0, 1.3 * p.shape[-1] ** -0.5, generator=g)
    return model


def fresh(model):
    """Resets dynamic frequencies, which depend on the longest sequence so far."""
    rotary = getattr(model.model, "rotary_emb", None) if hasattr(model, "model") else None
    if rotary is not None and isinstance(rotary.rope_type, str) and rotary.rope_type in ("dynamic", "longrope"):
        rotary.max_seq_len_cached = rotary.original_max_seq_len
        rotary.inv_freq = torch.nn.Buffer(rotary.original_inv_freq.clone(), persistent=False)
    return model


def generate(model, prompt, **settings):
    fresh(model)
    return model.generate(torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt)),
                          do_sample=False, pad_token_id=0, return_dict_in_generate=True,
                          output_scores=True, output_logits=True, **settings)


def completion(row, prompt, eos):
    """The completion without padding after the end token."""
    out = row[len(prompt):].tolist()
    ends = [i for i, t in enumerate(out) if t in eos]
    return out[:ends[0] + 1] if ends else out


def greedy(model, prompt, eos, new_tokens=24):
    g = generate(model, prompt, max_new_tokens=new_tokens)
    ids = completion(g.sequences[0], prompt, eos)
    log_probs = [torch.log_softmax(logits[0].double(), -1)[t].item()
                 for logits, t in zip(g.logits, ids)]
    return dict(prompt=prompt, ids=ids, logProbs=log_probs)


def beams(model, prompt, settings, default_eos, max_new_tokens):
    eos = settings.get("eos_token_id", default_eos)
    g = generate(model, prompt, max_new_tokens=max_new_tokens, **settings)
    return dict(prompt=prompt, maxNewTokens=max_new_tokens, settings=dict(settings, eos_token_id=eos),
                sequences=[dict(ids=completion(s, prompt, eos), score=score.item())
                           for s, score in zip(g.sequences, g.sequences_scores)])


def expected(model):
    eos = model.config.eos_token_id
    eos = eos if isinstance(eos, list) else [eos]
    with torch.no_grad():
        logits = [fresh(model)(torch.tensor([p])).logits[0].tolist() for p in PROMPTS]
    return dict(rope(model),
        prompts=PROMPTS, logits=logits, greedy=[greedy(model, p, eos) for p in PROMPTS],
        beams=[beams(model, PROMPTS[i % 3], s, eos, 6 + 5 * (i % 4)) for i, s in enumerate(BEAMS)])


def sample(model, prompt, temperature, seed, new_tokens):
    """A completion that is drawn from the full distribution, with its log-probabilities."""
    g = torch.Generator().manual_seed(seed)
    ids, log_probs = [], []
    while len(ids) < new_tokens:
        logits = model(torch.tensor([prompt + ids])).logits[0, -1]
        all_log_probs = torch.log_softmax(logits.double() / temperature, -1)
        ids.append(int(torch.multinomial(all_log_probs.exp(), 1, generator=g)))
        log_probs.append(all_log_probs[ids[-1]].item())
    return dict(prompt=prompt, ids=ids, temperature=temperature, logProbs=log_probs)


def family_expected(model, new_tokens):
    eos = [model.config.eos_token_id]
    with torch.no_grad():
        logits = [model(torch.tensor([p])).logits[0].tolist() for p in PROMPTS]
        sampled = [sample(model, p, 0.8, i, new_tokens) for i, p in enumerate(PROMPTS)]
    return dict(
        router_loss(model), prompts=PROMPTS, logits=logits,
        newTokens=new_tokens, greedy=[greedy(model, p, eos, new_tokens) for p in PROMPTS],
        sampled=sampled,
        beams=[beams(model, PROMPTS[i], BEAMS[b], eos, min(new_tokens, 16))
               for i, b in enumerate((0, 2, 6))])


def router_loss(model):
    """The load-balancing loss of the last prompt, and its gradient by the first router."""
    if not hasattr(model.config, "output_router_logits"):
        return {}
    loss = model(torch.tensor([PROMPTS[-1]]), output_router_logits=True).aux_loss
    loss.backward()
    name, weight = next((n, p) for n, p in model.named_parameters() if n.endswith("gate.weight"))
    gradient = weight.grad.tolist()
    model.zero_grad()
    stored = name.replace(*GATES) if model.config.model_type == "mixtral" else name
    return dict(routerLoss=dict(value=loss.item(), parameter=stored, gradient=gradient))


def write_gradients(model, folder):
    """Stores gradients under the names of the weights."""
    tokens = torch.tensor([PROMPTS[-1]])
    logits = model(tokens).logits[0, :-1]
    torch.nn.functional.cross_entropy(logits, tokens[0, 1:]).backward()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.zeros_like(p) if p.grad is None else p.grad)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)


def write_family(seed, name, model_type, settings, new_tokens=24):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    config = AutoConfig.for_model(model_type, **settings)
    draw(AutoModelForCausalLM.from_config(config), seed).save_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager",
        experts_implementation="eager").eval()
    (folder / "expected.json").write_text(
        json.dumps(rounded(family_expected(model, new_tokens))) + "\n")
    write_gradients(model, folder / "gradients")
    print(name, sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()))


def rope(model):
    """RoPE frequencies by sequence length, and the attention factor."""
    rotary = getattr(model.model, "rotary_emb", None) if hasattr(model, "model") else None
    if rotary is None or rotary.rope_type not in ("yarn", "dynamic", "longrope"):
        return {}
    frequencies = {}
    for length in (1, 16, 17, 40, 64):
        fresh(model)
        rotary(torch.zeros(1), torch.arange(length)[None])
        frequencies[str(length)] = rotary.inv_freq.tolist()
    return dict(rope=dict(attention_factor=rotary.attention_scaling, frequencies=frequencies))


def rounded(x):
    """Rounds to nine digits, which are enough to distinguish any two fp32 numbers."""
    if isinstance(x, float):
        return float("%.9g" % x)
    if isinstance(x, list):
        return [rounded(v) for v in x]
    return {k: rounded(v) for k, v in x.items()} if isinstance(x, dict) else x


def main():
    for seed, (name, (cls, config, dtype, shard)) in enumerate(MODELS.items()):
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        model = draw(cls(config), 100 + seed).to(getattr(torch, dtype))
        model.save_pretrained(folder, **(dict(max_shard_size=shard) if shard else {}))
        loaded = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager").eval()
        (folder / "expected.json").write_text(json.dumps(rounded(expected(loaded))) + "\n")
        print(name, sum(f.stat().st_size for f in folder.iterdir()))
    for seed, (name, (model_type, settings, *new_tokens)) in enumerate(FAMILIES.items()):
        if not sys.argv[1:] or name in sys.argv[1:]:
            write_family(200 + seed, name, model_type, settings, *new_tokens)


main()
