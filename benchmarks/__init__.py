"""How much time and memory a pull costs, beside other programs that do the same: `python -m benchmarks`."""
