"""A governed pipeline for AI-written content: measure, decide by policy, release with proof."""

__version__ = "0.1.0"
