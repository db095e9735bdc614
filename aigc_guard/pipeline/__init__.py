"""The whole way in plain Python: plan, write, measure, decide, redact, release, report."""
