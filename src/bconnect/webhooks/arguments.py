"""What may stand on the command line: checked as it is read, refused in one line."""

import argparse
import re


def web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s?#]*)?", text.strip()):
        raise argparse.ArgumentTypeError(f"must be an http(s) address, not {text!r}")
    return text.strip()


def webhook_id(text: str) -> str:
    if not text.strip(". \t\n"):  # dots would name another address than a webhook's
        raise argparse.ArgumentTypeError(f"must be the id of a webhook, not {text!r}")
    return text.strip()
