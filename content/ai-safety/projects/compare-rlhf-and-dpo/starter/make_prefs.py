"""Build preference files for TRL from PKU-SafeRLHF (CC BY-NC 4.0, offensive text)."""

import argparse

from datasets import load_dataset

ap = argparse.ArgumentParser()
ap.add_argument("--source", default="PKU-Alignment/PKU-SafeRLHF-10K")
ap.add_argument("--json", default=None, help="local JSONL with the same columns")
ap.add_argument("--n", type=int, default=1200)
a = ap.parse_args()

if a.json:
    ds = load_dataset("json", data_files=a.json, split="train")
else:
    ds = load_dataset(a.source, split="train")
# Keep pairs in which the helpful and the safe choice agree.
ds = ds.filter(lambda r: r["better_response_id"] == r["safer_response_id"])


def to_trl(r):
    c = int(r["safer_response_id"])
    return {
        "prompt": [{"role": "user", "content": r["prompt"]}],
        "chosen": [{"role": "assistant", "content": r[f"response_{c}"]}],
        "rejected": [{"role": "assistant", "content": r[f"response_{1 - c}"]}],
    }


ds = ds.map(to_trl, remove_columns=ds.column_names).shuffle(seed=7)
ds = ds.select(range(min(a.n, len(ds)))).train_test_split(test_size=0.1, seed=7)
ds["train"].to_json("prefs_train.jsonl")
ds["test"].to_json("prefs_eval.jsonl")
print({k: len(v) for k, v in ds.items()})
