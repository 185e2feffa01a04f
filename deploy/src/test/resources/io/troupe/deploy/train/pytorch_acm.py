"""Macro F1 of PyTorch Geometric's HGTConv and HANConv on ACM, with the split and the protocol of Troupe's recipes.

Made for PyTorch 2.13 (CPU) and PyTorch Geometric 2.8:
    OMP_NUM_THREADS=2 python pytorch_acm.py hgt|han FOLDER [--seeds 42,43,44] [--epochs 70] [--lr 5e-3] ...
FOLDER has the files of ACM (edge.txt, label.txt). Each seed keeps the epoch with the highest macro F1 on the validation
papers; its macro F1 on the test papers is printed, and the mean over the seeds. With --batch-size, a step of HGT computes
the loss of some papers on a sample of the graph around them, as HGTLoader draws it (the loader itself needs pyg-lib).
"""
import argparse
import json
import os
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch_geometric.nn import HANConv, HGTConv

parser = argparse.ArgumentParser()
parser.add_argument("name", choices=["hgt", "han"])
parser.add_argument("folder")
parser.add_argument("--seeds", default="42")
parser.add_argument("--epochs", type=int, default=70)
parser.add_argument("--lr", type=float, default=5e-3)
parser.add_argument("--weight-decay", type=float, default=1e-3)
parser.add_argument("--dropout", type=float)  # default: 0.5 (hgt), 0.6 (han)
parser.add_argument("--hidden", type=int, default=64)
parser.add_argument("--heads", type=int)  # default: 4 (hgt), 8 (han)
parser.add_argument("--batch-size", type=int, default=0)  # 0: all training papers
parser.add_argument("--num-samples", default="64,64")  # nodes of each type in each iteration
parser.add_argument("--normalize", action="store_true")
parser.add_argument("--test-fraction", type=float, default=0.7)
parser.add_argument("--validation-fraction", type=float, default=0.33)
arguments = parser.parse_args()
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
dropout = arguments.dropout if arguments.dropout is not None else {"hgt": 0.5, "han": 0.6}[arguments.name]
heads = arguments.heads or {"hgt": 4, "han": 8}[arguments.name]
MASK = 0xFFFFFFFF


def philox(key, counter):
    """Philox 4x32-10: four random words of a counter of four words."""
    k0, k1 = key
    c0, c1, c2, c3 = counter
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & MASK, (p0 >> 32) ^ c3 ^ k1, p0 & MASK
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return c0, c1, c2, c3


def split(labeled):
    """The training, validation and test nodes of LabeledSplit with split-seed 0."""
    stream = 0x73706C6974
    key0, key1, counter2, counter3 = philox((0, 0), (stream & MASK, stream >> 32, 0x5DEECE66, 0))
    order = list(range(len(labeled)))
    for i in range(len(labeled) - 1, 0, -1):
        first, second = philox((key0, key1), (i, 0, counter2, counter3))[:2]
        j = int((((first << 21) ^ (second >> 11)) & ((1 << 53) - 1)) * 2.0**-53 * (i + 1))
        order[i], order[j] = order[j], order[i]
    num_test = round(len(labeled) * arguments.test_fraction)
    num_validation = round((len(labeled) - num_test) * arguments.validation_fraction)
    ends = [0, num_test, num_test + num_validation, len(labeled)]
    test, validation, train = (sorted(labeled[n] for n in order[a:b]) for a, b in zip(ends, ends[1:]))
    return torch.tensor(train), torch.tensor(validation), torch.tensor(test)


def read(folder):
    """Features, edges and labels as TypedGraphFolder reads them: those of a paper are its authors and subjects."""
    edges, sizes = {}, {}
    for line in open(folder + "/edge.txt"):
        source, target, kind = line.split()[:3]
        a, b = kind.split("-")
        edges.setdefault((a, "to", b), []).append((int(source), int(target)))
        sizes[a], sizes[b] = max(sizes.get(a, 0), int(source) + 1), max(sizes.get(b, 0), int(target) + 1)
    edges = {kind: torch.tensor(pairs).t().contiguous() for kind, pairs in edges.items()}
    entries, columns = [], 0
    for (a, _, b), pairs in edges.items():
        if a == "p":
            entries.append(pairs + torch.tensor([[0], [columns]]))
            columns += sizes[b]
    entries = torch.cat(entries, 1)
    values = torch.ones(entries.shape[1])
    if arguments.normalize:
        values /= torch.zeros(sizes["p"]).index_add_(0, entries[0], values)[entries[0]]
    x = {t: torch.ones(size, 1) for t, size in sizes.items()}
    x["p"] = (entries, values, (sizes["p"], columns))
    labels = {int(name[1:]): int(label) for name, label in map(str.split, open(folder + "/label.txt"))}
    return x, edges, labels


def project(x, linear, training):
    """A linear layer on features with dropout; sparse ones are (entries, values, shape)."""
    if isinstance(x, torch.Tensor):
        return linear(F.dropout(x, dropout, training))
    entries, values, shape = x
    sparse = torch.sparse_coo_tensor(entries, F.dropout(values, dropout, training), shape)
    return torch.sparse.mm(sparse, linear.weight.t()) + linear.bias


class HGT(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.ModuleDict({t: nn.Linear(num_columns(x[t]), arguments.hidden) for t in x})
        types = (list(x), list(edges))
        self.convs = nn.ModuleList([HGTConv(arguments.hidden, arguments.hidden, types, heads) for _ in range(2)])
        self.out = nn.Linear(arguments.hidden, classes)

    def forward(self, edges):
        h = {t: project(x[t], self.lin[t], self.training).relu() for t in x}
        for conv in self.convs:
            h = conv({t: F.dropout(v, dropout, self.training) for t, v in h.items()}, edges)
        return self.out(h["p"])


class HAN(nn.Module):
    """HANConv over the metapaths p-?-p, each pair of papers once, as AddMetaPaths makes them."""

    def __init__(self):
        super().__init__()
        self.pairs = {("p", f"metapath_{i}", "p"): pairs for i, pairs in enumerate(metapaths())}
        types = (["p"], list(self.pairs))
        self.conv = HANConv(num_columns(x["p"]), arguments.hidden, types, heads, dropout=dropout)
        self.out = nn.Linear(arguments.hidden, classes)

    def forward(self, edges):
        # The projection is applied here because that of HANConv does not take sparse features.
        h = project(x["p"], self.conv.proj["p"], self.training)
        proj, self.conv.proj["p"] = self.conv.proj["p"], nn.Identity()
        out = self.conv({"p": h}, self.pairs)["p"]
        self.conv.proj["p"] = proj
        return self.out(out)


def metapaths():
    for (a, _, b), pairs in edges.items():
        if a == "p":
            size = (x["p"][2][0], x[b].shape[0])
            links = torch.sparse_coo_tensor(pairs, torch.ones(pairs.shape[1]), size).coalesce()
            yield torch.sparse.mm(links, links.t()).coalesce().indices()


def num_columns(features):
    return features.shape[1] if isinstance(features, torch.Tensor) else features[2][1]


def sample(papers):
    """The edges of a sample of the graph around papers (arXiv:2003.01332, algorithms 1 and 2)."""
    drawn = {t: torch.zeros(num_nodes(x[t]), dtype=torch.bool) for t in x}
    budgets = {t: torch.zeros(num_nodes(x[t]), dtype=torch.double) for t in x}
    picked = {"p": papers}
    for count in [*map(int, arguments.num_samples.split(",")), None]:
        for t, nodes in picked.items():
            drawn[t][nodes] = True
        if count is None:
            break
        for (a, _, b), (source, target) in edges.items():
            if b in picked:
                share = torch.zeros(num_nodes(x[b]), dtype=torch.double)
                share[picked[b]] = 1 / target.bincount(minlength=num_nodes(x[b]))[picked[b]].double()
                budgets[a].index_add_(0, source, share[target].nan_to_num(posinf=0))
        weights = {t: budgets[t].square() * ~drawn[t] for t in x}
        counts = {t: min(count, int((weights[t] > 0).sum())) for t in x}
        picked = {t: torch.multinomial(weights[t], counts[t]) for t in x if counts[t]}
    return {
        (a, r, b): pairs[:, drawn[a][pairs[0]] & drawn[b][pairs[1]]] for (a, r, b), pairs in edges.items()
    }


def batches():
    """Training papers of a step, and the edges that it uses."""
    if not arguments.batch_size:
        yield train, edges
        return
    for papers in train[torch.randperm(len(train))].split(arguments.batch_size):
        yield papers, sample(papers)


def num_nodes(features):
    return len(features) if isinstance(features, torch.Tensor) else features[2][0]


def macro_f1(scores, nodes):
    predicted, actual = scores[nodes].argmax(1), y[nodes]
    f1 = []
    for label in range(classes):
        both = ((predicted == label) & (actual == label)).sum().item()
        either = (predicted == label).sum().item() + (actual == label).sum().item()
        f1.append(2 * both / either if either else 0)
    return sum(f1) / classes


x, edges, labels = read(arguments.folder)
train, validation, test = split(sorted(labels))
y = torch.full((x["p"][2][0],), -1)
y[list(labels)] = torch.tensor(list(labels.values()))
classes = int(y.max()) + 1
results = []
for seed in map(int, arguments.seeds.split(",")):
    torch.manual_seed(seed)
    model = HGT() if arguments.name == "hgt" else HAN()
    optimizer = torch.optim.Adam(model.parameters(), lr=arguments.lr, weight_decay=arguments.weight_decay)
    best = (-1, 0, 0)
    start = time.time()
    for epoch in range(1, arguments.epochs + 1):
        model.train()
        for papers, near in batches():
            optimizer.zero_grad()
            F.cross_entropy(model(near)[papers], y[papers]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            scores = model(edges)
        found = macro_f1(scores, validation)
        if found > best[0]:
            best = (found, macro_f1(scores, test), epoch)
        if epoch % 10 == 0:
            print(f"seed {seed}, epoch {epoch}: best epoch {best[2]}, validation {best[0]:.4f}", file=sys.stderr)
    results.append(best)
    line = dict(seed=seed, validation=best[0], test=best[1], epoch=best[2], seconds=time.time() - start)
    print(json.dumps(line), flush=True)
spread = torch.tensor([r[1] for r in results])
mean = sum(r[0] for r in results) / len(results)
print(json.dumps(dict(validation=mean, test=spread.mean().item(), deviation=spread.std(correction=0).item())))
