"""Writes demonstrations.json: prompt-completion rows as TRL's SFTTrainer tokenizes them.

Usage: python make_demonstrations.py SHARED_DATA > demonstrations.json
with TRL 1.13, transformers 5.18; SHARED_DATA holds stories260K and gpt2-tokenizer.
"""
import json, sys, tempfile
from pathlib import Path
from datasets import Dataset
from transformers import AutoTokenizer, GPT2Config, GPT2LMHeadModel
from trl import SFTConfig, SFTTrainer

ROWS = [
    ("Once upon a time", ", there was a little girl."),
    ("Once upon a time", " there was a dog."),
    ("Once upon a time ", "there was a dog."),   # a token spans the boundary
    ("Q: 2+2?\nA:", " 4"),
    ("Q: 2+2?\nA:", "4"),
    ("She was hap", "py and went home."),        # a token spans the boundary
    ("One day", "\n\nLily saw a café. €5"),
    ("Done", "EOS"),                             # EOS is replaced by the text of the end-of-text token
]

def tokenize(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=len(tokenizer), n_embd=8, n_layer=1, n_head=1, n_positions=64))
    rows = [(p, c.replace("EOS", tokenizer.eos_token)) for p, c in ROWS]
    with tempfile.TemporaryDirectory() as out:
        trainer = SFTTrainer(
            model=model,
            args=SFTConfig(output_dir=out, report_to="none", use_cpu=True, bf16=False),
            train_dataset=Dataset.from_list([{"prompt": p, "completion": c} for p, c in rows]),
            processing_class=tokenizer)
        return [
            {"prompt": p, "completion": c, "input_ids": t["input_ids"], "labels": t["labels"]}
            for (p, c), t in zip(rows, trainer.train_dataset)]

shared = Path(sys.argv[1])
json.dump({name: tokenize(shared / name) for name in ["stories260K", "gpt2-tokenizer"]},
          sys.stdout, ensure_ascii=False, indent=1)
