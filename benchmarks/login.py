"""The made-up login that the stand-in wants and every contender is told."""

KEY, SECRET = "bench-key", "bench-secret"
