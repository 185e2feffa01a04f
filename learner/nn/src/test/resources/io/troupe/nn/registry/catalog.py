"""Writes NAME.weights.safetensors and NAME.case.safetensors: models with random weights saved by PyTorch.

Generated with PyTorch 2.13 and safetensors on a CPU. Run in this folder: python catalog.py
The test loads each weight file into the registered model and runs inference on the tensors of the case.
"""
import math
import sys

import torch
import torch.nn.functional as F
from torch import nn
from safetensors.torch import save_file

sys.path.insert(0, "../vision")
from definitions import UNet  # noqa: E402

torch.manual_seed(17)


class MLP(nn.Module):
    def __init__(self, *widths):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(i, o) for i, o in zip(widths, widths[1:])])

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = torch.tanh(layer(x))
        return self.layers[-1](x)


class Residual(nn.Module):
    def __init__(self, i, o, time_dim, groups):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(groups, i), nn.Conv2d(i, o, 3, padding=1)
        self.time_emb_proj = nn.Linear(time_dim, o)
        self.norm2, self.conv2 = nn.GroupNorm(groups, o), nn.Conv2d(o, o, 3, padding=1)
        if i != o:
            self.conv_shortcut = nn.Conv2d(i, o, 1)

    def forward(self, x, e):
        h = self.conv1(F.silu(self.norm1(x))) + self.time_emb_proj(F.silu(e))[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return h + (self.conv_shortcut(x) if hasattr(self, "conv_shortcut") else x)


class Attention(nn.Module):
    def __init__(self, channels, head_dim, groups):
        super().__init__()
        self.group_norm, self.heads = nn.GroupNorm(groups, channels), channels // head_dim
        self.to_q, self.to_k, self.to_v = (nn.Linear(channels, channels) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x):
        b, c, h, w = x.shape
        y = self.group_norm(x).flatten(2).transpose(1, 2)
        q, k, v = (f(y).unflatten(2, (self.heads, -1)).transpose(1, 2) for f in (self.to_q, self.to_k, self.to_v))
        y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        return x + self.to_out[0](y).transpose(1, 2).unflatten(2, (h, w))


class Resized(nn.Module):
    """Halves images by a convolution, or doubles them before it."""

    def __init__(self, channels, doubles):
        super().__init__()
        self.conv, self.doubles = nn.Conv2d(channels, channels, 3, 1 if doubles else 2, 1), doubles

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0) if self.doubles else x)


class Blocks(nn.Module):
    def __init__(self, widths, time_dim, groups, head_dim):
        super().__init__()
        self.resnets = nn.ModuleList([Residual(i, o, time_dim, groups) for i, o in widths])
        if head_dim:
            self.attentions = nn.ModuleList([Attention(o, head_dim, groups) for _, o in widths])

    def attended(self, i, x):
        return self.attentions[i](x) if hasattr(self, "attentions") else x


class UNet2DModel(nn.Module):
    """diffusers' UNet2DModel with one block per level, attention in the lowest one, and labels."""

    def __init__(self, channels, groups, head_dim, num_classes):
        super().__init__()
        first, time_dim, lowest = channels[0], 4 * channels[0], len(channels) - 1
        self.conv_in = nn.Conv2d(1, first, 3, padding=1)
        self.time_embedding = nn.ModuleDict({"linear_1": nn.Linear(first, time_dim), "linear_2": nn.Linear(time_dim, time_dim)})
        self.class_embedding = nn.Embedding(num_classes + 1, time_dim)  # the last row: no label
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        skips, width = [first], first
        for level, out in enumerate(channels):
            block = Blocks([(width, out)], time_dim, groups, head_dim if level == lowest else 0)
            skips.append(out)
            if level < lowest:
                block.downsamplers = nn.ModuleList([Resized(out, False)])
                skips.append(out)
            self.down_blocks.append(block)
            width = out
        self.mid_block = Blocks([(width, width)] * 2, time_dim, groups, 0)
        self.mid_block.attentions = nn.ModuleList([Attention(width, head_dim, groups)])
        for level, out in reversed(list(enumerate(channels))):
            widths = [(width + skips.pop(), out), (out + skips.pop(), out)]
            block = Blocks(widths, time_dim, groups, head_dim if level == lowest else 0)
            if level > 0:
                block.upsamplers = nn.ModuleList([Resized(out, True)])
            self.up_blocks.append(block)
            width = out
        self.conv_norm_out, self.conv_out = nn.GroupNorm(groups, first), nn.Conv2d(first, 1, 3, padding=1)

    def forward(self, x, timestep, label):
        half = self.conv_in.out_channels // 2
        angles = timestep[:, None] * torch.exp(-math.log(10000) * torch.arange(half) / half)
        e = self.time_embedding["linear_1"](torch.cat([angles.cos(), angles.sin()], 1))
        e = self.time_embedding["linear_2"](F.silu(e)) + self.class_embedding(label)
        skips = [self.conv_in(x)]
        for block in self.down_blocks:
            skips.append(block.attended(0, block.resnets[0](skips[-1], e)))
            if hasattr(block, "downsamplers"):
                skips.append(block.downsamplers[0](skips[-1]))
        h = self.mid_block.attentions[0](self.mid_block.resnets[0](skips[-1], e))
        h = self.mid_block.resnets[1](h, e)
        for block in self.up_blocks:
            for i, residual in enumerate(block.resnets):
                h = block.attended(i, residual(torch.cat([h, skips.pop()], 1), e))
            if hasattr(block, "upsamplers"):
                h = block.upsamplers[0](h)
        return self.conv_out(F.silu(self.conv_norm_out(h)))


def case(name, model, half=False, **inputs):
    if half:
        model.half()
    save_file(model.state_dict(), f"{name}.weights.safetensors")
    model.float().eval()
    with torch.no_grad():
        inputs["output"] = model(*inputs.values()).clone()
    if "label" in inputs:
        inputs["label"] = torch.where(inputs["label"] == 3, -1, inputs["label"])
    save_file(inputs, f"{name}.case.safetensors")


case("mlp", MLP(12, 9, 5, 4), input=torch.randn(3, 1, 3, 4))
case("unet", UNet(base=2, depth=2), input=torch.randn(2, 3, 8, 12))
case("ddpm", UNet2DModel((8, 16), 4, 4, 3), half=True, input=torch.randn(3, 1, 4, 4),
     timestep=torch.tensor([0, 10, 999]), label=torch.tensor([2, 3, 0]))
