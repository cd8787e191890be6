"""Other ways to pull all clients into SQLite, each a whole program: what ours is measured against.

Every peer reads `BENCH_URL`, `BENCH_KEY`, `BENCH_SECRET` and `BENCH_DATABASE` (a file) from the environment.
"""
