"""Classify (prompt, response) with Qwen3Guard; output format from the model's README."""

import re


def parse(text: str) -> dict:
    s = re.search(r"Safety:\s*(Safe|Unsafe|Controversial)", text)
    r = re.search(r"Refusal:\s*(Yes|No)", text)
    c = re.search(r"Categories:\s*(.+)", text)
    return {
        "safety": s.group(1) if s else None,
        "refusal": r.group(1) if r else None,
        "categories": [x.strip() for x in c.group(1).split(",")] if c else None,
    }


class Guard:
    def __init__(self, name: str = "Qwen/Qwen3Guard-Gen-0.6B"):
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.tok = AutoTokenizer.from_pretrained(name)
        self.model = AutoModelForCausalLM.from_pretrained(name)

    def __call__(self, prompt: str, response: str) -> dict:
        msgs = [
            {"role": "user", "content": prompt},
            {"role": "assistant", "content": response},
        ]
        text = self.tok.apply_chat_template(msgs, tokenize=False)
        enc = self.tok([text], return_tensors="pt")
        out = self.model.generate(**enc, max_new_tokens=64, do_sample=False)
        new = out[0][enc["input_ids"].shape[1] :]
        return parse(self.tok.decode(new, skip_special_tokens=True))
