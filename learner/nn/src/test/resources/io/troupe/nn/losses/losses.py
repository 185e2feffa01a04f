"""Writes losses.safetensors: losses with the gradients of their inputs.

Generated with PyTorch 2.13 and safetensors on a CPU. Run in this folder: python losses.py
Computed in double precision from inputs that are exact in single precision. InfoNCE and NT-Xent are
written out with PyTorch's functions.
"""
import torch
import torch.nn.functional as F
from torch import nn
from safetensors.torch import save_file

torch.manual_seed(12)
tensors = {}


def values(*sizes, scale=1.0):
    return (torch.randn(sizes) * scale).double()


def put(name, tensor):
    tensor = tensor.detach()
    tensors[name] = (tensor.float() if tensor.is_floating_point() else tensor.int()).contiguous().clone()


def case(name, loss, inputs, constants=()):
    inputs = [x.clone().requires_grad_() for x in inputs]
    y = loss(*inputs, *constants)
    dy = values(*y.shape)
    y.backward(dy)
    for i, x in enumerate(inputs):
        put(f"{name}.x{i}", x)
        put(f"{name}.dx{i}", x.grad)
    for i, c in enumerate(constants):
        put(f"{name}.c{i}", c)
    put(f"{name}.y", y)
    put(f"{name}.dy", dy)


a, b = values(4, 5, scale=2), values(4, 5, scale=2)
for reduction in ("none", "mean", "sum"):
    case(f"mse_{reduction}", nn.MSELoss(reduction=reduction), [a, b])
    case(f"l1_{reduction}", nn.L1Loss(reduction=reduction), [a, b])
    case(f"huber_{reduction}", nn.HuberLoss(reduction=reduction, delta=1.5), [a, b])
    case(f"smooth_l1_{reduction}", nn.SmoothL1Loss(reduction=reduction, beta=0.7), [a, b])
case("smooth_l1_beta_0", nn.SmoothL1Loss(beta=0), [a, b])

weight = torch.tensor([0.5, 2.0, 0.25, 1.5, 1.0]).double()
put("weight", weight)
labels = torch.tensor([3, 0, -100, 4])
dense = torch.randint(0, 5, (2, 3, 4))
dense[0, 1, 2] = dense[1, 2, 3] = 255
logits = values(2, 5, 3, 4, scale=3)
for reduction in ("none", "mean", "sum"):
    r = {"reduction": reduction}
    case(f"ce_{reduction}", nn.CrossEntropyLoss(**r), [a], [labels])
    case(f"ce_smoothed_{reduction}", nn.CrossEntropyLoss(label_smoothing=0.2, **r), [a], [labels])
    case(f"ce_weighted_{reduction}", nn.CrossEntropyLoss(weight, **r), [a], [labels])
    case(f"ce_both_{reduction}", nn.CrossEntropyLoss(weight, label_smoothing=0.2, **r), [a], [labels])
    case(f"ce_dense_{reduction}",
         nn.CrossEntropyLoss(weight, ignore_index=255, label_smoothing=0.1, **r), [logits], [dense])
    case(f"nll_{reduction}", nn.NLLLoss(weight, **r), [F.log_softmax(a, 1)], [labels])
    case(f"nll_dense_{reduction}", nn.NLLLoss(ignore_index=255, **r), [F.log_softmax(logits, 1)], [dense])

probabilities = torch.rand(4, 5).double()
probabilities[0, 0], probabilities[1, 1] = 0, 1
pos_weight = torch.tensor([3.0, 1.0, 0.5, 2.0, 1.5]).double()
put("pos_weight", pos_weight)
for reduction in ("none", "mean", "sum"):
    r = {"reduction": reduction}
    case(f"bce_{reduction}", nn.BCEWithLogitsLoss(**r), [a * 4], [probabilities])
    case(f"bce_weighted_{reduction}",
         nn.BCEWithLogitsLoss(weight=weight, pos_weight=pos_weight, **r), [a * 4], [probabilities])

log_p, log_q = F.log_softmax(a, 1), F.log_softmax(b, 1)
q = log_q.exp()
q[2, 3] = 0
for reduction in ("none", "mean", "sum", "batchmean"):
    case(f"kl_{reduction}", nn.KLDivLoss(reduction=reduction), [log_p], [q])
    case(f"kl_log_{reduction}", nn.KLDivLoss(reduction=reduction, log_target=True), [log_p, log_q])

x1, x2, x3 = values(6, 4), values(6, 4), values(6, 4)
pairs = torch.tensor([1.0, -1, 1, -1, -1, 1]).double()
for reduction in ("none", "mean", "sum"):
    case(f"cosine_{reduction}", nn.CosineEmbeddingLoss(0.1, reduction=reduction), [x1, x2], [pairs])
    case(f"triplet_{reduction}", nn.TripletMarginLoss(reduction=reduction), [x1, x2, x3])
case("triplet_l1", nn.TripletMarginLoss(0.5, p=1), [x1, x2, x3])
case("triplet_p3_swap", nn.TripletMarginLoss(2, p=3, swap=True), [x1, x2, x3])


def info_nce(query, positive, reduction="mean"):
    cosines = F.normalize(query, dim=1) @ F.normalize(positive, dim=1).T
    return F.cross_entropy(cosines / 0.1, torch.arange(len(query)), reduction=reduction)


def nt_xent(view1, view2):
    views = F.normalize(torch.cat([view1, view2]), dim=1)
    n = len(view1)
    logits = (views @ views.T / 0.5).masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    return F.cross_entropy(logits, (torch.arange(2 * n) + n) % (2 * n))


case("info_nce", info_nce, [x1, x2])
case("info_nce_none", lambda x, y: info_nce(x, y, "none"), [x1, x2])
case("nt_xent", nt_xent, [x1, x2])
save_file(tensors, "losses.safetensors")
