"""PyTorch definitions of the models in io.troupe.nn.vision that torchvision does not provide."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class LeNet5(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, hidden=64, image_size=28, activation=torch.sigmoid,
                 pool=F.avg_pool2d):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 6, 5, padding=(32 - image_size) // 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.conv3 = nn.Conv2d(16, 120, 5)
        self.fc1 = nn.Linear(120, hidden)
        self.fc2 = nn.Linear(hidden, num_classes)
        self.activation, self.pool = activation, pool

    def forward(self, x):
        x = self.pool(self.activation(self.conv1(x)), 2)
        x = self.pool(self.activation(self.conv2(x)), 2)
        x = self.activation(self.conv3(x)).flatten(1)
        return self.fc2(self.activation(self.fc1(x)))


class SimpleCNN(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, image_size=28):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc1 = nn.Linear(64 * (image_size // 4) ** 2, 128)
        self.fc2 = nn.Linear(128, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
        return self.fc2(F.relu(self.fc1(x)))


def norm2d(kind, channels):
    return nn.GroupNorm(8, channels) if kind == "group" else nn.BatchNorm2d(channels)


class Block(nn.Module):
    def __init__(self, in_channels, out_channels, time_dim, norm):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.norm1 = norm2d(norm, out_channels)
        self.time = nn.Linear(time_dim, out_channels) if time_dim else None
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.norm2 = norm2d(norm, out_channels)

    def forward(self, x, embedding):
        x = F.relu(self.norm1(self.conv1(x)))
        if self.time is not None:
            x = x + self.time(embedding)[:, :, None, None]
        return F.relu(self.norm2(self.conv2(x)))


class UNet(nn.Module):
    def __init__(self, in_channels=3, out_channels=1, base=32, depth=3, time_dim=0, num_classes=0, norm="batch"):
        super().__init__()
        widths = [base * 2 ** i for i in range(depth + 1)]
        self.down = nn.ModuleList([Block(i, o, time_dim, norm) for i, o in zip([in_channels] + widths, widths[:-1])])
        self.middle = Block(widths[-2], widths[-1], time_dim, norm)
        self.upsample = nn.ModuleList([nn.ConvTranspose2d(2 * w, w, 2, stride=2) for w in widths[-2::-1]])
        self.up = nn.ModuleList([Block(2 * w, w, time_dim, norm) for w in widths[-2::-1]])
        self.out = nn.Conv2d(base, out_channels, 1)
        if time_dim:
            self.time_embed = nn.Sequential(nn.Linear(64, time_dim), nn.SiLU(), nn.Linear(time_dim, time_dim))
        if num_classes:
            self.label_embed = nn.Embedding(num_classes + 1, time_dim)  # the last row: no label

    def embedding(self, timestep, label):
        angle = timestep[:, None] * torch.exp(-math.log(10000) * torch.arange(32, dtype=self.out.weight.dtype) / 32)
        e = self.time_embed(torch.cat([angle.sin(), angle.cos()], 1))
        return e if label is None else e + self.label_embed(label)

    def forward(self, x, timestep=None, label=None):
        e = None if timestep is None else self.embedding(timestep, label)
        skips = []
        for block in self.down:
            x = block(x, e)
            skips.append(x)
            x = F.max_pool2d(x, 2)
        x = self.middle(x, e)
        for upsample, block in zip(self.upsample, self.up):
            x = block(torch.cat([upsample(x), skips.pop()], 1), e)
        return self.out(x)
