"""Training of the English writers: data, tokenizer, model, loop, evaluation."""
