"""Loads the results of runs in the libraries that their weights have the names of, and compares outputs.

Run with transformers, timm, open_clip, safetensors and PyTorch: python library_directories.py TROUPE RUN...
TROUPE is the launcher; each RUN is the directory of a run of clip, dpt_depth, dpt_segmentation, vit_tiny or deit_tiny.
Prints the largest difference of an output, relative to the largest output.

Recorded with transformers 5, timm 1.0.29, open_clip 3.3 and PyTorch 2.13: clip 1.5e-6, in open_clip 9.6e-7,
dpt_depth 1.2e-7, dpt_segmentation 2.6e-7, vit_tiny 5.7e-7, with positions=relative 3.3e-7, with global_pool=avg 2.7e-7, with both 1.9e-7, deit_tiny 3.0e-7.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file, save_file


def predicted(troupe, folder, inputs):
    with tempfile.TemporaryDirectory() as scratch:
        save_file(inputs, scratch + "/in.safetensors")
        subprocess.run([troupe, "predict", "--weights", folder / "model.safetensors", "--input",
                        scratch + "/in.safetensors", "--output", scratch + "/out.safetensors"], check=True)
        return load_file(scratch + "/out.safetensors")["output"]


def transformers_model(name, folder):
    import transformers
    kind = {"clip": "CLIPModel", "dpt_depth": "DPTForDepthEstimation",
            "dpt_segmentation": "DPTForSemanticSegmentation"}[name]
    model, info = getattr(transformers, kind).from_pretrained(folder, output_loading_info=True)
    assert not any(info.values()), info
    return model.eval()


def of_pixels(output, images):
    """Troupe resizes results to the images."""
    grids = output if output.ndim == 4 else output[:, None]
    resized = torch.nn.functional.interpolate(grids, size=images.shape[-2:], mode="bilinear", align_corners=False)
    return resized if output.ndim == 4 else resized[:, 0]


def check_open_clip(run, folder, inputs, expected):
    import open_clip
    model = open_clip.create_model("local-dir:" + str(folder)).eval()
    image, text, scale = model(inputs["input"], inputs["input_ids"].long())[:3]
    difference = (scale * image @ text.T - expected).abs().max() / expected.abs().max()
    tokens = open_clip.get_tokenizer("local-dir:" + str(folder))("a red circle")
    print(run, "clip in open_clip", difference.item(), tokens.tolist())


def check(troupe, run):
    folder = (pathlib.Path(run) / "checkpoints/final").resolve()
    about = json.loads((folder / "model.json").read_text())
    name, settings = about["model"], about["settings"]
    size = int(settings["image_size"])
    inputs = {"input": torch.randn(2, int(settings["in_channels"]), size, size)}
    if name == "clip":
        end = int(settings["vocab_size"]) - 1
        inputs["input_ids"] = torch.tensor([[end - 1, 0, 3, 9, end], [end - 1, 1, 4, end, end]], dtype=torch.int32)
        model = transformers_model(name, folder)
        expected = model(pixel_values=inputs["input"], input_ids=inputs["input_ids"].long()).logits_per_image
        check_open_clip(run, folder / "open_clip", inputs, expected)
    elif name.startswith("dpt"):
        output = transformers_model(name, folder)(pixel_values=inputs["input"])
        expected = of_pixels(output.predicted_depth if name == "dpt_depth" else output.logits, inputs["input"])
    else:
        import timm
        expected = timm.create_model("local-dir:" + str(folder), pretrained=True).eval()(inputs["input"])
    difference = (predicted(troupe, folder, inputs) - expected).abs().max() / expected.abs().max()
    print(run, name, difference.item())


if __name__ == "__main__":
    torch.manual_seed(0)
    with torch.no_grad():
        for each in sys.argv[2:]:
            check(sys.argv[1], each)
