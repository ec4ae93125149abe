"""One script for the reward model, RLOO and DPO. The step counts are for one graphics card."""

import argparse

import torch
from datasets import load_dataset
from peft import LoraConfig
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from trl import (
    DPOConfig, DPOTrainer, RewardConfig, RewardTrainer, RLOOConfig, RLOOTrainer,
)

ap = argparse.ArgumentParser()
ap.add_argument("method", choices=["reward", "rloo", "dpo"])
ap.add_argument("--model", default="Qwen/Qwen2.5-0.5B-Instruct")
ap.add_argument("--reward_model", default="out/reward")
ap.add_argument("--steps", type=int, default=200)
ap.add_argument("--beta", type=float, default=None)
ap.add_argument("--max_new", type=int, default=128)
ap.add_argument("--batch", type=int, default=4)
ap.add_argument("--seed", type=int, default=0)
a = ap.parse_args()

cpu = not torch.cuda.is_available()
tok = AutoTokenizer.from_pretrained(a.model)
train = load_dataset("json", data_files="prefs_train.jsonl", split="train")
evals = load_dataset("json", data_files="prefs_eval.jsonl", split="train")
lora = LoraConfig(
    r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"
)
common = dict(
    max_steps=a.steps, per_device_train_batch_size=a.batch, logging_steps=5, seed=a.seed,
    report_to="none", save_strategy="no", use_cpu=cpu, bf16=False, fp16=not cpu,
)

if a.method == "reward":
    rm = AutoModelForSequenceClassification.from_pretrained(
        a.model, num_labels=1, dtype=torch.float32
    )
    rm.config.pad_token_id = tok.pad_token_id
    t = RewardTrainer(
        model=rm, processing_class=tok, train_dataset=train, eval_dataset=evals,
        args=RewardConfig(
            output_dir="out/reward", learning_rate=1e-5, max_length=512,
            center_rewards_coefficient=0.01, **common,
        ),
    )
    t.train()
    print(t.evaluate())  # eval_accuracy must beat 0.5 clearly
    t.save_model("out/reward")
elif a.method == "rloo":
    prompts = train.remove_columns(["chosen", "rejected"])
    t = RLOOTrainer(
        model=a.model, reward_funcs=a.reward_model, processing_class=tok,
        train_dataset=prompts, peft_config=lora,
        args=RLOOConfig(
            output_dir="out/rloo", learning_rate=1e-5,
            beta=0.05 if a.beta is None else a.beta,
            num_generations=4, max_completion_length=a.max_new, **common,
        ),
    )
    t.train()
    t.save_model("out/rloo")
else:
    t = DPOTrainer(
        model=a.model, processing_class=tok, train_dataset=train, eval_dataset=evals,
        peft_config=lora,
        args=DPOConfig(
            output_dir="out/dpo", learning_rate=5e-6, max_length=512,
            beta=0.1 if a.beta is None else a.beta, **common,
        ),
    )
    t.train()
    t.save_model("out/dpo")
t.state.save_to_json(f"out/{a.method}/trainer_state.json")
