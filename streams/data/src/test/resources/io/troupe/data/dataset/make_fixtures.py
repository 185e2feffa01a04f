"""Pictures of every kind that PNG and JPEG have, and what PIL reads from them.

usage: python make_fixtures.py     (pillow, numpy; writes pictures/ beside itself)

expected.csv: file, mode (L or RGB), height and width asked for, pixels (channels, height, width).
16-bit grey is its upper byte, where PIL would clip.
"""
import csv
import pathlib

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent / "pictures"
HERE.mkdir(exist_ok=True)
rng = np.random.default_rng(3)
noise = rng.integers(0, 256, (7, 5, 4), dtype=np.uint8)
y, x = np.mgrid[0:9, 0:11]
smooth = np.stack([x * 20, y * 25, (x + y) * 10], -1).astype(np.uint8)

Image.fromarray(noise[..., 0], "L").save(HERE / "grey.png")
Image.fromarray(noise[..., :2], "LA").save(HERE / "grey_alpha.png")
Image.fromarray(noise[..., :3], "RGB").save(HERE / "colour.png")
Image.fromarray(noise, "RGBA").save(HERE / "colour_alpha.png")
Image.fromarray(noise[..., :3], "RGB").quantize(16).save(HERE / "palette.png")
Image.fromarray(noise[..., 0] > 128).save(HERE / "bits.png")
wide = rng.integers(0, 65536, (7, 5)).astype(np.uint16)
Image.fromarray(wide, "I;16").save(HERE / "grey16.png")
Image.fromarray(smooth, "RGB").save(HERE / "colour.jpg", quality=90)
Image.fromarray(smooth[..., 0], "L").save(HERE / "grey.jpeg", quality=90)

rows = []
for path in sorted(HERE.iterdir()):
    if path.suffix == ".csv":
        continue
    for mode in ("L", "RGB"):
        image = Image.open(path)
        if path.name == "grey16.png":
            image = Image.fromarray((wide >> 8).astype(np.uint8), "L")
        image = image.convert("RGB") if image.mode == "P" else image
        image = image.convert(mode)
        width, height = image.size
        for h, w in ((height, width), (4, 3), (10, 13), (height, 2)):
            pixels = np.asarray(image.resize((w, h), Image.Resampling.BILINEAR))
            pixels = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
            rows.append([path.name, mode, h, w, " ".join(map(str, pixels.flatten()))])
with open(HERE / "expected.csv", "w", newline="") as out:
    csv.writer(out, lineterminator="\n").writerows(rows)
