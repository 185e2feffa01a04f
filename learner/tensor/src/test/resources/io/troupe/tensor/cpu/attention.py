"""Writes attention.txt: attention of PyTorch and rotary positions of transformers' Llama.

Made with PyTorch 2.13 and transformers 5.18 on a CPU. Run in this folder:
python attention.py > attention.txt
A line is: name, sizes joined by x, values. Inputs are exact in single precision.
"""
import torch
import torch.nn.functional as F
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb

torch.manual_seed(11)


def put(name, tensor):
    sizes = "x".join(str(n) for n in tensor.shape)
    print(name, sizes, *(repr(v) for v in tensor.detach().double().flatten().tolist()))


def attention(name, heads, kv_heads, head_dim, lengths, prefixes):
    """Rows as PackedSequences lays them out; each sequence is computed with its prefix."""
    rows = sum(lengths)
    starts = [sum(lengths[:s]) for s in range(len(lengths))]
    q = torch.randn(rows, heads, head_dim).double().requires_grad_()
    k = torch.randn(rows, kv_heads, head_dim).double().requires_grad_()
    v = torch.randn(rows, kv_heads, head_dim).double().requires_grad_()
    gradient = torch.randn(rows, heads, head_dim).double()
    outs = []
    for start, length, prefix in zip(starts, lengths, prefixes):
        own = list(range(start, start + length))
        before = [] if prefix < 0 else list(range(starts[prefix], starts[prefix] + lengths[prefix]))
        seen = before + own
        mask = torch.ones(len(seen), len(seen), dtype=torch.bool).tril()[len(before):]
        out = F.scaled_dot_product_attention(
            q[own].transpose(0, 1),
            k[seen].transpose(0, 1),
            v[seen].transpose(0, 1),
            attn_mask=mask,
            enable_gqa=True,
        )
        outs.append(out.transpose(0, 1))
    out = torch.cat(outs)
    out.backward(gradient)
    named = (
        ("q", q), ("k", k), ("v", v), ("dOut", gradient), ("out", out),
        ("dq", q.grad), ("dk", k.grad), ("dv", v.grad),
    )
    for suffix, tensor in named:
        put(f"{name}.{suffix}", tensor)


attention("packed", 4, 2, 8, [5, 17, 1], [-1, -1, -1])
attention("prefixes", 3, 1, 5, [3, 4, 18, 2], [-1, 0, 0, -1])

config = LlamaConfig(
    hidden_size=32, num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=64
)
positions = torch.tensor([[0, 1, 7, 30, 63]])
x = torch.randn(1, 2, 5, 16)
cos, sin = LlamaRotaryEmbedding(config)(x, positions)
turned, _ = apply_rotary_pos_emb(x, x, cos, sin)
put("rotary.x", x[0].transpose(0, 1))
put("rotary.cos", cos[0, :, :8])
put("rotary.sin", sin[0, :, :8])
put("rotary.out", turned[0].transpose(0, 1))
