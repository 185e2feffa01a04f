"""Times of PyTorch's convolutions on the shapes of ConvolutionBenchmark, best of short rounds.

Made for PyTorch 2.13 on a CPU: OMP_NUM_THREADS=2 python convolution_benchmark.py
"""
import os
import time

import torch

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
CASES = [
    ("lenet 1", 64, 1, 28, 6, 5, 1, 2),
    ("lenet 2", 64, 6, 14, 16, 5, 1, 0),
    ("simplecnn 1", 32, 1, 28, 32, 3, 1, 1),
    ("simplecnn 2", 32, 32, 14, 64, 3, 1, 1),
    ("resnet stem", 8, 3, 64, 64, 7, 2, 3),
    ("resnet layer1", 8, 64, 16, 64, 3, 1, 1),
    ("resnet layer2 down", 8, 64, 16, 128, 3, 2, 1),
    ("resnet layer2 skip", 8, 64, 16, 128, 1, 2, 0),
    ("resnet layer2", 8, 128, 8, 128, 3, 1, 1),
    ("resnet layer3", 8, 256, 4, 256, 3, 1, 1),
    ("resnet layer4", 8, 512, 2, 512, 3, 1, 1),
    ("resnet50 pointwise", 8, 64, 16, 256, 1, 1, 0),
    ("resnet50 pointwise 4", 8, 2048, 2, 512, 1, 1, 0),
    ("unet in", 8, 3, 64, 32, 3, 1, 1),
    ("unet 32", 8, 32, 64, 32, 3, 1, 1),
    ("unet 64-32", 8, 64, 64, 32, 3, 1, 1),
    ("unet 64", 8, 64, 32, 64, 3, 1, 1),
    ("unet 128", 8, 128, 16, 128, 3, 1, 1),
    ("unet 256", 8, 256, 8, 256, 3, 1, 1),
    ("unet out", 8, 32, 64, 1, 1, 1, 0),
    ("unet up", 8, 64, 64, 128, 2, 2, 0),
]


def best(work):
    for _ in range(3):
        work()
    times = []
    end = time.perf_counter() + 0.3
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def gradient(mask, x, w, dy, stride, padding):
    torch.ops.aten.convolution_backward(
        dy, x, w, None, [stride] * 2, [padding] * 2, [1, 1], False, [0, 0], 1, mask
    )


for name, batch, i, size, o, kernel, stride, padding in CASES:
    x, w, b = torch.randn(batch, i, size, size), torch.randn(o, i, kernel, kernel), torch.randn(o)
    dy = torch.randn_like(torch.conv2d(x, w, b, stride, padding))
    flops = 2 * batch * i * o * kernel**2 * dy.shape[2] ** 2
    times = [
        best(lambda: torch.conv2d(x, w, b, stride, padding)),
        best(lambda: gradient([True, False, False], x, w, dy, stride, padding)),
        best(lambda: gradient([False, True, False], x, w, dy, stride, padding)),
    ]
    print(f"{name:22}", *(f"{t * 1e6:9.1f}" for t in times), " ", *(f"{flops / t / 1e9:9.1f}" for t in times))
