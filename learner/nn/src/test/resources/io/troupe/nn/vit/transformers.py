"""Writes *.safetensors: results of vision transformers of timm and torchvision.

Generated with PyTorch 2.13, timm 1.0.29, torchvision 0.28 and safetensors on a CPU. Run in this folder:
python transformers.py [NAME...]
Weights and inputs are computed from name and index by ../vision/networks.py (the test uses the same formula), so
they are not stored. Computed in double precision; inputs and weights are exact in single precision.

Each file contains: outputs "y0", "y1", ...; "dx": evenly spaced elements of the input gradient and its norm;
"grad.NAME": such a row for each parameter. The metadata contain the sorted names and shapes of the state_dict.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path("../vision").resolve()))

import timm
import torch
from safetensors.torch import save_file
from timm.layers import build_sincos2d_pos_embed
from timm.models.deit import VisionTransformerDistilled
from timm.models.vision_transformer import VisionTransformer
from timm.models.vision_transformer_relpos import VisionTransformerRelPos
from torchvision.models.swin_transformer import SwinTransformer

from networks import filled, numbers, row


def fill(model):
    model.double()
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(filled(name, tuple(tensor.shape)))


def case(name, model, size, forward=None):
    fill(model)
    model.eval()
    x = numbers("input", *size).requires_grad_()
    y = forward(model, x) if forward else model(x)
    outputs = list(y) if isinstance(y, tuple) else [y]
    torch.autograd.backward(outputs, [numbers(f"dy{i}", *o.shape) for i, o in enumerate(outputs)])
    tensors = {"dx": row(x.grad, 64)}
    for i, o in enumerate(outputs):
        tensors[f"y{i}"] = o
    for key, p in model.named_parameters():
        if p.grad is not None:
            tensors["grad." + key] = row(p.grad, 8)
    names = sorted(k + " " + "x".join(map(str, v.shape)) for k, v in model.state_dict().items())
    save_file({k: v.detach().float().contiguous() for k, v in tensors.items()}, name + ".safetensors",
              metadata={"state_dict": "\n".join(names), "input": "x".join(map(str, size))})
    print(name, outputs[0].abs().max().item(), flush=True)


def sinusoidal(model):
    """Replaces the learned positions by timm's table; the class token has none."""
    grid = model.patch_embed.grid_size
    table = build_sincos2d_pos_embed(grid, model.embed_dim, dtype=torch.float64)
    del model.pos_embed
    model.pos_embed = torch.cat([torch.zeros(1, model.embed_dim).double(), table])[None]
    return model


def both(model, x):
    model.set_distilled_training(True)
    model.train()
    return model(x)


def rollout(model, x):
    """Attention rollout (arXiv:2005.00928) of timm's attention weights."""
    weights = []
    for block in model.blocks:
        block.attn.fused_attn = False
        block.attn.attn_drop.register_forward_hook(lambda module, inputs, output: weights.append(output))
    model.forward_features(x)
    eye = torch.eye(weights[0].shape[-1]).double()
    total = eye
    for layer in weights:
        total = (layer.mean(1) + eye) / 2 @ total
    prefix = model.num_prefix_tokens
    rows = total[:, 0] if prefix else total.mean(1)
    return rows[:, prefix:].reshape(len(x), *model.patch_embed.grid_size)


CASES = {
    "vit": lambda n, f=None: case(n, VisionTransformer(
        img_size=16, patch_size=4, in_chans=3, num_classes=5, embed_dim=24, depth=3, num_heads=3), (2, 3, 16, 16), f),
    "vit-odd": lambda n, f=None: case(n, VisionTransformer(
        img_size=15, patch_size=5, in_chans=1, num_classes=7, embed_dim=15, depth=2, num_heads=5, mlp_ratio=3,
        class_token=False, global_pool="avg"), (3, 1, 15, 15), f),
    "vit-sinusoidal": lambda n: case(n, sinusoidal(VisionTransformer(
        img_size=12, patch_size=4, in_chans=3, num_classes=5, embed_dim=20, depth=2, num_heads=2)), (2, 3, 12, 12)),
    "vit-relative": lambda n, f=None: case(n, VisionTransformerRelPos(
        img_size=12, patch_size=3, in_chans=3, num_classes=5, embed_dim=24, depth=2, num_heads=3, init_values=None,
        class_token=True, global_pool="token", fc_norm=False, rel_pos_type="bias", qkv_bias=True), (2, 3, 12, 12), f),
    "vit-relative-avg": lambda n: case(n, VisionTransformerRelPos(
        img_size=15, patch_size=5, in_chans=1, num_classes=4, embed_dim=14, depth=2, num_heads=2, init_values=None,
        class_token=False, global_pool="avg", fc_norm=True, rel_pos_type="bias", qkv_bias=True), (3, 1, 15, 15)),
    "deit": lambda n: case(n, VisionTransformerDistilled(
        img_size=16, patch_size=4, in_chans=3, num_classes=5, embed_dim=24, depth=2, num_heads=3), (2, 3, 16, 16), both),
    "deit-odd": lambda n: case(n, VisionTransformerDistilled(
        img_size=15, patch_size=5, in_chans=1, num_classes=3, embed_dim=15, depth=2, num_heads=5), (3, 1, 15, 15)),
    "swin": lambda n: case(n, SwinTransformer(
        patch_size=[4, 4], embed_dim=12, depths=[2, 2], num_heads=[3, 6], window_size=[4, 4], num_classes=5),
        (2, 3, 64, 64)),
    "swin-odd": lambda n: case(n, SwinTransformer(
        patch_size=[2, 2], embed_dim=10, depths=[2, 1, 2], num_heads=[1, 2, 5], window_size=[3, 3], mlp_ratio=3,
        num_classes=4), (3, 3, 35, 22)),
    "rollout-vit": lambda n: CASES["vit"](n, rollout),
    "rollout-vit-odd": lambda n: CASES["vit-odd"](n, rollout),
    "rollout-vit-relative": lambda n: CASES["vit-relative"](n, rollout),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or CASES:
        CASES[name](name)
