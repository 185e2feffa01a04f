"""Writes models.safetensors: graph networks with their outputs and gradients.

Generated with PyTorch 2.13, torch_geometric 2.8 and safetensors on a CPU. Run in this folder: python models.py
GCN, GraphSAGE and GAT are from torch_geometric.nn.models; the other models are built here from its layers.
Computed in double precision from inputs that are exact in single precision, in evaluation mode.
"""
import torch
import torch.nn.functional as F
import torch_geometric.nn as pyg
from torch import nn
from torch_geometric.nn import models
from safetensors.torch import save_file

torch.manual_seed(3)
tensors = {}
N = 12
BATCH = torch.tensor([0] * 5 + [1] * 3 + [2] * 4)


def put(name, tensor):
    tensor = tensor.detach()
    tensors[name] = (tensor.float() if tensor.dtype == torch.double else tensor).contiguous().clone()


class ChebNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([pyg.ChebConv(6, 8, K=3), pyg.ChebConv(8, 4, K=3)])

    def forward(self, x, edge_index):
        return self.convs[1](self.convs[0](x, edge_index).relu(), edge_index)


class GIN(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList(
            pyg.GINConv(pyg.MLP([6 if i == 0 else 8, 8, 8]), train_eps=True) for i in range(3))
        self.mlp = pyg.MLP([8, 8, 4], norm=None, dropout=0.5)

    def forward(self, x, edge_index):
        for conv in self.convs:
            x = conv(x, edge_index).relu()
        return self.mlp(pyg.global_add_pool(x, BATCH))


class GraphGCN(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([pyg.GCNConv(6, 8), pyg.GCNConv(8, 8), pyg.GCNConv(8, 8)])
        self.lin = nn.Linear(8, 4)

    def forward(self, x, edge_index):
        x = self.convs[0](x, edge_index).relu()
        x = self.convs[1](x, edge_index).relu()
        x = pyg.global_mean_pool(self.convs[2](x, edge_index), BATCH)
        return self.lin(F.dropout(x, 0.5, self.training))


# edges within each of three graphs; node 4 has no edge
edge_index = torch.tensor([[0, 1, 1, 2, 2, 3, 3, 0, 5, 6, 6, 7, 8, 9, 9, 10, 10, 11, 11, 8, 8, 10],
                           [1, 0, 2, 1, 3, 2, 0, 3, 6, 5, 7, 6, 9, 8, 10, 9, 11, 10, 8, 11, 10, 8]])
put("edge_index", edge_index)
put("batch", BATCH)
for name, module in (
        ("gcn", models.GCN(6, 8, 2, 4)),
        ("graphsage", models.GraphSAGE(6, 8, 2, 4)),
        ("gat", models.GAT(6, 8, 2, 4, heads=4, act="elu")),
        ("chebnet", ChebNet()),
        ("gin", GIN()),
        ("graph-gcn", GraphGCN())):
    module = module.double().eval()
    for key, value in module.state_dict().items():
        if value.is_floating_point():
            noise = torch.rand_like(value) if key.endswith("running_var") else torch.randn_like(value)
            value.copy_((value + 0.1 * noise).float().double())
    x = torch.randn(N, 6).double().requires_grad_()
    y = module(x, edge_index)
    dy = (torch.rand(*y.shape) + 0.5).double()
    y.backward(dy)
    for key, value in (("x", x), ("dx", x.grad), ("y", y), ("dy", dy)):
        put(f"{name}.{key}", value)
    for key, value in module.state_dict().items():
        put(f"{name}.param.{key}", value)
    for key, p in module.named_parameters():
        put(f"{name}.grad.{key}", p.grad)
save_file(tensors, "models.safetensors")
