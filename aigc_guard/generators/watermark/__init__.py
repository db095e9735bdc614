"""The SynthID text watermark: drawn while a text is written, measured on the text as it stands.

The library's own processor computes everything that marks; here are its keys, its place in our
sampler, and how unlikely an unmarked text's score is.
"""
