"""Writes activations.safetensors: activation layers and Bilinear with their gradients.

Generated with PyTorch 2.13 and safetensors on a CPU. Run in this folder: python activations.py
Computed in double precision from inputs that are exact in single precision.
"""
import torch
from torch import nn
from safetensors.torch import save_file

torch.manual_seed(11)
tensors = {}


def values(*sizes, scale=1.0):
    return (torch.randn(sizes) * scale).double()


def put(name, tensor):
    tensors[name] = tensor.detach().float().contiguous().clone()


def case(name, module, *inputs):
    module = module.double()
    for parameter in module.parameters():
        parameter.data = parameter.data.float().double()
    inputs = [x.clone().requires_grad_() for x in inputs]
    y = module(*inputs)
    dy = values(*y.shape)
    y.backward(dy)
    for i, x in enumerate(inputs):
        put(f"{name}.x{i}", x)
        put(f"{name}.dx{i}", x.grad)
    put(f"{name}.y", y)
    put(f"{name}.dy", dy)
    for key, parameter in module.named_parameters():
        put(f"{name}.param.{key}", parameter)
        put(f"{name}.grad.{key}", parameter.grad)


x = values(2, 3, 7, scale=3)
case("sigmoid", nn.Sigmoid(), x)
case("tanh", nn.Tanh(), x)
case("relu", nn.ReLU(), x)
case("silu", nn.SiLU(), x)
case("mish", nn.Mish(), x)
case("gelu", nn.GELU(), x)
case("gelu_pytorch_tanh", nn.GELU(approximate="tanh"), x)
case("selu", nn.SELU(), x)
case("leaky_relu", nn.LeakyReLU(), x)
case("leaky_relu_0.2", nn.LeakyReLU(0.2), x)
case("elu", nn.ELU(), x)
case("elu_0.7", nn.ELU(0.7), x)
case("softplus", nn.Softplus(), x)
case("softplus_2_3", nn.Softplus(2, 3), x)
case("softmax_last", nn.Softmax(-1), x)
case("softmax_0", nn.Softmax(0), x)
case("softmax_1", nn.Softmax(1), x)
case("log_softmax_last", nn.LogSoftmax(2), x)
case("log_softmax_1", nn.LogSoftmax(1), x)
case("prelu", nn.PReLU(), x)
slopes = nn.PReLU(3)
slopes.weight.data = torch.tensor([0.1, -0.4, 1.5])
case("prelu_3", slopes, x)
case("bilinear", nn.Bilinear(3, 5, 4), values(2, 6, 3), values(2, 6, 5))
case("bilinear_without_bias", nn.Bilinear(3, 5, 1, bias=False), values(6, 3), values(6, 5))
save_file(tensors, "activations.safetensors")
