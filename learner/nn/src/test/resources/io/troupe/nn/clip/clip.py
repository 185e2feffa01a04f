"""Writes *.safetensors: results of CLIP models of transformers and open_clip.

Generated with PyTorch 2.13, transformers 5.18, open_clip 3.3 and safetensors on a CPU. Run in this folder:
python clip.py
clip.safetensors and clip-odd.safetensors are as those of ../vit/transformers.py, with the outputs
logits_per_image, image_embeds, text_embeds and the last hidden state of the texts.
open_clip.safetensors has the weights of a model of open_clip, open_clip.case.safetensors its inputs and logits.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path("../vision").resolve()))

import torch
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel

from networks import filled, numbers, row


def ids(texts, length, vocab):
    """Texts of different lengths; the last id ends a text."""
    tokens = torch.zeros(texts, length, dtype=torch.long)
    for t in range(texts):
        end = length - 1 - t % 3
        for i in range(length):
            tokens[t, i] = 1 + (7 * t + 3 * i) % (vocab - 2) if i < end else (vocab - 1 if i == end else 0)
    return tokens


def case(name, config, images, texts):
    model = CLIPModel(config).double().eval()
    for key, tensor in model.state_dict().items():
        tensor.copy_(filled(key, tuple(tensor.shape)))
    vision, text = config.vision_config, config.text_config
    size = (images, vision.num_channels, vision.image_size, vision.image_size)
    x = numbers("input", *size).requires_grad_()
    y = model(input_ids=ids(texts, text.max_position_embeddings, text.vocab_size), pixel_values=x)
    outputs = [y.logits_per_image, y.image_embeds, y.text_embeds, y.text_model_output.last_hidden_state]
    torch.autograd.backward(outputs, [numbers(f"dy{i}", *o.shape) for i, o in enumerate(outputs)])
    tensors = {"dx": row(x.grad, 64)}
    for i, o in enumerate(outputs):
        tensors[f"y{i}"] = o
    for key, p in model.named_parameters():
        tensors["grad." + key] = row(p.grad, 8)
    names = sorted(k + " " + "x".join(map(str, v.shape)) for k, v in model.state_dict().items())
    save_file({k: v.detach().float().contiguous() for k, v in tensors.items()}, name + ".safetensors",
              metadata={"state_dict": "\n".join(names), "input": "x".join(map(str, size))})
    print(name, outputs[0].abs().max().item())


def config(vocab, length, text, vision, dim, **more):
    return CLIPConfig(
        text_config=dict(vocab_size=vocab, max_position_embeddings=length, eos_token_id=vocab - 1, bos_token_id=1,
                         pad_token_id=0, **text, **more),
        vision_config=dict(**vision, **more), projection_dim=dim)


case("clip", config(
    20, 7, dict(hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2),
    dict(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, image_size=16,
         patch_size=4), 12), 3, 4)
case("clip-odd", config(
    13, 5, dict(hidden_size=15, intermediate_size=21, num_hidden_layers=1, num_attention_heads=5),
    dict(hidden_size=14, intermediate_size=17, num_hidden_layers=2, num_attention_heads=2, image_size=15,
         patch_size=5, num_channels=1), 7, hidden_act="gelu"), 2, 5)

torch.manual_seed(5)
model = CLIP(12, CLIPVisionCfg(layers=1, width=16, head_width=8, patch_size=4, image_size=8),
             CLIPTextCfg(context_length=6, vocab_size=20, width=8, heads=2, layers=2), quick_gelu=True).eval()
x, tokens = torch.randn(2, 3, 8, 8), ids(3, 6, 20)
image, text, scale = model(x, tokens)
save_file({k: v.contiguous() for k, v in model.state_dict().items()}, "open_clip.safetensors")
save_file({"input": x, "input_ids": tokens.int(), "output": (scale * image @ text.T).detach().contiguous()},
          "open_clip.case.safetensors")
