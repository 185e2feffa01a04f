"""Loads the folders that Troupe wrote here with transformers.

usage: python check.py        (torch 2.13, transformers 5.18.0)

Folders that were loaded from ../models must have the logits of the original model. For models that
Troupe created, the script writes expected.json with the logits of transformers.
"""
import json
import pathlib

import torch
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
PROMPT = [1, 7, 3, 19, 4, 11]


def logits(folder, prompt):
    model, report = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", experts_implementation="eager",
        output_loading_info=True)
    assert not any(report.values()), report
    with torch.no_grad():
        return model.eval()(torch.tensor([prompt])).logits[0]


def main():
    for folder in sorted(f for f in HERE.iterdir() if f.is_dir()):
        source = HERE.parent / "models" / folder.name / "expected.json"
        if source.exists():
            expected = json.loads(source.read_text())
            for prompt, wanted in zip(expected["prompts"], expected["logits"]):
                torch.testing.assert_close(logits(folder, prompt), torch.tensor(wanted),
                                           atol=1e-5, rtol=1e-5)
        else:
            rows = [[float("%.9g" % x) for x in row] for row in logits(folder, PROMPT).tolist()]
            (folder / "expected.json").write_text(
                json.dumps(dict(prompt=PROMPT, logits=rows)) + "\n")
        print(folder.name, "is loaded")


main()
