"""Writes convs.safetensors: graph convolutions and pooling with their gradients.

Generated with PyTorch 2.13, torch_geometric 2.8 and safetensors on a CPU. Run in this folder: python convs.py
Computed in double precision from inputs that are exact in single precision.
"""
import torch
import torch_geometric.nn as pyg
from torch import nn
from safetensors.torch import save_file

torch.manual_seed(7)
tensors = {}
N = 9


def values(*sizes, scale=1.0):
    return (torch.randn(*sizes) * scale).double()


def put(name, tensor):
    tensor = tensor.detach()
    tensors[name] = (tensor.float() if tensor.is_floating_point() else tensor.int()).contiguous().clone()


# Node 8 has no edge, node 7 has only a self-loop, node 2 has two self-loops; 0 -> 1 is a duplicate; 4 has no incoming edge.
plain = torch.tensor([[0, 1, 0, 2, 3, 1, 4, 5, 6, 3, 0, 6], [1, 0, 1, 1, 2, 3, 5, 6, 5, 0, 3, 1]])
loops = torch.tensor([[2, 7, 2], [2, 7, 2]])
tricky = torch.cat([plain[:, :5], loops, plain[:, 5:]], 1)
put("plain", plain)
put("tricky", tricky)
weights = (torch.rand(tricky.shape[1]) + 0.5).float().double()
put("weights", weights)


def case(name, conv, edge_index, in_channels=5, **more):
    conv = conv.double()
    for p in conv.parameters():
        p.data = (p.data + 0.1 * torch.randn_like(p)).float().double()
    x = values(N, in_channels).requires_grad_()
    y = conv(x, edge_index, **more)
    dy = values(*y.shape)
    y.backward(dy)
    put(f"{name}.x", x)
    put(f"{name}.dx", x.grad)
    put(f"{name}.y", y)
    put(f"{name}.dy", dy)
    for key, value in conv.state_dict().items():
        put(f"{name}.param.{key}", value)
    for key, p in conv.named_parameters():
        put(f"{name}.grad.{key}", p.grad)


for graph, edges in (("plain", plain), ("tricky", tricky)):
    case(f"gcn.{graph}", pyg.GCNConv(5, 4), edges)
    case(f"sage_mean.{graph}", pyg.SAGEConv(5, 4), edges)
    case(f"sage_mean_wide.{graph}", pyg.SAGEConv(5, 7), edges)
    case(f"sage_max.{graph}", pyg.SAGEConv(5, 4, aggr="max"), edges)
    case(f"sage_add.{graph}", pyg.SAGEConv(5, 4, aggr="add", normalize=True), edges)
    case(f"sage_no_root.{graph}", pyg.SAGEConv(5, 4, root_weight=False, bias=False), edges)
    case(f"gat.{graph}", pyg.GATConv(5, 3), edges)
    case(f"gat_heads.{graph}", pyg.GATConv(5, 3, heads=8), edges)
    case(f"gat_mean.{graph}", pyg.GATConv(5, 3, heads=2, concat=False, negative_slope=0.1), edges)
    case(f"gat_no_loops.{graph}", pyg.GATConv(5, 3, heads=4, add_self_loops=False, bias=False), edges)
    case(f"cheb_1.{graph}", pyg.ChebConv(5, 4, K=1), edges)
    case(f"cheb_2.{graph}", pyg.ChebConv(5, 4, K=2), edges)
    case(f"cheb_4.{graph}", pyg.ChebConv(5, 4, K=4), edges)
    case(f"cheb_lambda.{graph}", pyg.ChebConv(5, 4, K=3), edges, lambda_max=1.7)
    case(f"cheb_none.{graph}", pyg.ChebConv(5, 4, K=3, normalization=None), edges)
    case(f"cheb_rw.{graph}", pyg.ChebConv(5, 4, K=3, normalization="rw", bias=False), edges)
    mlp = lambda: nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 4))
    case(f"gin.{graph}", pyg.GINConv(mlp()), edges)
    case(f"gin_eps.{graph}", pyg.GINConv(mlp(), eps=0.25, train_eps=True), edges)
case("gcn_weighted.tricky", pyg.GCNConv(5, 4), tricky, edge_weight=weights)
case("gcn_improved.tricky", pyg.GCNConv(5, 4, improved=True, bias=False), tricky, edge_weight=weights)
case("gcn_improved.plain", pyg.GCNConv(5, 4, improved=True, bias=False), plain)
case("gcn_no_loops.tricky", pyg.GCNConv(5, 4, add_self_loops=False), tricky, edge_weight=weights)
case("gcn_no_norm.tricky", pyg.GCNConv(5, 4, add_self_loops=False, normalize=False), tricky, edge_weight=weights)
case("cheb_weighted.tricky", pyg.ChebConv(5, 4, K=3), tricky, edge_weight=weights)

batch = torch.tensor([0, 0, 0, 1, 1, 3, 3, 3, 3])
put("batch", batch)
for name, pool in (("add", pyg.global_add_pool), ("mean", pyg.global_mean_pool), ("max", pyg.global_max_pool)):
    x = values(N, 5).requires_grad_()
    y = pool(x, batch)
    dy = values(*y.shape)
    y.backward(dy)
    for key, value in (("x", x), ("dx", x.grad), ("y", y), ("dy", dy)):
        put(f"pool_{name}.{key}", value)
save_file(tensors, "convs.safetensors")
