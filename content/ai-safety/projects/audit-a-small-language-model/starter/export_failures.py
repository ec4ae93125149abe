"""Write every sample of a folder of logs to a file; a person then sets the labels."""

import json
import sys
from pathlib import Path

from inspect_ai.log import list_eval_logs, read_eval_log

folder = sys.argv[1] if len(sys.argv) > 1 else "logs"
target = Path(sys.argv[2] if len(sys.argv) > 2 else "responses.jsonl")
if target.exists():
    sys.exit(f"{target} is there already and may hold labels; move it away or name another file")
with target.open("w", encoding="utf-8") as out:
    for info in list_eval_logs(folder):
        log = read_eval_log(info)
        if log.status != "success":
            continue
        for sample in log.samples:
            score = sample.scores["follows_policy"]
            row = {
                "id": sample.id,
                "epoch": sample.epoch,
                "run_id": log.eval.run_id,
                "model": log.eval.model,
                "category": sample.metadata["category"],
                "prompt": sample.input,
                "response": sample.output.completion,
                "expected": sample.target,
                "auto_label": score.answer,
                "auto_pass": bool(score.value),
                "human_label": None,
                "failure_type": None,
                "severity": None,
                "evidence": "",
                "reviewer": None,
                "notes": "",
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
