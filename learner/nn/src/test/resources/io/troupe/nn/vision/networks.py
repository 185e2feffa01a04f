"""Writes networks/*.safetensors: results of torchvision's models and of those in definitions.py.

Generated with PyTorch 2.13, torchvision 0.28 and safetensors on a CPU. Run in this folder: python networks.py
Weights and inputs are computed from name and index (filled below; the test uses the same formula), so
they are not stored. Computed in double precision; inputs and weights are exact in single precision.

Each file contains: outputs "y0", "y1", ...; "dx": evenly spaced elements of the input gradient and its norm;
"gradients": one such row for each parameter that is not frozen; "buffers": one for each buffer after a
forward pass in training mode. The metadata contain the names and shapes of the state_dict.
"""
import pathlib
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
import torchvision.models as tv
from safetensors.torch import save_file

from definitions import LeNet5, SimpleCNN, UNet

def java_hash(name):
    h = 0
    for c in name:
        h = (31 * h + ord(c)) & 0xFFFFFFFF
    return h


def uniform(name, count):
    """Numbers in [0, 1): 24 bits of a hash of the name and the index."""
    with np.errstate(over="ignore"):
        h = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(java_hash(name))
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    return (h >> np.uint32(8)).astype(np.float64) * 2.0 ** -24


def filled(name, shape):
    """Weights: He's range for matrices, around 1 for norms, around 0 for biases and means.

    The last norm of a bottleneck is smaller and GoogLeNet's norms have larger biases. Otherwise rounding errors
    would change the sign of ReLU inputs, and even PyTorch's own gradients would differ by several percent
    between single and double precision.
    """
    u = uniform(name, int(np.prod(shape)))
    if len(shape) > 1:
        bound = np.sqrt(6 / np.prod(shape[1:]))
        values = u * (2 * bound) - bound
    elif name.endswith("bn3.weight"):
        values = u * 0.25 + 0.125
    elif name.endswith("bn.bias"):
        values = u * 0.4 + 1.3
    elif name.endswith("running_var") or name.endswith("weight"):
        values = u + 0.5
    else:
        values = u * 0.4 - 0.2
    return torch.from_numpy(values.astype(np.float32).astype(np.float64).reshape(shape))


def fill(model):
    model.double()
    for name, tensor in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            tensor.fill_(3)
        else:
            tensor.copy_(filled(name, tuple(tensor.shape)))


def numbers(name, *shape):
    """Inputs, in [-1, 1)."""
    u = uniform(name, int(np.prod(shape)))
    return torch.from_numpy((u * 2 - 1).astype(np.float32).astype(np.float64).reshape(shape))


def row(tensor, samples=16):
    """Evenly spaced elements and the Euclidean norm of the tensor."""
    flat = tensor.detach().double().flatten()
    places = [i * len(flat) // samples for i in range(samples)]
    return torch.cat([flat[places], flat.norm()[None]])


def case(name, model, size, train, frozen=""):
    start = time.time()
    fill(model)
    model.train(train)
    for key, p in model.named_parameters():
        p.requires_grad_(not frozen or not key.startswith(frozen))
    x = numbers("input", *size).requires_grad_()
    y = model(x)
    outputs = list(y) if isinstance(y, tuple) else [y]
    torch.autograd.backward(outputs, [numbers(f"dy{i}", *o.shape) for i, o in enumerate(outputs)])
    tensors = {"dx": row(x.grad, 256)}
    for i, o in enumerate(outputs):
        tensors[f"y{i}"] = o
    tensors["gradients"] = torch.stack([row(p.grad) for p in model.parameters() if p.requires_grad])
    buffers = [b for _, b in model.named_buffers()]
    if train and buffers:
        tensors["buffers"] = torch.stack([row(b) for b in buffers])
    names = "\n".join(k + " " + "x".join(map(str, v.shape)) for k, v in model.state_dict().items())
    folder = pathlib.Path("networks")
    folder.mkdir(exist_ok=True)
    save_file({k: v.detach().float().contiguous() for k, v in tensors.items()},
              folder / (name + ".safetensors"), metadata={"state_dict": names, "input": "x".join(map(str, size))})
    print(name, f"{time.time() - start:.1f} s, {sum(p.numel() for p in model.parameters()):,} parameters, "
          f"largest output {max(o.abs().max().item() for o in outputs):.3g}", flush=True)


CASES = {
    "lenet5": lambda n: case(n, LeNet5(), (3, 1, 28, 28), False),
    "lenet5-relu": lambda n: case(
        n, LeNet5(2, 5, 84, 32, F.relu, F.max_pool2d), (2, 2, 32, 32), False),
    "simplecnn": lambda n: case(n, SimpleCNN(), (2, 1, 28, 28), False),
    "simplecnn-8": lambda n: case(n, SimpleCNN(3, 4, 8), (2, 3, 8, 8), False),
    "alexnet": lambda n: case(n, tv.alexnet(num_classes=6), (2, 3, 67, 64), False, "classifier.1."),
    "vgg16": lambda n: case(n, tv.vgg16(num_classes=6), (1, 3, 32, 32), False, "classifier.0."),
    "googlenet": lambda n: case(
        n, tv.googlenet(num_classes=6, aux_logits=False, init_weights=False), (2, 3, 48, 40), False),
    "googlenet-train": lambda n: case(
        n, tv.googlenet(num_classes=6, aux_logits=True, init_weights=False, dropout=0, dropout_aux=0),
        (8, 3, 33, 33), True),
    "resnet18": lambda n: case(n, tv.resnet18(num_classes=6), (2, 3, 40, 33), False),
    "resnet18-train": lambda n: case(n, tv.resnet18(num_classes=6), (4, 3, 40, 33), True),
    "resnet50": lambda n: case(n, tv.resnet50(num_classes=6), (2, 3, 40, 33), False),
    "resnet50-train": lambda n: case(n, tv.resnet50(num_classes=6), (4, 3, 40, 33), True),
    "unet": lambda n: case(n, UNet(base=4), (2, 3, 24, 16), False),
    "unet-train": lambda n: case(n, UNet(base=4), (2, 3, 24, 16), True),
    "unet-group": lambda n: case(n, UNet(1, 1, 8, 2, norm="group"), (3, 1, 12, 8), False),
}

if __name__ == "__main__":
    torch.set_num_threads(2)
    for name in sys.argv[1:] or CASES:
        CASES[name](name)
