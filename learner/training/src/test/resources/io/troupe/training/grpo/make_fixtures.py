"""Losses, gradients and metrics of TRL's own GRPOTrainer on fixed samples.

Written with torch 2.13.0, transformers 5.18.1, trl 1.13.0. Run in this folder:

    python make_fixtures.py

writes policy/ and reference/ (a tiny GPT-2 in FLOAT64, as Hugging Face folders), llama/ (a tiny
Llama in FLOAT32), samples.json, cases.json and gradients.safetensors.

TRL's code runs as it is, from rewards to loss; replaced are only generation (fixed samples), the
reward functions (fixed rewards, NaN where a sample is unscorable) and, where a case says so, the old
log-probabilities. GPT-2 is FLOAT64 because it computes in FLOAT64 throughout; its prompts have one
length because TRL's padding on the left would shift learned positions. Llama's prompts differ in
length.

A gradient is one flat vector: the parameters sorted by name, GPT-2's Conv1D weights transposed to
(out, in). With num_iterations 2, an SGD step of LEARNING_RATE lies between the two losses; the
gradient is that of the second.
"""

import json
import math
import os
import shutil
import tempfile
import warnings

warnings.filterwarnings("ignore")
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import torch
from datasets import Dataset
from safetensors.torch import save_file
from tokenizers import Tokenizer, models
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)
from trl import GRPOConfig, GRPOTrainer

torch.set_num_threads(1)
VOCAB, EOS, PAD, MAX_LENGTH, GENERATIONS, LEARNING_RATE = 11, 2, 0, 6, 4, 0.3
nan = math.nan

# ids of 3 prompts of one length, and of 3 prompts of lengths that differ
PROMPTS = [[1, 5, 3], [1, 7, 7], [1, 4, 9]]
UNEVEN_PROMPTS = [[1, 5, 3], [1], [1, 4, 9, 10, 6]]
COMPLETIONS = [
    [[5, 6, 2], [2], [9, 9, 9, 9, 9, 9], [3, 2]],
    [[4, 8, 2], [10, 3, 4, 5, 6, 7], [2], [6, 2]],
    [[7, 2], [8, 1, 3, 2], [4, 4, 4, 10, 8, 5], [2]],
]
REWARDS = [[1.0, 0.0, 0.5, 0.25], [0.3, 0.3, 0.3, 0.3], [nan, 1.0, 0.0, 0.7]]
ROWS = [(g, i) for g in range(3) for i in range(GENERATIONS)]


def tokenizer():
    words = {"<pad>": 0, "<bos>": 1, "<eos>": 2} | {f"t{i}": i for i in range(3, VOCAB)}
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel(words, unk_token="<pad>")),
        pad_token="<pad>",
        bos_token="<bos>",
        eos_token="<eos>",
        padding_side="left",
    )


def gpt2(seed):
    torch.manual_seed(seed)
    config = GPT2Config(
        vocab_size=VOCAB, n_positions=12, n_embd=4, n_layer=1, n_head=2, n_inner=6,
        resid_pdrop=0, embd_pdrop=0, attn_pdrop=0,
        bos_token_id=1, eos_token_id=EOS, pad_token_id=PAD,
    )  # fmt: skip
    return wide_weights(GPT2LMHeadModel(config).to(torch.float64))


def llama(seed):
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=VOCAB, hidden_size=8, intermediate_size=12, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=16,
        tie_word_embeddings=False, bos_token_id=1, eos_token_id=EOS, pad_token_id=PAD,
    )  # fmt: skip
    return wide_weights(LlamaForCausalLM(config))


def wide_weights(model):
    """Weights so wide that tokens differ clearly in probability."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.normal_(1 if p.ndim == 1 and "bias" not in name else 0, 0.5)
    return model


def trainer(model, reference, prompts, rewards, options):
    known = {k: v for k, v in options.items() if k not in ("old", "rewards")}
    args = GRPOConfig(
        output_dir=tempfile.mkdtemp(), report_to=[], use_cpu=True, bf16=False,
        gradient_checkpointing=False, disable_tqdm=True, per_device_train_batch_size=len(ROWS),
        num_generations=GENERATIONS, max_completion_length=MAX_LENGTH,
        **{k: v for k, v in known.items() if k != "beta"},
    )  # fmt: skip
    rows = Dataset.from_list([{"prompt": str(g)} for g in range(3)])
    made = GRPOTrainer(
        model, reward_funcs=lambda **_: None, args=args, train_dataset=rows,
        processing_class=tokenizer(),
    )  # fmt: skip
    made.beta, made.ref_model = known.get("beta", 0.0), reference
    made.current_gradient_accumulation_steps = 1
    made._tokenize_prompts = lambda _: ([prompts[g] for g, _ in ROWS], None, {})
    made._generate_single_turn = lambda *_: ([COMPLETIONS[g][i] for g, i in ROWS], None)
    dtype = next(model.parameters()).dtype
    made._calculate_rewards = lambda *_: torch.tensor(
        [[rewards[g][i]] for g, i in ROWS], dtype=dtype
    )
    made.model.train()
    return made


def recorded_logps():
    """What an older policy is said to have given the tokens: near the policy's, float32."""
    torch.manual_seed(77)
    model = gpt2(1)
    logps = []
    for g, i in ROWS:
        ids = torch.tensor([PROMPTS[g] + COMPLETIONS[g][i]])
        with torch.no_grad():
            all_logps = model(ids).logits.log_softmax(-1)[0]
        first = len(PROMPTS[g])
        own = torch.stack([all_logps[first - 1 + t, c] for t, c in enumerate(COMPLETIONS[g][i])])
        logps.append((own + 0.35 * torch.randn(len(own))).float().tolist())
    return logps


def padded(logps, own, old):
    """Old log-probabilities as TRL wants them; on-policy rows are left to be the policy's own."""
    wide = own.detach().clone()
    for row, values in enumerate(logps):
        if old == "recorded" or (old == "mixed" and row % 3 == 0):
            wide[row, : len(values)] = torch.tensor(values, dtype=torch.float32).to(wide.dtype)
    return wide


def gradient(model):
    parts = []
    for name, p in sorted(model.named_parameters()):
        g = p.grad
        if isinstance(model, GPT2LMHeadModel) and any(
            name.endswith(s + ".weight") for s in ("c_attn", "c_proj", "c_fc")
        ):
            g = g.T
        parts.append(g.flatten())
    return torch.cat(parts).contiguous()


def run(family, options, logps):
    torch.set_default_dtype(torch.float64 if family == "gpt2" else torch.float32)
    make, prompts = (gpt2, PROMPTS) if family == "gpt2" else (llama, UNEVEN_PROMPTS)
    model, reference = make(1), make(2).eval()
    rewards = options.get("rewards", REWARDS)
    made = trainer(model, reference, prompts, rewards, options)
    with torch.no_grad():
        inputs = made._generate_and_score_completions([{"prompt": str(g)} for g, _ in ROWS])
    if options.get("old", "self") != "self":
        full = torch.cat([inputs["prompt_ids"], inputs["completion_ids"]], 1)
        mask = torch.cat([inputs["prompt_mask"], inputs["completion_mask"]], 1)
        own, _, _ = made._get_per_token_logps_and_entropies(
            model, full, mask, inputs["completion_ids"].size(1)
        )
        inputs["old_per_token_logps"] = padded(logps, own, options["old"])
    losses = []
    for _ in range(options.get("num_iterations", 1)):
        if losses:
            with torch.no_grad():
                for p in model.parameters():
                    p -= LEARNING_RATE * p.grad
        model.zero_grad()
        loss = made._compute_loss(model, inputs)
        loss.backward()
        losses.append(loss.item())
    metrics = {
        k: sum(v) / len(v)
        for k, v in made._metrics["train"].items()
        if v and k != "step_time" and not k.startswith("rewards/")
    }
    said = dict(
        advantages=inputs["advantages"].tolist(),
        losses=losses,
        metrics={k: v for k, v in metrics.items() if not math.isnan(v)},
    )
    return said, gradient(model)


TYPES = ["grpo", "bnpo", "dr_grpo", "dapo"]
ALL_NAN = [[nan] * 4] * 3
EQUAL = [[0.5] * 4, [0.25] * 4, [0.0] * 4]
LONELY = [[nan, nan, 1.0, nan], [0.0, 1.0, nan, 1.0], [nan, 0.5, nan, 0.25]]


def cases():
    for t in TYPES:
        yield f"{t}-on-policy", dict(loss_type=t)
        yield f"{t}-off-policy", dict(loss_type=t, old="recorded")
        yield f"{t}-kl", dict(loss_type=t, old="recorded", beta=0.3)
        yield f"{t}-masked", dict(
            loss_type=t, old="recorded", beta=0.1, mask_truncated_completions=True
        )
    for old in ("self", "recorded"):
        yield f"plain-kl-{old}", dict(
            loss_type="dapo", old=old, beta=0.3, use_bias_correction_kl=False
        )
    for s in ("batch", "none"):
        yield f"scale-{s}", dict(loss_type="grpo", scale_rewards=s, old="recorded")
    yield "epsilons", dict(loss_type="dapo", epsilon=0.1, epsilon_high=0.28, old="recorded")
    yield "epsilon-0", dict(loss_type="dapo", epsilon=0.0, old="recorded")
    yield "delta", dict(loss_type="dapo", delta=1.3, old="recorded")
    yield "delta-on-policy", dict(loss_type="bnpo", delta=1.5, beta=0.2)
    yield "ties", dict(loss_type="dapo", epsilon=0.0, delta=1.0)
    yield "temperature", dict(loss_type="dapo", temperature=0.7, old="recorded", beta=0.1)
    yield "mixed-versions", dict(loss_type="dapo", old="mixed")
    yield "iterations", dict(loss_type="grpo", num_iterations=2)
    yield "iterations-kl", dict(
        loss_type="dapo", num_iterations=2, beta=0.2, epsilon=0.05, temperature=1.3
    )
    yield "equal-rewards", dict(loss_type="dapo", old="recorded", rewards=EQUAL)
    yield "equal-rewards-kl", dict(loss_type="dapo", old="recorded", rewards=EQUAL, beta=0.2)
    yield "unscorable-kl", dict(loss_type="grpo", old="recorded", rewards=ALL_NAN, beta=0.2)
    for s in ("group", "batch", "none"):
        yield f"lonely-{s}", dict(
            loss_type="dapo", old="recorded", rewards=LONELY, scale_rewards=s
        )


LLAMA_CASES = ["grpo-on-policy", "dapo-on-policy", "iterations-kl", "delta-on-policy"]


def listed(options):
    rewards = [r if not math.isnan(r) else None for g in options.get("rewards", REWARDS) for r in g]
    return {k: v for k, v in options.items() if k != "rewards"} | dict(rewards=rewards)


def save(model, folder):
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)


def main():
    torch.set_default_dtype(torch.float64)
    save(gpt2(1), "policy")
    save(gpt2(2), "reference")
    logps = recorded_logps()
    torch.set_default_dtype(torch.float32)
    save(llama(1), "llama")
    save(llama(2), "llama-reference")
    samples = dict(
        prompts=PROMPTS, unevenPrompts=UNEVEN_PROMPTS, completions=COMPLETIONS,
        recordedLogps=logps, maxCompletionLength=MAX_LENGTH, eos=EOS, learningRate=LEARNING_RATE,
    )  # fmt: skip
    json.dump(samples, open("samples.json", "w"), indent=1)
    said, gradients = [], {}
    for name, options in cases():
        for family in ("gpt2", "llama"):
            if family == "llama" and name not in LLAMA_CASES:
                continue
            print(family, name, flush=True)
            case, flat = run(family, options, logps)
            said.append(dict(name=name, family=family, options=listed(options)) | case)
            gradients[f"{family}:{name}"] = flat
    json.dump(said, open("cases.json", "w"), indent=1)
    save_file(gradients, "gradients.safetensors")


main()
