"""Which PostgreSQL the tests may use: TEST_DATABASE_URL, or a local server that answers.

Run as a script it prints the URL, or nothing.
"""

import os

import psycopg

LOCAL_URL = "postgres://postgres@127.0.0.1:5432/postgres"
TIMEOUT_S = 2


def answers(url: str) -> bool:
    """Whether a server lets us in there within two seconds."""
    try:
        psycopg.connect(url, connect_timeout=TIMEOUT_S).close()
    except psycopg.OperationalError:
        return False
    return True


def database_url() -> str:
    """A URL that was asked for is not tried: where it is wrong, the tests have to say so."""
    asked_for = os.environ.get("TEST_DATABASE_URL", "").strip()
    return asked_for or (LOCAL_URL if answers(LOCAL_URL) else "")


if __name__ == "__main__":
    print(database_url())
