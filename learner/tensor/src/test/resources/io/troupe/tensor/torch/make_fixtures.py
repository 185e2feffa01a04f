"""What PyTorch makes of extreme values, ties and NaN.

usage: python make_fixtures.py        (torch 2.13; writes extremes.csv beside itself)

A line is: type, operation, operands with ';' between elements, result. Binary operations take each
element of the first operand with each of the second. Gradients are of the sum.

Left out, where Troupe keeps to the mathematics: -inf to the power -0.5 (PyTorch takes the reciprocal
of a root, NaN, where IEEE 754's pow gives 0) and GELU of inf (NaN in PyTorch's FLOAT32, inf in its
FLOAT64).
"""
import pathlib

import torch

torch.set_num_threads(1)
INF, NAN = float("inf"), float("nan")
VALUES = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 88.5, -88.5, 104.0, -104.0, 1e30, -1e30, 1e-30, INF, -INF, NAN]
TYPES = {"FLOAT32": torch.float32, "FLOAT64": torch.float64}
BINARY = {
    "ADD": torch.add, "SUB": torch.sub, "MUL": torch.mul, "DIV": torch.div, "POW": torch.pow,
    "MAXIMUM": torch.maximum, "MINIMUM": torch.minimum,
    "LESS": torch.lt, "GREATER": torch.gt, "EQUAL": torch.eq,
}
SCALAR = {"ADD": torch.add, "SUB": torch.sub, "MUL": torch.mul, "DIV": torch.div, "POW": torch.pow,
          "LESS": torch.lt, "GREATER": torch.gt, "EQUAL": torch.eq}
GELU = torch.nn.functional.gelu
UNARY = {
    "NEG": torch.neg, "ABS": torch.abs, "SQUARE": torch.square, "SQRT": torch.sqrt, "RSQRT": torch.rsqrt,
    "RECIPROCAL": torch.reciprocal, "EXP": torch.exp, "LOG": torch.log, "TANH": torch.tanh,
    "SIGMOID": torch.sigmoid, "RELU": torch.relu, "SILU": torch.nn.functional.silu, "MISH": torch.nn.functional.mish, "GELU": GELU,
    "GELU_TANH": lambda x: GELU(x, approximate="tanh"),
}
ROWS = [[1.0, 3.0, 3.0, 2.0], [NAN, 1.0, 2.0, 0.0], [INF, 1.0, INF, 0.0], [-INF, -INF, -INF, -INF],
        [-INF, 0.0, -INF, 1.0], [1e30, -1e30, 0.0, 1e30], [0.0, -0.0, 0.0, -0.0], [5.0, NAN, NAN, INF]]
ROW_OPS = {
    "softmax": lambda x: x.softmax(-1), "logSoftmax": lambda x: x.log_softmax(-1),
    "argmax": lambda x: x.argmax(-1), "max": lambda x: x.amax(-1), "sum": lambda x: x.sum(-1),
}


def text(tensor):
    return ";".join(repr(v) for v in tensor.double().flatten().tolist())


def gradient(function, *inputs):
    leaves = [x.clone().requires_grad_() for x in inputs]
    function(*leaves).sum().backward()
    return [leaf.grad for leaf in leaves]


def lines():
    for name, dtype in TYPES.items():
        x = torch.tensor(VALUES, dtype=dtype)
        a = x.repeat_interleave(len(VALUES))
        b = x.repeat(len(VALUES))
        for op, function in BINARY.items():
            yield name, "binary " + op, text(x), text(x), text(function(a, b))
        for op in ("MAXIMUM", "MINIMUM"):
            da, db = gradient(BINARY[op], a, b)
            yield name, "gradient of first " + op, text(x), text(x), text(da)
            yield name, "gradient of second " + op, text(x), text(x), text(db)
        for op, function in SCALAR.items():
            for number in (0.1, -0.5, 2.0, 0.0):
                near = torch.tensor([v for v in VALUES if v > -INF] + [0.1], dtype=dtype)
                yield name, "scalar " + op, text(near), repr(number), text(function(near, number))
        yield name, "clamp", text(x), "-0.75;1.5", text(x.clamp(-0.75, 1.5))
        at = torch.tensor([-0.75, 1.5, 0.0, 9.0, -9.0], dtype=dtype)
        yield name, "gradient of clamp", text(at), "-0.75;1.5", text(gradient(lambda v: v.clamp(-0.75, 1.5), at)[0])
        for op, function in UNARY.items():
            some = x[x != INF] if op == "GELU" else x
            yield name, "unary " + op, text(some), "", text(function(some))
            finite = torch.tensor([v for v in VALUES if abs(v) < 1e20], dtype=dtype)
            yield name, "gradient of unary " + op, text(finite), "", text(gradient(function, finite)[0])
        for row in ROWS:
            r = torch.tensor([row], dtype=dtype)
            for op, function in ROW_OPS.items():
                yield name, "rows " + op, text(r), "", text(function(r))
        tied = torch.tensor([[1.0, 3.0, 3.0, 2.0, 3.0]], dtype=dtype)
        yield name, "gradient of rows max", text(tied), "", text(gradient(lambda v: v.amax(-1), tied)[0])
    for source in ("FLOAT32", "FLOAT64"):
        v = torch.tensor([1.0, 1.00390625, 1.01171875, 1.0041, NAN, INF, -INF, 3.39e38, 3.4e38, 1e-40, -1.00390625],
                         dtype=TYPES[source])
        yield source, "to BFLOAT16", text(v), "", text(v.bfloat16())
        i = torch.tensor([1.5, -1.5, 2.5, -0.9, 0.0, 1e6], dtype=TYPES[source])
        yield source, "to INT32", text(i), "", text(i.int())
        yield source, "to INT64", text(i), "", text(i.long())


path = pathlib.Path(__file__).with_name("extremes.csv")
path.write_text("".join(",".join(line) + "\n" for line in lines()))
