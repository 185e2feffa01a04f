"""Writes images of every format that ImageFile reads, with the pixels that PIL reads (pillow 12.3.0, numpy).

python make_fixtures.py     writes images/ beside itself

expected.csv: file, mode (L or RGB), height and width, pixels (channels, height, width). The script applies the
EXIF orientation (ImageOps.exif_transpose), then convert("RGB") as torchvision's default_loader does. 16-bit gray images are
reduced to the upper byte; PIL would clip them.
"""
import csv
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

HERE = pathlib.Path(__file__).parent / "images"
HERE.mkdir(exist_ok=True)
for old in HERE.iterdir():
    old.unlink()
rng = np.random.default_rng(3)
noise = rng.integers(0, 256, (7, 5, 4), dtype=np.uint8)
y, x = np.mgrid[0:9, 0:11]
smooth = np.stack([x * 20, y * 25, (x + y) * 10], -1).astype(np.uint8)
wide = rng.integers(0, 65536, (7, 5)).astype(np.uint16)

gray, gray_alpha = Image.fromarray(noise[..., 0], "L"), Image.fromarray(noise[..., :2], "LA")
color, color_alpha = Image.fromarray(noise[..., :3], "RGB"), Image.fromarray(noise, "RGBA")
palette, bits = color.quantize(16), Image.fromarray(noise[..., 0] > 128)
photo, gray_photo = Image.fromarray(smooth, "RGB"), Image.fromarray(smooth[..., 0], "L")
gray16 = Image.fromarray(wide, "I;16")
inks = Image.fromarray(np.stack([x * 20, y * 25, (x + y) * 10, x * y * 2], -1).astype(np.uint8), "CMYK")
transparent = palette.copy()
transparent.info["transparency"] = 3
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def oriented(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def save(image, name, **options):
    image.save(HERE / name, **options)


resized = ["gray.png", "gray_alpha.png", "color.png", "color_alpha.png", "palette.png", "bits.png", "gray16.png",
           "color.jpg", "gray.jpeg"]
save(gray, "gray.png")
save(gray_alpha, "gray_alpha.png")
save(color, "color.png")
save(color_alpha, "color_alpha.png")
save(palette, "palette.png")
save(bits, "bits.png")
save(gray16, "gray16.png")
save(photo, "color.jpg", quality=90)
save(gray_photo, "gray.jpeg", quality=90)

save(palette, "palette_alpha.png", transparency=3)
save(color, "profile.png", icc_profile=profile)
save(photo, "profile.jpg", quality=90, icc_profile=profile)
save(photo, "progressive.jpg", quality=90, progressive=True)
save(photo, "rgb.jpg", quality=90, keep_rgb=True)
save(inks, "cmyk.jpg", quality=90)
bytes_ = bytearray((HERE / "cmyk.jpg").read_bytes())
bytes_[bytes_.index(b"Adobe") + 11] = 2  # the same data, read as YCCK instead of CMYK
(HERE / "ycck.jpg").write_bytes(bytes_)
for value in range(1, 9):
    save(photo, f"orientation{value}.jpg", quality=90, exif=oriented(value))
save(color, "orientation6.png", exif=oriented(6))
save(color, "orientation8.webp", lossless=True, exif=oriented(8))
save(color, "orientation5.tiff", exif=oriented(5))

save(gray, "gray.bmp")
save(color, "color.bmp")
save(color_alpha, "color_alpha.bmp")
save(palette, "palette.bmp")
save(bits, "bits.bmp")

save(palette, "palette.gif")
save(gray, "gray.gif")
save(palette, "transparent.gif", transparency=3)
save(palette, "animated.gif", save_all=True, append_images=[gray.quantize(16)], duration=100)

for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
    save(photo, f"color_{compression or 'plain'}.tiff", compression=compression)
save(gray, "gray.tif")
save(gray16, "gray16.tif")
save(color_alpha, "color_alpha.tif", compression="tiff_lzw")
save(palette, "palette.tif")
save(bits, "bits.tif", compression="group4")
save(inks, "cmyk.tif", compression="tiff_lzw")

save(color, "lossless.webp", lossless=True)
save(color_alpha, "alpha.webp", lossless=True, exact=True)
save(Image.fromarray((smooth // 4 + 60).astype(np.uint8), "RGB"), "lossy.webp", quality=90)


def png16(samples, color_type):
    """A PNG with 16 bits per sample, which PIL cannot write."""
    height, width, _ = samples.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, color_type, 0, 0, 0)), (b"IDAT", zlib.compress(rows)),
              (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n"
    for kind, content in chunks:
        data += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return data


many = rng.integers(0, 65536, (7, 5, 4)).astype(np.uint16)
(HERE / "color16.png").write_bytes(png16(many[..., :3], 2))
(HERE / "color_alpha16.png").write_bytes(png16(many, 6))

rows = []
for path in sorted(HERE.iterdir()):
    for mode in ("L", "RGB"):
        image = ImageOps.exif_transpose(Image.open(path))
        if path.name.startswith("gray16"):
            image = Image.fromarray((wide >> 8).astype(np.uint8), "L")
        if mode == "RGB" or image.mode in ("P", "CMYK"):
            image = image.convert("RGB")
        image = image.convert(mode)
        width, height = image.size
        for h, w in ((height, width), (4, 3), (10, 13), (height, 2))[: 4 if path.name in resized else 1]:
            pixels = np.asarray(image.resize((w, h), Image.Resampling.BILINEAR))
            pixels = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
            rows.append([path.name, mode, h, w, " ".join(map(str, pixels.flatten()))])
with open(HERE / "expected.csv", "w", newline="") as out:
    csv.writer(out, lineterminator="\n").writerows(rows)
print(len(rows), "rows,", sum(f.stat().st_size for f in HERE.iterdir()), "bytes")
