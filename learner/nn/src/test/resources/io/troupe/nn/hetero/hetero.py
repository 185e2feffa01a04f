"""Writes hetero.safetensors: HAN and HGT with their outputs and gradients.

Generated with PyTorch 2.13, torch_geometric 2.8 and safetensors on a CPU. Run in this folder: python hetero.py
The networks are those of torch_geometric's examples han_imdb.py and hgt_dblp.py. Computed in double precision from
inputs that are exact in single precision.
"""
import torch
from torch import nn
from torch_geometric.nn import HANConv, HGTConv
from safetensors.torch import save_file

torch.manual_seed(11)
tensors = {}


def put(name, tensor):
    tensor = tensor.detach()
    tensors[name] = (tensor.float() if tensor.dtype == torch.double else tensor).contiguous().clone()


def run(name, module, x, edges, call):
    module = module.double().eval()
    for p in module.parameters():
        p.data = (p.data + 0.1 * torch.randn_like(p)).float().double()
    x = {t: v.clone().requires_grad_() for t, v in x.items()}
    out = call(module, x, edges)
    loss = 0
    for t, y in out.items():
        dy = torch.randn(*y.shape).double()
        loss = loss + (y * dy).sum()
        put(f"{name}.y.{t}", y)
        put(f"{name}.dy.{t}", dy)
    loss.backward()
    for t, v in x.items():
        put(f"{name}.x.{t}", v)
        if v.grad is not None:
            put(f"{name}.dx.{t}", v.grad)
    for key, value in module.state_dict().items():
        put(f"{name}.param.{key}", value)
    for key, p in module.named_parameters():
        if p.grad is not None:
            put(f"{name}.grad.{key}", p.grad)


class HAN(nn.Module):
    def __init__(self, in_channels, metadata, hidden, heads, out, target):
        super().__init__()
        self.target = target
        self.han_conv = HANConv(in_channels, hidden, heads=heads, dropout=0.6, metadata=metadata)
        self.lin = nn.Linear(hidden, out)

    def forward(self, x_dict, edge_index_dict):
        return self.lin(self.han_conv(x_dict, edge_index_dict)[self.target])


class HGT(nn.Module):
    def __init__(self, sizes, metadata, hidden, heads, layers, out, target):
        super().__init__()
        self.target = target
        self.lin_dict = nn.ModuleDict({t: nn.Linear(n, hidden) for t, n in sizes.items()})
        self.convs = nn.ModuleList([HGTConv(hidden, hidden, metadata, heads) for _ in range(layers)])
        self.lin = nn.Linear(hidden, out)

    def forward(self, x_dict, edge_index_dict):
        x_dict = {t: self.lin_dict[t](x).relu() for t, x in x_dict.items()}
        for conv in self.convs:
            x_dict = conv(x_dict, edge_index_dict)
        return self.lin(x_dict[self.target])


def graph(nodes, sizes, counts):
    x = {t: torch.randn(n, sizes[t]).double() for t, n in nodes.items()}
    edges = {}
    for (s, r, d), count in counts.items():
        edges[(s, r, d)] = torch.stack([torch.randint(nodes[s], (count,)), torch.randint(nodes[d] - 1, (count,))])
    return x, edges


# The last node of each type receives no edge, and edges may occur twice.
cases = {
    "papers": (
        {"paper": 9, "author": 6, "subject": 3},
        {"paper": 5, "author": 4, "subject": 7},
        {("paper", "to", "author"): 14, ("author", "to", "paper"): 13, ("paper", "to", "subject"): 9,
         ("subject", "to", "paper"): 10},
        dict(hidden=8, heads=2, layers=2, out=3, target="paper"),
        [[("paper", "author"), ("author", "paper")], [("paper", "subject"), ("subject", "paper")]]),
    "odd": (
        {"a": 7, "b": 11},
        {"a": 3, "b": 3},
        {("a", "likes", "b"): 12, ("b", "likes", "a"): 17, ("b", "knows", "b"): 19},
        dict(hidden=15, heads=5, layers=3, out=2, target="b"),
        [[("b", "b")], [("b", "a"), ("a", "b")], [("b", "b"), ("b", "b")]]),
}
for case, (nodes, sizes, counts, config, metapaths) in cases.items():
    x, edges = graph(nodes, sizes, counts)
    metadata = (list(nodes), list(edges))
    for key, value in edges.items():
        put(f"{case}.edge_index.{'__'.join(key)}", value)
    hidden, heads = config["hidden"], config["heads"]
    conv_call = lambda m, x, e: {t: y for t, y in m(x, e).items() if y is not None}
    run(f"{case}.han_conv", HANConv(sizes, hidden, metadata, heads=heads, negative_slope=0.1), x, edges, conv_call)
    run(f"{case}.hgt_conv", HGTConv(sizes, hidden, metadata, heads), x, edges, conv_call)
    same = {t: torch.randn(n, hidden).double() for t, n in nodes.items()}
    run(f"{case}.hgt_conv_skip", HGTConv(hidden, hidden, metadata, heads), same, edges, conv_call)
    target = config["target"]
    model_call = lambda m, x, e: {target: m(x, e)}
    run(f"{case}.hgt", HGT(sizes, metadata, **config), x, edges, model_call)

    # the pairs and names of torch_geometric.transforms.AddMetaPaths
    pairs = {}
    for number, path in enumerate(metapaths):
        reach = {(i, i) for i in range(nodes[target])}
        for s, *_, d in path:
            step = {(a, b) for key, e in edges.items() if key[0] == s and key[2] == d for a, b in e.t().tolist()}
            reach = {(i, b) for i, a in reach for c, b in step if a == c}
        pairs[(target, f"metapath_{number}", target)] = torch.tensor(sorted(reach)).t()
    run(f"{case}.han", HAN({target: sizes[target]}, ([target], list(pairs)), hidden, heads, config["out"], target),
        {target: x[target]}, pairs, model_call)
save_file(tensors, "hetero.safetensors")
