#!/usr/bin/env bash
# curl against `troupe serve`: curl.sh http://127.0.0.1:8000 [KEY]
# Recorded output, with stories260K: curl.txt. Ids and times differ between runs.
set -eu
url=${1:-http://127.0.0.1:8000}
key=${2:-none}
post() { curl -sS -N "$url$1" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' -d "$2"; echo; }

curl -sS "$url/health"; echo
curl -sS -H "Authorization: Bearer $key" "$url/v1/models"; echo
post /v1/completions '{"prompt": "Once upon a time", "max_tokens": 6, "temperature": 0}'
post /v1/completions '{"prompt": "Once upon a time", "max_tokens": 3, "temperature": 0, "stream": true, "stream_options": {"include_usage": true}}'
post /v1/completions '{"prompt": [403, 407, 261], "max_tokens": 0, "echo": true, "logprobs": 1}'
post /tokenize '{"prompt": "Once upon a time", "return_token_strs": true}'
post /detokenize '{"tokens": [403, 407, 261, 378]}'
post /v1/completions '{"prompt": "Once upon a time", "max_tokens": -1}'
curl -sS -o /dev/null -w '%{http_code}\n' -X DELETE "$url/v1/models"
curl -sS "$url/v1/completions" -d 'prompt=hello'; echo
