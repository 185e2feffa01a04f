"""Writes NAME.weights.safetensors and NAME.case.safetensors: models with random weights saved by PyTorch.

Generated with PyTorch 2.13 and safetensors on a CPU. Run in this folder: python catalog.py
The test loads each weight file into the registered model and runs inference on the tensors of the case.
"""
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
case("ddpm", UNet(1, 1, 8, 1, 8, 3, "group"), half=True, input=torch.randn(3, 1, 4, 4),
     timestep=torch.tensor([0, 10, 999]), label=torch.tensor([2, 3, 0]))
