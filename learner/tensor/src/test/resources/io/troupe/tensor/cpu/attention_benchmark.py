"""Times of PyTorch's scaled_dot_product_attention, for the table of AttentionBenchmark.

Made with PyTorch 2.13 on a CPU. Run: python attention_benchmark.py [threads]
Each figure is the best of many rounds; one thread is timed by its own processor time.
"""
import sys
import time

import torch
import torch.nn.functional as F

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
torch.set_num_threads(threads)
now = time.process_time if threads == 1 else time.perf_counter


def best(work, seconds=0.5, rounds=25):
    start, runs = now(), 0
    while now() - start < seconds:
        work()
        runs += 1
    per_round = max(1, int(runs * 0.005 / seconds))
    times = []
    for _ in range(rounds):
        start = now()
        for _ in range(per_round):
            work()
        times.append((now() - start) / per_round)
    return min(times)


def train(batch, heads, kv_heads, length, head_dim):
    q = torch.randn(batch, heads, length, head_dim, requires_grad=True)
    k, v = (torch.randn(batch, kv_heads, length, head_dim, requires_grad=True) for _ in "kv")
    gqa = heads != kv_heads
    out = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=gqa)
    gradient = torch.randn_like(out)
    with torch.no_grad():
        forward = best(
            lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=gqa)
        )
    backward = best(
        lambda: torch.autograd.grad(out, (q, k, v), gradient, retain_graph=True)
    )
    pairs = batch * heads * head_dim * length * (length + 1) / 2
    print(
        f"batch {batch}, heads {heads}:{kv_heads}, time {length}, headDim {head_dim}:"
        f" forward {forward * 1e3:.3f} ms {4 * pairs / forward / 1e9:.1f} GFLOP/s,"
        f" backward {backward * 1e3:.3f} ms {10 * pairs / backward / 1e9:.1f} GFLOP/s",
        flush=True,
    )


def decode(batch, heads, kv_heads, length, head_dim):
    size = 8 * batch * kv_heads * length * head_dim
    layers = int(min(12, max(1, 200e6 / size)))
    caches = [torch.randn(2, batch, kv_heads, length, head_dim) for _ in range(layers)]
    q = torch.randn(batch, heads, 1, head_dim)
    gqa = heads != kv_heads

    def work():
        for k, v in caches:
            F.scaled_dot_product_attention(q, k, v, enable_gqa=gqa)

    with torch.no_grad():
        seconds = best(work) / layers
    print(
        f"batch {batch}, heads {heads}:{kv_heads}, cached {length}, headDim {head_dim}:"
        f" decoding {seconds * 1e6:.1f} us {size / seconds / 1e9:.1f} GB/s ({layers} layers)",
        flush=True,
    )


train(16, 6, 6, 128, 48)
train(4, 6, 6, 512, 48)
train(8, 16, 16, 256, 64)
train(8, 16, 4, 256, 64)
decode(32, 6, 6, 256, 48)
decode(1, 6, 6, 1024, 48)
decode(64, 6, 6, 32, 48)
decode(32, 14, 2, 256, 64)
