"""Texts, ids and decoded texts of small tokenizers, as transformers sees them.

usage: python generate.py        (transformers 5.18.0, tokenizers 0.23.2; writes beside itself)

character/ and byte/ are what CharacterTokenizer and ByteTokenizer save; this script only reads
them. The others are trained here on a few lines. expected.json in each folder holds what
AutoTokenizer makes of the texts below.
"""
import json
import pathlib
import random

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent
LINES = [
    "the cat sat on the mat and the dog sat on the cat",
    "Lily and Tom went to the park. They saw a big, big dog!",
    "naïve café, 10 € or 12 £: über-cool 😀 and 👩‍👩‍👧",
    "日本語の文字 and русский текст",
    "  two  spaces\tand a tab\n\nand lines ",
]
SPECIAL = ["<unk>", "<s>", "</s>"]


def byte_level():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    t.train_from_iterator(LINES, trainers.BpeTrainer(
        vocab_size=330, special_tokens=["<|endoftext|>"], initial_alphabet=alphabet))
    return t, dict(bos_token="<|endoftext|>", eos_token="<|endoftext|>")


def byte_fallback():
    """Like Llama 2: a space before the text, bytes for what has no token of its own."""
    base = Tokenizer(models.BPE())
    base.train_from_iterator([line.replace(" ", "\u2581") for line in LINES[:2]],
                             trainers.BpeTrainer(vocab_size=60, max_token_length=6))
    model = json.loads(base.to_str())["model"]
    vocab = {p: i for i, p in enumerate(SPECIAL + ["<0x%02X>" % b for b in range(256)])}
    for piece in model["vocab"]:
        vocab.setdefault(piece, len(vocab))
    t = Tokenizer(models.BPE(vocab=vocab, merges=[tuple(m) for m in model["merges"]],
                             unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    t.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(),
                                   decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    t.add_special_tokens(SPECIAL)
    t.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return t, dict(bos_token="<s>", eos_token="</s>", unk_token="<unk>")


def unigram():
    """Like T5: pieces with scores, words marked by a space before them."""
    t = Tokenizer(models.Unigram())
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.decoder = decoders.Metaspace()
    t.train_from_iterator(LINES, trainers.UnigramTrainer(
        vocab_size=90, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>"))
    t.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return t, dict(pad_token="<pad>", eos_token="</s>", unk_token="<unk>")


def word_piece():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece(cleanup=False)
    t.train_from_iterator(LINES, trainers.WordPieceTrainer(
        vocab_size=120, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"]))
    return t, dict(pad_token="[PAD]", unk_token="[UNK]")


def random_runs(tokenizer, seed):
    """Ids in no order that an encoder would give: halves of characters, runs of bytes."""
    r = random.Random(seed)
    return [[r.randrange(len(tokenizer)) for _ in range(r.randrange(1, 40))] for _ in range(20)]


def write_expected(folder, texts):
    t = AutoTokenizer.from_pretrained(folder)
    encoded = [dict(text=text, ids=t.encode(text), plain=t.encode(text, add_special_tokens=False))
               for text in texts]
    runs = [e["ids"] for e in encoded] + random_runs(t, 7)
    decoded = [dict(ids=ids,
                    text=t.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False),
                    withSpecial=t.decode(ids, skip_special_tokens=False,
                                         clean_up_tokenization_spaces=False)) for ids in runs]
    out = dict(vocabSize=len(t), bos=t.bos_token_id, eos=t.eos_token_id, pad=t.pad_token_id,
               encoded=encoded, decoded=decoded)
    (folder / "expected.json").write_text(json.dumps(out) + "\n")


def main():
    for name, make in dict(byte_level=byte_level, byte_fallback=byte_fallback, unigram=unigram,
                           word_piece=word_piece).items():
        tokenizer, special = make()
        folder = HERE / name
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, clean_up_tokenization_spaces=False,
                                **special).save_pretrained(folder)
        write_expected(folder, LINES + ["", "a</s>b<s> c", "x"])
    write_expected(HERE / "byte", LINES + ["", "1<bos>2 <eos>é", "<pa<pad>"])
    write_expected(HERE / "character", ["1+2=3", "", "é€😀\n", "12<eos>3<bos>", "0 1.5*-7/8"])


main()
