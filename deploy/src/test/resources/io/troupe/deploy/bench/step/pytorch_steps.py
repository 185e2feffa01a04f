"""Times of PyTorch's training steps for the networks of `troupe bench train --model NAME`, as JSON lines.

Made for PyTorch 2.13 (CPU), torchvision 0.28, timm 1.0, transformers 5.18, PyTorch Geometric 2.8:
    OMP_NUM_THREADS=2 python pytorch_steps.py NAME [--acm FOLDER] [--seconds 6] [--channels-last]
NAME: vit_tiny, swin_t, bert, clip, dcgan, unet2d, unet2d-60m or hgt. FOLDER has the files of ACM (edge.txt, ...).
Optimizers are fused. The U-Net is written here with the layers of diffusers' UNet2DModel, which needs not be installed.
"""
import argparse
import json
import os
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument("name")
parser.add_argument("--acm")
parser.add_argument("--seconds", type=float, default=6)
parser.add_argument("--channels-last", action="store_true")
arguments = parser.parse_args()
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
torch.manual_seed(1)


def adam(module, lr, betas=(0.9, 0.999)):
    return torch.optim.Adam(module.parameters(), lr=lr, betas=betas, fused=True)


def adamw(module):
    return torch.optim.AdamW(module.parameters(), lr=1e-4, fused=True)


def layout(module, images):
    if arguments.channels_last:
        return module.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)
    return module, images


def simple(module, optimizer, loss):
    module.train()

    def step():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return step, module


def vit_tiny():
    import timm

    model = timm.create_model("vit_tiny_patch16_224", img_size=32, patch_size=4, num_classes=10)
    x, y = torch.rand(32, 3, 32, 32), torch.randint(0, 10, (32,))
    return simple(model, adamw(model), lambda: F.cross_entropy(model(x), y))


def swin_t():
    import torchvision

    model = torchvision.models.swin_t()
    x, y = torch.rand(4, 3, 64, 64), torch.randint(0, 1000, (4,))
    return simple(model, adamw(model), lambda: F.cross_entropy(model(x), y))


def bert():
    from transformers import BertConfig, BertForMaskedLM

    model = BertForMaskedLM(BertConfig())
    x, mask = torch.randint(1000, 30522, (4, 128)), torch.ones(4, 128, dtype=torch.long)
    labels = torch.where(torch.rand(4, 128) < 0.15, x, -100)

    def loss():
        return model(input_ids=x, attention_mask=mask, labels=labels).loss

    return simple(model, adamw(model), loss)


def clip():
    from transformers import CLIPConfig, CLIPModel

    sizes = dict(hidden_size=256, intermediate_size=1024, num_hidden_layers=6, num_attention_heads=4)
    text = dict(sizes, vocab_size=1000, max_position_embeddings=32, eos_token_id=999, bos_token_id=0, pad_token_id=0)
    vision = dict(sizes, image_size=64, patch_size=8)
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=256))
    x, ids = torch.rand(16, 3, 64, 64), torch.randint(1, 999, (16, 32))
    ids[:, -1] = 999

    def loss():
        return model(input_ids=ids, pixel_values=x, return_loss=True).loss

    return simple(model, adamw(model), loss)


def dcgan():
    def up(i, o, s, p, last=False):
        return [nn.ConvTranspose2d(i, o, 4, s, p, bias=False)] + ([nn.Tanh()] if last else [nn.BatchNorm2d(o), nn.ReLU(True)])

    def down(i, o, norm=True):
        return [nn.Conv2d(i, o, 4, 2, 1, bias=False)] + ([nn.BatchNorm2d(o)] if norm else []) + [nn.LeakyReLU(0.2, True)]

    g = nn.Sequential(*up(100, 512, 1, 0), *up(512, 256, 2, 1), *up(256, 128, 2, 1), *up(128, 64, 2, 1), *up(64, 3, 2, 1, True))
    d = nn.Sequential(*down(3, 64, False), *down(64, 128), *down(128, 256), *down(256, 512), nn.Conv2d(512, 1, 4, 1, 0, bias=False))
    x = torch.rand(16, 3, 64, 64)
    g, x = layout(g, x)
    d, _ = layout(d, x)
    of_g, of_d = adam(g, 2e-4, (0.5, 0.999)), adam(d, 2e-4, (0.5, 0.999))
    ones, zeros = torch.ones(16), torch.zeros(16)
    loss = F.binary_cross_entropy_with_logits

    def step():
        of_d.zero_grad()
        loss(d(2 * x - 1).view(-1), ones).backward()
        fake = g(torch.randn(16, 100, 1, 1))
        loss(d(fake.detach()).view(-1), zeros).backward()
        of_d.step()
        of_g.zero_grad()
        loss(d(fake).view(-1), ones).backward()
        of_g.step()

    return step, nn.ModuleList([g, d])


class Residual(nn.Module):
    def __init__(self, i, o, time_dim, groups):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(groups, i), nn.Conv2d(i, o, 3, padding=1)
        self.time = nn.Linear(time_dim, o)
        self.norm2, self.conv2 = nn.GroupNorm(groups, o), nn.Conv2d(o, o, 3, padding=1)
        self.skip = nn.Identity() if i == o else nn.Conv2d(i, o, 1)

    def forward(self, x, t):
        h = self.conv1(F.silu(self.norm1(x))) + self.time(F.silu(t))[:, :, None, None]
        return self.skip(x) + self.conv2(F.silu(self.norm2(h)))


class Attended(nn.Module):
    def __init__(self, c, groups, head=8):
        super().__init__()
        self.norm, self.heads = nn.GroupNorm(groups, c), c // head
        self.q, self.k, self.v, self.out = (nn.Linear(c, c) for _ in range(4))

    def forward(self, x):
        b, c, h, w = x.shape
        y = self.norm(x).view(b, c, h * w).transpose(1, 2)
        q, k, v = (f(y).view(b, h * w, self.heads, -1).transpose(1, 2) for f in (self.q, self.k, self.v))
        y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, h * w, c)
        return x + self.out(y).transpose(1, 2).reshape(b, c, h, w)


class UNet2D(nn.Module):
    def __init__(self, channels, groups, layers=1):
        super().__init__()
        dim, self.width = 4 * channels[0], channels[0]
        self.time = nn.Sequential(nn.Linear(self.width, dim), nn.SiLU(), nn.Linear(dim, dim))
        self.conv_in = nn.Conv2d(3, channels[0], 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        skips, c = [channels[0]], channels[0]
        for level, o in enumerate(channels):
            last = level == len(channels) - 1
            blocks = nn.ModuleList()
            for _ in range(layers):
                blocks.append(nn.ModuleList([Residual(c, o, dim, groups), Attended(o, groups) if last else nn.Identity()]))
                c = o
                skips.append(c)
            self.down.append(nn.ModuleList([blocks, nn.Identity() if last else nn.Conv2d(c, c, 3, stride=2, padding=1)]))
            if not last:
                skips.append(c)
        self.mid = nn.ModuleList([Residual(c, c, dim, groups), Attended(c, groups), Residual(c, c, dim, groups)])
        for level, o in reversed(list(enumerate(channels))):
            last = level == len(channels) - 1
            blocks = nn.ModuleList()
            for _ in range(layers + 1):
                blocks.append(nn.ModuleList([Residual(c + skips.pop(), o, dim, groups), Attended(o, groups) if last else nn.Identity()]))
                c = o
            self.up.append(nn.ModuleList([blocks, nn.Identity() if level == 0 else nn.Conv2d(c, c, 3, padding=1)]))
        self.norm, self.out = nn.GroupNorm(groups, c), nn.Conv2d(c, 3, 3, padding=1)

    def forward(self, x, t):
        half = self.width // 2
        angles = t[:, None] * torch.exp(-torch.arange(half) * (9.210340371976184 / half))[None]
        t = self.time(torch.cat([angles.cos(), angles.sin()], 1))
        h = self.conv_in(x)
        skips = [h]
        for blocks, shrink in self.down:
            for residual, attention in blocks:
                h = attention(residual(h, t))
                skips.append(h)
            if not isinstance(shrink, nn.Identity):
                h = shrink(h)
                skips.append(h)
        h = self.mid[2](self.mid[1](self.mid[0](h, t)), t)
        for blocks, grow in self.up:
            for residual, attention in blocks:
                h = attention(residual(torch.cat([h, skips.pop()], 1), t))
            if not isinstance(grow, nn.Identity):
                h = grow(F.interpolate(h, scale_factor=2.0))
        return self.out(F.silu(self.norm(h)))


def unet(channels, groups, batch):
    model = UNet2D(channels, groups)
    x = torch.rand(batch, 3, 32, 32)
    model, x = layout(model, x)
    alphas = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)

    def loss():
        noise, t = torch.randn_like(x), torch.randint(0, 1000, (batch,))
        a = alphas[t][:, None, None, None]
        return F.mse_loss(model(a.sqrt() * (2 * x - 1) + (1 - a).sqrt() * noise, t.float()), noise)

    return simple(model, adam(model, 2e-4), loss)


def read_acm(folder):
    """Features, edges and labels as Troupe reads them: those of a paper are its authors and subjects."""
    edges, sizes = {}, {}
    for line in open(folder + "/edge.txt"):
        source, target, kind = line.split()[:3]
        a, b = kind.split("-")
        edges.setdefault((a, "to", b), []).append((int(source), int(target)))
        sizes[a], sizes[b] = max(sizes.get(a, 0), int(source) + 1), max(sizes.get(b, 0), int(target) + 1)
    edges = {kind: torch.tensor(sorted(set(pairs))).t().contiguous() for kind, pairs in edges.items()}
    subjects = edges["p", "to", "s"] + torch.tensor([[0], [sizes["a"]]])
    entries = torch.cat([edges["p", "to", "a"], subjects], 1)
    papers = torch.sparse_coo_tensor(entries, torch.ones(entries.shape[1]), (sizes["p"], sizes["a"] + sizes["s"]))
    x = {"p": papers.coalesce().to_sparse_csr(), "a": torch.ones(sizes["a"], 1), "s": torch.ones(sizes["s"], 1)}
    labels = [line.split() for line in open(folder + "/label.txt")]
    return x, edges, {int(name[1:]): int(label) for name, label in labels}


def hgt():
    from torch_geometric.nn import HGTConv

    x, edges, labels = read_acm(arguments.acm)
    train = torch.tensor(sorted(labels)[:808])
    y = torch.tensor([labels[int(paper)] for paper in train])

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.lin = nn.ModuleDict({t: nn.Linear(x[t].shape[1], 64) for t in x})
            self.convs = nn.ModuleList([HGTConv(64, 64, (list(x), list(edges)), 4) for _ in range(2)])
            self.out = nn.Linear(64, 3)

        def forward(self):
            h = {t: self.project(t).relu_() for t in x}
            for conv in self.convs:
                h = {t: F.dropout(v, 0.5, self.training) for t, v in h.items()}
                h = conv(h, edges)
            return self.out(h["p"])

        def project(self, t):
            lin = self.lin[t]
            return torch.sparse.mm(x[t], lin.weight.t()) + lin.bias if t == "p" else lin(x[t])

    model = Net()
    return simple(model, adam(model, 5e-3), lambda: F.cross_entropy(model()[train], y))


WORKS = {
    "vit_tiny": vit_tiny,
    "swin_t": swin_t,
    "bert": bert,
    "clip": clip,
    "dcgan": dcgan,
    "unet2d": lambda: unet((32, 64, 64), 8, 8),
    "unet2d-60m": lambda: unet((128, 256, 384, 512), 32, 2),
    "hgt": hgt,
}

step, module = WORKS[arguments.name]()
for _ in range(3):
    step()
times = []
end = time.perf_counter() + arguments.seconds
while len(times) < 3 or time.perf_counter() < end:
    start = time.perf_counter()
    step()
    times.append(time.perf_counter() - start)
print(
    json.dumps(
        {
            "peer": "pytorch " + torch.__version__,
            "name": arguments.name,
            "channels_last": arguments.channels_last,
            "parameters": sum(p.numel() for p in module.parameters()),
            "steps": len(times),
            "median_ms": round(1e3 * statistics.median(times), 2),
            "min_ms": round(1e3 * min(times), 2),
        }
    )
)
