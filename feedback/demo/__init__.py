"""The demo: a made-up ferry team, its measures, its two galleries and what people said there."""
