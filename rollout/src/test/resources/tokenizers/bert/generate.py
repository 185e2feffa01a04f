"""The ids that transformers' BertTokenizer gives for some texts, with the vocabulary vocab.txt.

Written with transformers 5.18.0: python generate.py
"""
import json
import pathlib

from transformers import BertTokenizer

HERE = pathlib.Path(__file__).parent
TEXTS = ["The dog runs.", "Unaffable DOGS, running!", "caf\u00e9 na\u00efve", "\u72d7 dog\u732b", "don't e-mail\tit",
         "dog\u0000run \u200b\ufffd", "zzz dog", "[MASK] the dog", "\U0001F436 dog", "dogdogdogs", ""]


def main():
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "dog", "run", "una", "cafe", "naive",
             "\u72d7", "don", "it", "mail", ".", ",", "!", "'", "-", "##s", "##ning", "##ffa", "##ble",
             "##dog", "t", "e"]
    (HERE / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    result = {}
    for lower in (True, False):
        tokenizer = BertTokenizer(vocab=str(HERE / "vocab.txt"), do_lower_case=lower)
        result["uncased" if lower else "cased"] = [
            dict(text=text, ids=tokenizer(text, add_special_tokens=False)["input_ids"],
                 whole=tokenizer(text)["input_ids"],
                 spans=[list(span) for span in tokenizer(text, add_special_tokens=False,
                                                         return_offsets_mapping=True)["offset_mapping"]])
            for text in TEXTS]
    (HERE / "expected.json").write_text(json.dumps(result, indent=1) + "\n")


main()
