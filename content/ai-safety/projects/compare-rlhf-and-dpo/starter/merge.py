"""Merge a LoRA adapter into its model, so that it loads like any other."""

import sys

from peft import AutoPeftModelForCausalLM
from transformers import AutoTokenizer

src, dst = sys.argv[1], sys.argv[2]
AutoPeftModelForCausalLM.from_pretrained(src).merge_and_unload().save_pretrained(dst)
AutoTokenizer.from_pretrained(src).save_pretrained(dst)
