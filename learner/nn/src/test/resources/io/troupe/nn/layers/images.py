"""Writes images.safetensors: layers over images and sequences with their gradients.

Generated with PyTorch 2.13 and safetensors on a CPU. Run in this folder: python images.py
Computed in double precision from inputs that are exact in single precision.
"""
import torch
from torch import nn
from safetensors.torch import save_file

torch.manual_seed(23)
tensors = {}


def values(*sizes, scale=1.0):
    return (torch.randn(sizes) * scale).double()


def put(name, tensor):
    tensor = tensor.detach()
    tensors[name] = (tensor.float() if tensor.is_floating_point() else tensor).contiguous().clone()


def case(name, module, x):
    module = module.double()
    for state in [*module.parameters(), *module.buffers()]:
        if state.is_floating_point():
            state.data = state.data.float().double()
    for key, state in module.state_dict().items():
        put(f"{name}.param.{key}", state)
    x = x.clone().requires_grad_()
    y = module(x)
    dy = values(*y.shape)
    y.backward(dy)
    put(f"{name}.x", x), put(f"{name}.dx", x.grad), put(f"{name}.y", y), put(f"{name}.dy", dy)
    for key, parameter in module.named_parameters():
        put(f"{name}.grad.{key}", parameter.grad)
    for key, buffer in module.named_buffers():
        put(f"{name}.after.{key}", buffer)


case("conv2d", nn.Conv2d(3, 5, 3), values(2, 3, 7, 8))
case("conv2d_same", nn.Conv2d(8, 33, 3, padding=1), values(2, 8, 9, 11))
case("conv2d_wide_kernel", nn.Conv2d(2, 13, (2, 5), stride=(2, 1), padding=(1, 2)), values(3, 2, 6, 10))
case("conv2d_strided", nn.Conv2d(3, 6, 7, stride=2, padding=3, bias=False), values(2, 3, 15, 14))
case("conv2d_dilated", nn.Conv2d(2, 4, 3, padding=(2, 3), dilation=(2, 3)), values(2, 2, 8, 9))
case("conv2d_groups", nn.Conv2d(6, 9, 3, padding=1, groups=3), values(2, 6, 5, 6))
case("conv2d_depthwise", nn.Conv2d(4, 8, 3, stride=2, groups=4), values(2, 4, 7, 7))
case("conv2d_pointwise", nn.Conv2d(7, 34, 1), values(3, 7, 4, 5))
case("conv2d_pointwise_strided", nn.Conv2d(7, 5, 1, stride=2, bias=False), values(2, 7, 5, 6))
case("conv2d_one_window", nn.Conv2d(9, 14, (4, 3)), values(5, 9, 4, 3))
case("conv1d", nn.Conv1d(4, 6, 3, stride=2, padding=1, dilation=2, groups=2), values(3, 4, 13))
case("conv_transpose", nn.ConvTranspose2d(6, 5, 2, 2), values(2, 6, 4, 5))
case(
    "conv_transpose_odd",
    nn.ConvTranspose2d(4, 6, (3, 4), stride=(3, 2), padding=(1, 2), output_padding=(2, 1), groups=2, dilation=(1, 2)),
    values(2, 4, 5, 6),
)
case("conv_transpose_same", nn.ConvTranspose2d(3, 14, 3, padding=1, bias=False), values(2, 3, 6, 7))
case("max_pool", nn.MaxPool2d(2), values(2, 3, 8, 34))
case("max_pool_odd", nn.MaxPool2d(2), values(2, 3, 5, 7))
case("max_pool_resnet", nn.MaxPool2d(3, stride=2, padding=1), values(2, 3, 9, 36))
case("max_pool_ceil", nn.MaxPool2d(3, stride=2, ceil_mode=True), values(2, 3, 8, 10))
case("max_pool_ceil_padded", nn.MaxPool2d(2, stride=3, padding=1, ceil_mode=True), values(1, 2, 7, 6))
case("max_pool_dilated", nn.MaxPool2d((2, 3), stride=1, padding=1, dilation=(3, 2)), values(2, 2, 8, 9))
case("avg_pool", nn.AvgPool2d(2), values(2, 3, 8, 6))
case("avg_pool_padded", nn.AvgPool2d(3, stride=2, padding=1), values(2, 3, 7, 8))
case("avg_pool_ceil", nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True), values(2, 3, 8, 8))
case("avg_pool_without_pad", nn.AvgPool2d((3, 2), stride=2, padding=1, count_include_pad=False), values(2, 3, 7, 8))
case("adaptive_avg_1", nn.AdaptiveAvgPool2d(1), values(2, 3, 7, 6))
case("adaptive_avg", nn.AdaptiveAvgPool2d((3, 5)), values(2, 3, 7, 8))
case("adaptive_avg_larger", nn.AdaptiveAvgPool2d((7, 7)), values(1, 2, 3, 2))
case("adaptive_max", nn.AdaptiveMaxPool2d((3, 4)), values(2, 3, 7, 6))
case("nearest", nn.Upsample(scale_factor=2), values(2, 3, 4, 5))
case("nearest_1.7", nn.Upsample(scale_factor=1.7), values(2, 3, 5, 7))
case("nearest_to", nn.Upsample(size=(7, 3)), values(2, 3, 4, 5))
case("bilinear", nn.Upsample(scale_factor=2, mode="bilinear"), values(2, 3, 4, 5))
case("bilinear_1.7", nn.Upsample(scale_factor=1.7, mode="bilinear"), values(2, 3, 5, 7))
case("bilinear_aligned", nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), values(2, 3, 4, 5))
case("bilinear_to", nn.Upsample(size=(7, 3), mode="bilinear"), values(2, 3, 4, 5))


def norm(name, module, *sizes, train=True):
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_()
        for buffer in module.buffers():
            if buffer.is_floating_point():
                buffer.uniform_(0.5, 2)
    case(name, module.train(train), values(*sizes, scale=2) + 3)


norm("batch_norm", nn.BatchNorm2d(3), 4, 3, 5, 7)
norm("batch_norm_large", nn.BatchNorm2d(2), 2, 2, 40, 33)
norm("batch_norm_eval", nn.BatchNorm2d(3), 4, 3, 5, 7, train=False)
norm("batch_norm_plain", nn.BatchNorm2d(3, affine=False, track_running_stats=False), 4, 3, 2, 2)
norm("batch_norm_momentum", nn.BatchNorm2d(3, eps=1e-3, momentum=0.4), 2, 3, 4, 4)
norm("batch_norm_cumulative", nn.BatchNorm2d(3, momentum=None), 2, 3, 4, 4)
norm("batch_norm1d", nn.BatchNorm1d(5), 9, 5)
norm("batch_norm1d_sequence", nn.BatchNorm1d(5), 3, 5, 11)
norm("group_norm", nn.GroupNorm(2, 6), 3, 6, 5, 4)
norm("group_norm_of_each", nn.GroupNorm(4, 4), 2, 4, 7)
save_file(tensors, "images.safetensors")
