"""lm-eval's local-completions against `troupe serve`, compared with transformers:

    python lm_eval_client.py http://127.0.0.1:8000 MODEL_DIRECTORY TEXT_FILE

MODEL_DIRECTORY is the directory that the endpoint serves. Takes 40 pairs of context and continuation from the text, has
lm-eval (0.4.13) ask the endpoint for their log-likelihoods, and computes the same ones with transformers. Fails if one
differs by more than 1e-4, or if lm-eval's verdict of greedy decoding differs. Recorded output: lm_eval_client.txt.
"""

import sys

import torch
from lm_eval.api.instance import Instance
from lm_eval.models.openai_completions import LocalCompletionsAPI
from transformers import AutoModelForCausalLM, AutoTokenizer

url, directory, text_file = sys.argv[1:4]
words = open(text_file, encoding="utf-8").read(40_000).split()
pairs = []
for i in range(40):
    start = 97 * i
    pairs.append((" ".join(words[start : start + 5 + i]), " " + " ".join(words[start + 5 + i : start + 9 + i])))

name = directory.rstrip("/").split("/")[-1]
client = LocalCompletionsAPI(base_url=url + "/v1/completions", model=name, tokenizer=directory, tokenized_requests=True, num_concurrent=1, batch_size=8)
requests = [Instance(request_type="loglikelihood", doc={}, arguments=pair, idx=i) for i, pair in enumerate(pairs)]
answers = client.loglikelihood(requests, disable_tqdm=True)

model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()
largest = 0.0
for (context, continuation), (log_likelihood, is_greedy) in zip(pairs, answers):
    before, after = client._encode_pair(context, continuation)
    ids = torch.tensor([before + after])
    with torch.no_grad():
        log_probs = model(ids).logits[0, :-1].log_softmax(-1)
    of_after = log_probs[len(before) - 1 :]
    expected = of_after.gather(1, torch.tensor(after)[:, None]).sum().item()
    expected_greedy = bool((of_after.argmax(-1) == torch.tensor(after)).all())
    largest = max(largest, abs(expected - log_likelihood))
    assert abs(expected - log_likelihood) <= 1e-4, (expected, log_likelihood, context, continuation)
    assert expected_greedy == is_greedy, (context, continuation)
print(f"{len(pairs)} log-likelihoods of lm-eval and transformers, largest difference {largest:.2g}")
