"""Writes attention.safetensors: attention layers with their gradients.

Generated with PyTorch 2.13 and safetensors on a CPU. Run in this folder: python attention.py
Computed in double precision from inputs that are exact in single precision.
"""
import torch
from torch import nn
from torch.nn import functional as F
from safetensors.torch import save_file

torch.manual_seed(29)
tensors = {}


def values(*sizes):
    return torch.randn(sizes).float().double()


def put(name, tensor):
    tensor = tensor.detach()
    tensors[name] = (tensor.float() if tensor.is_floating_point() else tensor).contiguous().clone()


class Separate(nn.Module):
    def __init__(self, features, context, inner, heads):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(features, inner, bias=False)
        self.to_k = nn.Linear(context, inner, bias=False)
        self.to_v = nn.Linear(context, inner, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(inner, features)])

    def forward(self, x, context, bias):
        split = lambda t: t.unflatten(2, (self.heads, -1)).transpose(1, 2)
        q, k, v = split(self.to_q(x)), split(self.to_k(context)), split(self.to_v(context))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.to_out[0](y.transpose(1, 2).flatten(2))


class Fused(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(features, 3 * features)
        self.proj = nn.Linear(features, features)

    def forward(self, x, context, bias):
        q, k, v = self.qkv(x).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.proj(y.transpose(1, 2).flatten(2))


def case(name, module, x, context=None, bias=None, mask=None):
    module = module.double()
    for p in module.parameters():
        p.data = p.data.float().double()
    for key, state in module.state_dict().items():
        put(f"{name}.param.{key}", state)
    leaves = {"x": x}
    if context is not None:
        leaves["context"] = context
    if bias is not None:
        leaves["bias"] = bias
    for leaf in leaves.values():
        leaf.requires_grad_()
    terms = None
    if bias is not None:
        terms = bias.repeat(x.shape[0] // bias.shape[0], 1, 1, 1)
    if mask is not None:
        put(f"{name}.mask", mask.int())
        hidden = torch.zeros(mask.shape).double().masked_fill(mask == 0, float("-inf"))[:, None, None, :]
        terms = hidden if terms is None else terms + hidden
    y = module(x, x if context is None else context, terms)
    dy = values(*y.shape)
    y.backward(dy)
    put(f"{name}.y", y), put(f"{name}.dy", dy)
    for key, leaf in leaves.items():
        put(f"{name}.{key}", leaf), put(f"{name}.d{key}", leaf.grad)
    for key, parameter in module.named_parameters():
        put(f"{name}.grad.{key}", parameter.grad)


case("self", Fused(24, 3), values(2, 65, 24))
case("self_bias", Fused(16, 4), values(4, 9, 16), bias=values(2, 4, 9, 9))
case("self_separate", Separate(15, 15, 15, 5), values(3, 7, 15))
case("cross", Separate(14, 9, 20, 2), values(2, 5, 14), context=values(2, 11, 9))
mask = torch.tensor([[1, 1, 1, 1, 0, 0, 0], [1, 0, 1, 1, 1, 1, 1]])
case("cross_mask", Separate(8, 6, 8, 2), values(2, 17, 8), context=values(2, 7, 6), mask=mask)
save_file(tensors, "attention.safetensors")
