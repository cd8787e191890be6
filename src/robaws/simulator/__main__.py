"""`python -m robaws.simulator`: serves the stand-in until it is told to stop."""

import argparse
import sys

from robaws.simulator.command import run
from robaws.simulator.options import add_arguments

__all__ = ["add_arguments", "main", "run"]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m robaws.simulator", description="A stand-in for Robaws.")
    add_arguments(parser)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
