"""Writes kernels.txt: what PyTorch computes for small inputs, in double precision.

Made with PyTorch 2.13 on a CPU. Run in this folder: python kernels.py > kernels.txt
A line is: name, sizes joined by x, values. Inputs are exact in single precision.
"""
import torch
import torch.nn.functional as F

torch.manual_seed(7)


def put(name, tensor):
    sizes = "x".join(str(n) for n in tensor.shape) or "scalar"
    print(name, sizes, *(repr(v) for v in tensor.detach().double().flatten().tolist()))


def values(*sizes, scale=1.0):
    return (torch.randn(*sizes) * scale).double()


def op(name, function, x):
    x = x.clone().requires_grad_()
    y = function(x)
    dy = values(*y.shape)
    y.backward(dy)
    for suffix, t in (("x", x), ("y", y), ("dy", dy), ("dx", x.grad)):
        put(f"{name}.{suffix}", t)


x = values(37, scale=2)
op("SILU", F.silu, x)
op("GELU", F.gelu, x)
op("GELU_TANH", lambda t: F.gelu(t, approximate="tanh"), x)
op("TANH", torch.tanh, x)
op("SIGMOID", torch.sigmoid, x)
op("RELU", torch.relu, x)
op("RSQRT", torch.rsqrt, x.abs() + 0.25)
op("RECIPROCAL", torch.reciprocal, x)
op("LOG", torch.log, x.abs() + 0.25)
op("softmax", lambda t: F.softmax(t, -1), values(3, 19, scale=4))
op("logSoftmax", lambda t: F.log_softmax(t, -1), values(3, 19, scale=4))


def norm(name, function, bias):
    x = values(5, 21, scale=3).requires_grad_()
    w = (values(21) * 0.1 + 1).float().double().requires_grad_()
    b = values(21).requires_grad_()
    y = function(x, w, b)
    dy = values(5, 21)
    y.backward(dy)
    put(f"{name}.x", x), put(f"{name}.weight", w), put(f"{name}.y", y), put(f"{name}.dy", dy)
    put(f"{name}.dx", x.grad), put(f"{name}.dWeight", w.grad)
    if bias:
        put(f"{name}.bias", b), put(f"{name}.dBias", b.grad)


norm("layerNorm", lambda x, w, b: F.layer_norm(x, (21,), w, b, 1e-5), True)
norm("rmsNorm", lambda x, w, b: F.rms_norm(x, (21,), w, 1e-6), False)

logits = values(4, 23, scale=5).requires_grad_()
targets = torch.tensor([3, -100, 22, 0])
loss = F.cross_entropy(logits, targets, label_smoothing=0.125)
loss.backward()
put("crossEntropy.logits", logits), put("crossEntropy.targets", targets)
put("crossEntropy.loss", loss), put("crossEntropy.dLogits", logits.grad)

logits = values(4, 23, scale=5).requires_grad_()
targets = torch.tensor([3, 7, 22, 0])
logp = F.log_softmax(logits / 0.75, -1)
picked = logp.gather(1, targets[:, None])[:, 0]
dy = values(4)
picked.backward(dy)
put("tokenLogProbs.logits", logits), put("tokenLogProbs.targets", targets)
put("tokenLogProbs.logProbs", picked), put("tokenLogProbs.entropy", -(logp.exp() * logp).sum(-1))
put("tokenLogProbs.meanLogProb", logp.mean(-1))
put("tokenLogProbs.dy", dy), put("tokenLogProbs.dLogits", logits.grad)

GRADS = [values(19) for _ in range(4)]
PARAM = values(19)
put("optimizer.param", PARAM)
for i, g in enumerate(GRADS):
    put(f"optimizer.grad{i}", g)


def optimizer(name, make):
    p = PARAM.clone().requires_grad_()
    opt = make([p])
    for i, g in enumerate(GRADS):
        p.grad = g.clone()
        opt.step()
        put(f"{name}.param{i}", p)


optimizer("adamw", lambda p: torch.optim.AdamW(p, lr=0.01, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1))
optimizer("adam", lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.1))
optimizer("sgd", lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01))
optimizer("momentum", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.25, weight_decay=0.01))
optimizer("nesterov", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True))
