"""Writes results of torchvision for the deterministic parts of augmentations.

usage: python make_fixtures.py    (torch 2.13, torchvision 0.28; writes expected.csv beside itself)

Columns: operation, its arguments separated by spaces, channels, height, width, pixels before the
operation, pixels after it.
"""
import csv
import pathlib

import torch
import torchvision.transforms.functional as F
from torchvision.transforms import InterpolationMode

torch.manual_seed(5)
BILINEAR = InterpolationMode.BILINEAR


def crop(picture, padding, top, left):
    height, width = picture.shape[-2:]
    return F.crop(F.pad(picture, [padding] * 4), top, left, height, width)


def shift(picture, down, right):
    return F.affine(picture, 0, [right, down], 1.0, [0.0, 0.0])


CASES = [
    ("flip", lambda p: F.hflip(p), []),
    ("vflip", lambda p: F.vflip(p), []),
    *[("crop", crop, [2, top, left]) for top, left in ((0, 0), (4, 4), (1, 3), (2, 2))],
    *[("shift", shift, [down, right]) for down, right in ((0, 0), (2, -1), (-3, 2), (6, 0), (0, -9))],
    *[("erase", lambda p, t, l, h, w: F.erase(p, t, l, h, w, torch.tensor(0.0)), a) for a in ([1, 2, 3, 2], [0, 0, 1, 4])],
    *[("rotate", lambda p, a: F.rotate(p, a, BILINEAR), [a]) for a in (10.0, -33.0, 90.0, 180.0, 4.5)],
    *[("brightness", F.adjust_brightness, [f]) for f in (0.0, 0.6, 1.7)],
    *[("contrast", F.adjust_contrast, [f]) for f in (0.0, 0.6, 1.7)],
    *[("saturation", F.adjust_saturation, [f]) for f in (0.0, 0.6, 1.7)],
    *[("nearest", lambda p, a: F.rotate(p, a), [a]) for a in (10.0, -33.0, 57.0)],
]

with open(pathlib.Path(__file__).parent / "expected.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    for name, operation, arguments in CASES:
        for shape in ((1, 6, 6), (3, 5, 8)):
            before = torch.rand(shape)
            after = operation(before.clone(), *arguments)
            assert after.shape == before.shape
            texts = [" ".join(f"{v:.8g}" for v in t.flatten().tolist()) for t in (before, after)]
            writer.writerow([name, " ".join(map(str, arguments)), *shape, *texts])
