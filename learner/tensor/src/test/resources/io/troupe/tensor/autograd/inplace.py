"""Which in-place modifications PyTorch detects in its backward pass.

Run with torch 2.13: python inplace.py > inplace.txt
Each line: operation, then for every operand and the result whether modifying it after the
operation makes backward() fail ("error") or not ("fine").
"""
import torch
import torch.nn.functional as F

def tensors(*sizes):
    torch.manual_seed(1)
    return [(torch.rand(s, dtype=torch.float64) + 0.5).requires_grad_() for s in sizes]

CASES = {
    "add": (lambda a, b: a + b, [(2, 3), (2, 3)]),
    "sub": (lambda a, b: a - b, [(2, 3), (2, 3)]),
    "mul": (lambda a, b: a * b, [(2, 3), (2, 3)]),
    "div": (lambda a, b: a / b, [(2, 3), (2, 3)]),
    "maximum": (torch.maximum, [(2, 3), (2, 3)]),
    "pow": (lambda a: a.pow(3), [(2, 3)]),
    "exp": (torch.exp, [(2, 3)]),
    "log": (torch.log, [(2, 3)]),
    "sqrt": (torch.sqrt, [(2, 3)]),
    "neg": (torch.neg, [(2, 3)]),
    "abs": (torch.abs, [(2, 3)]),
    "relu": (torch.relu, [(2, 3)]),
    "tanh": (torch.tanh, [(2, 3)]),
    "sigmoid": (torch.sigmoid, [(2, 3)]),
    "silu": (F.silu, [(2, 3)]),
    "gelu": (F.gelu, [(2, 3)]),
    "clamp": (lambda a: a.clamp(0.6, 1), [(2, 3)]),
    "sum": (lambda a: a.sum(1), [(2, 3)]),
    "max": (lambda a: a.amax(1), [(2, 3)]),
    "softmax": (lambda a: a.softmax(1), [(2, 3)]),
    "logSoftmax": (lambda a: a.log_softmax(1), [(2, 3)]),
    "matmul": (torch.matmul, [(2, 3), (3, 4)]),
    "linear": (lambda x, w, b: F.linear(x, w, b), [(2, 3), (4, 3), (4,)]),
    "layerNorm": (lambda x, w, b: F.layer_norm(x, (3,), w, b), [(2, 3), (3,), (3,)]),
    "conv2d": (lambda x, w: F.conv2d(x, w), [(1, 2, 4, 4), (3, 2, 2, 2)]),
    "cat": (lambda a, b: torch.cat([a, b], 1), [(2, 3), (2, 3)]),
}

for name, (op, sizes) in CASES.items():
    outcomes = []
    for target in range(len(sizes) + 1):
        leaves = tensors(*sizes)
        inputs = [x * 1 for x in leaves]  # not leaves, so that they may be modified
        out = op(*inputs)
        with torch.no_grad():
            (inputs + [out])[target].mul_(-3)
        try:
            out.backward(torch.ones_like(out))
            outcomes.append("fine")
        except RuntimeError as e:
            assert "modified by an inplace operation" in str(e), e
            outcomes.append("error")
    print(name, *outcomes)
