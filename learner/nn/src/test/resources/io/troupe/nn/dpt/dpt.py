"""Writes *.safetensors: results of DPT models of transformers.

Generated with PyTorch 2.13, transformers 5.18 and safetensors on a CPU. Run in this folder: python dpt.py
The files are as those of ../vit/transformers.py, with outputs divided by a power of two, so that gradients are near 1;
of the logits every fourth row and column. Parameters that the prediction does not depend on have no gradient.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path("../vision").resolve()))

import torch
from safetensors.torch import save_file
from transformers import DPTConfig, DPTForDepthEstimation, DPTForSemanticSegmentation

from networks import filled, numbers, row


def case(name, model, config, images, outputs_of):
    model = model.double().eval()
    for key, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(filled(key, tuple(tensor.shape)))
    size = (images, config.num_channels, config.image_size, config.image_size)
    x = numbers("input", *size).requires_grad_()
    outputs = outputs_of(model(x))
    torch.autograd.backward(outputs, [numbers(f"dy{i}", *o.shape) for i, o in enumerate(outputs)])
    tensors = {"dx": row(x.grad, 64)}
    for i, o in enumerate(outputs):
        tensors[f"y{i}"] = o
    for key, p in model.named_parameters():
        if p.grad is not None:
            tensors["grad." + key] = row(p.grad, 4)
    names = sorted(k + " " + "x".join(map(str, v.shape)) for k, v in model.state_dict().items())
    save_file({k: v.detach().float().contiguous() for k, v in tensors.items()}, name + ".safetensors",
              metadata={"state_dict": "\n".join(names), "input": "x".join(map(str, size))})
    print(name, [o.abs().max().item() for o in outputs])


def config(**more):
    return DPTConfig(readout_type="project", **more)


even = dict(image_size=16, patch_size=4, hidden_size=12, intermediate_size=24, num_hidden_layers=4,
            num_attention_heads=3, backbone_out_indices=[0, 1, 2, 3], neck_hidden_sizes=[4, 6, 8, 10],
            fusion_hidden_size=8)
odd = dict(image_size=15, patch_size=5, num_channels=1, hidden_size=10, intermediate_size=15, num_hidden_layers=6,
           num_attention_heads=5, backbone_out_indices=[0, 2, 3, 5], neck_hidden_sizes=[3, 5, 6, 7],
           fusion_hidden_size=6)
for name, sizes in (("even", even), ("odd", odd)):
    c = config(**sizes)
    case("depth-" + name, DPTForDepthEstimation(c), c, 2, lambda y: [y.predicted_depth / 256])
    c = config(**sizes, num_labels=3)
    case("segmentation-" + name, DPTForSemanticSegmentation(c), c, 2, lambda y: [y.logits[:, :, ::4, ::4] / 1024])
