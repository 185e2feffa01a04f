"""Writes generative.safetensors: diffusion, flow matching and autoencoders, from the papers' formulas.

Generated with PyTorch 2.13 and safetensors on a CPU. Run in this folder: python generative.py
diffusers is not used; the equations are those of arXiv:2006.11239 (DDPM), 2102.09672 (cosine schedule),
2010.02502 (DDIM), 2207.12598 (guidance) and 2210.02747 (flow matching). The network of the samplers is a
formula (network below), which the test also defines. Double precision, from inputs exact in single precision.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn
from safetensors.torch import save_file

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
out = {}


def values(*sizes):
    return torch.randn(*sizes).float().double()


def put(name, tensor, double=False):
    out[name] = tensor.detach().to(torch.float64 if double else torch.float32).contiguous().clone()


# Schedules: alphaBar of each timestep.
T = 1000
beta = torch.tensor([1e-4 + (0.02 - 1e-4) * t / (T - 1) for t in range(T)])
linear = torch.cumprod(1 - beta, 0)
f = [math.cos((t / T + 0.008) / 1.008 * math.pi / 2) ** 2 for t in range(T + 1)]
cosine = torch.cumprod(torch.tensor([1 - min(1 - f[t + 1] / f[t], 0.999) for t in range(T)]), 0)
put("linear", linear, True)
put("cosine", cosine, True)


def network(x, t, label):
    """label: the class index of each image, -1 for no label."""
    return torch.tanh(0.7 * x) * (0.5 + t / 2000) + 0.1 * label.view(-1, 1, 1, 1)


def guided(x, t, label, scale):
    none = torch.full_like(label, -1)
    return (1 - scale) * network(x, t, none) + scale * network(x, t, label)


# Noisy images at a timestep: equation 4 of DDPM; images in [0, 1] are first scaled to [-1, 1].
images, noise = torch.rand(3, 1, 4, 4).float().double(), values(3, 1, 4, 4)
t = torch.tensor([0, 500, 999])
a = cosine[t].view(-1, 1, 1, 1)
put("noised.images", images)
put("noised.noise", noise)
put("noised.out", a.sqrt() * (2 * images - 1) + (1 - a).sqrt() * noise)

# DDPM over 8 timesteps: equations 6 and 7, the predicted image clamped to [-1, 1], posterior variance.
S = 8
b = torch.tensor([1e-4 + (0.02 - 1e-4) * i / (S - 1) for i in range(S)]) * 10
bar = torch.cumprod(1 - b, 0)
x = values(3, 1, 4, 4)
label = torch.tensor([2.0, 0.0, -1.0])
put("ddpm.start", x)
for i in reversed(range(S)):
    eps = network(x, i, label)
    x0 = ((x - (1 - bar[i]).sqrt() * eps) / bar[i].sqrt()).clamp(-1, 1)
    before = bar[i - 1] if i else torch.tensor(1.0)
    mean = before.sqrt() * b[i] / (1 - bar[i]) * x0 + (1 - b[i]).sqrt() * (1 - before) / (1 - bar[i]) * x
    z = values(3, 1, 4, 4)
    put(f"ddpm.noise.{i}", z)
    x = mean + ((1 - before) / (1 - bar[i]) * b[i]).sqrt() * z if i else mean
    put(f"ddpm.x.{i}", x)

# DDIM with eta 0 and guidance: equation 12, the noise recomputed from the predicted image.
x = values(3, 1, 4, 4)
put("ddim.start", x)
steps = [999, 899, 799, 699, 599, 499, 399, 299, 199, 99]
for i, step in enumerate(steps):
    a, before = linear[step], linear[steps[i + 1]] if i + 1 < len(steps) else torch.tensor(1.0)
    eps = guided(x, step, label, 2.5)
    x0 = ((x - (1 - a).sqrt() * eps) / a.sqrt()).clamp(-1, 1)
    x = before.sqrt() * x0 + (1 - before).sqrt() * (x - a.sqrt() * x0) / (1 - a).sqrt()
put("ddim.end", x)

# Flow matching: dx/dt = velocity, with Euler and midpoint steps; the network gets 1000 t as the timestep.
start = values(3, 1, 4, 4)
put("flow.start", start)
for name, steps in ("euler", 7), ("midpoint", 5):
    x, h = start.clone(), 1 / steps
    for i in range(steps):
        v = network(x, 1000 * i * h, label)
        if name == "midpoint":
            v = network(x + h / 2 * v, 1000 * (i * h + h / 2), label)
        x = x + h * v
    put(f"flow.{name}", x)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(24, 7), nn.Linear(7, 3), nn.Linear(7, 3)
        self.fc3, self.fc4 = nn.Linear(3, 7), nn.Linear(7, 24)

    def encode(self, x):
        h = F.relu(self.fc1(x.flatten(1)))
        return self.fc21(h), self.fc22(h)

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(24, 7), nn.ReLU(), nn.Linear(7, 3))
        self.decoder = nn.Sequential(nn.Linear(3, 7), nn.ReLU(), nn.Linear(7, 24))

    def forward(self, x):
        return torch.sigmoid(self.decoder(self.encoder(x.flatten(1)))).view_as(x)


def rounded(module):
    for p in module.parameters():
        p.data = (2 * p.data).float().double()
    return module


def learned(name, module, loss):
    loss.backward()
    put(f"{name}.loss", loss)
    for key, p in module.named_parameters():
        put(f"{name}.param.{key}", p)
        put(f"{name}.grad.{key}", p.grad)


images = torch.rand(4, 2, 3, 4).float().double()
put("images", images)
vae, z = rounded(VAE()), values(4, 3)
mu, logvar = vae.encode(images)
decoded = vae.decode(mu + z * torch.exp(0.5 * logvar))
bce = F.binary_cross_entropy(decoded, images.flatten(1), reduction="sum")
kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
put("vae.noise", z)
put("vae.mean", mu)
put("vae.logvar", logvar)
put("vae.reconstruction", vae.decode(mu).view_as(images))
learned("vae", vae, (bce + kl) / 4)
auto = rounded(Autoencoder())
put("autoencoder.y", auto(images))
learned("autoencoder", auto, F.mse_loss(auto(images), images))
save_file(out, "generative.safetensors")
