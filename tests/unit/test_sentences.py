"""What is written down in English below the UI is said in the reader's language, and follows when it is reworded."""

import ast
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.utils import translation
from tests.messages import LANGUAGES, collect

from bconnect.jobs.models import Errand
from bconnect.panel import words
from bconnect.panel.page_sentences import ON_PAGES
from bconnect.panel.sentences import SENTENCES
from bconnect.sync.absence import TooManyMissingError, check_share
from bconnect.sync.create import CUT_OFF, IF_NONE
from bconnect.sync.models import Change, Merge, MergedCustomer, SyncRun
from bconnect.webhooks.models import Status
from robaws.errors import LoginRefused, QuotaSpent, Refused

SOURCES = ("src/bconnect/customers", "src/bconnect/jobs", "src/bconnect/operations", "src/bconnect/sync")
SOURCES += ("src/bconnect/webhooks", "src/bconnect/intakes", "src/bconnect/panel", "src/robaws")
TABLES = {"sentences.py", "words.py"}
CHOICES = (SyncRun.Kind, SyncRun.Status, Change.Source, Merge.State, MergedCustomer.Step, Status, Errand.State)
BLANK = "{}"


def texts(node: ast.AST, constants: Mapping[str, str]) -> list[str]:
    """What this expression may write: a blank for each value that is only known when it runs."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.FormattedValue(value=ast.Name(id=name)) if name in constants:
            return [constants[name]]
        case ast.FormattedValue(value=ast.IfExp(body=body, orelse=orelse)):
            return [*texts(body, constants), *texts(orelse, constants)]
        case ast.FormattedValue():
            return [BLANK]
        case ast.JoinedStr(values=parts):
            return ["".join(each) for each in itertools.product(*(texts(part, constants) for part in parts))]
    return []


def written() -> Iterator[str]:
    for path in itertools.chain.from_iterable(Path(folder).rglob("*.py") for folder in SOURCES):
        if path.name in TABLES:
            continue
        module = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in module.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name) and isinstance(node.value.value, str)
        }
        for node in ast.walk(module):
            yield from texts(node, constants)


def test_every_sentence_is_one_that_the_code_writes() -> None:
    found = set(written())
    assert [each for each in SENTENCES if words.BLANK.sub(BLANK, each) not in found] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_of_the_models_has_a_word(language: str) -> None:
    labels = {str(label) for choices in CHOICES for label in choices.labels}
    same = {"Client", "Push", "Incremental"}
    with translation.override(language):
        assert {label for label in labels if words.said(label) == label} <= same


def test_what_may_become_of_merged_clients_is_collected_for_the_translators() -> None:
    collected = {each.id for each in collect()}
    assert [label for label in Merge.InRobaws.labels if label not in collected] == []


def test_a_cure_for_a_terminal_becomes_one_for_a_browser() -> None:
    with pytest.raises(TooManyMissingError) as error:
        check_share(900, 4017)
    told = "900 of 4017 clients are missing in Robaws: nothing was deactivated. Check that this is the right tenant"
    assert str(error.value) == f"{told}; if they really are gone, run again with --allow-mass-deactivation"
    assert words.said(f"full: {error.value}") == f"full: {told}."
    for written, said in ON_PAGES.items():
        assert sorted(words.BLANK.findall(written)) == sorted(words.BLANK.findall(said))
        assert "--" not in said
        assert "`" not in said


@pytest.mark.parametrize(
    ("text", "nl", "fr"),
    [
        ("stopped by piet; what was done so far stays", "gestopt door piet; wat al gedaan", "arrêté par piet ;"),
        (
            "the list could not be shown to be complete: fewer records than Robaws counts",
            "dat de lijst volledig is: minder records dan Robaws telt",
            "complète : moins d'enregistrements",
        ),
        (
            str(Refused(400, "PATCH", "/api/v2/clients/7", "city: no")),
            "PATCH /api/v2/clients/7 antwoordde 400 (city: no): verbeter",
            "a répondu 400 (city: no) : corrigez",
        ),
        (str(LoginRefused(401, "GET", "/x")), "antwoordde 401: controleer", "a répondu 401 : vérifiez"),
        (
            str(QuotaSpent(mode="live", remaining=12, reserve=500, resets_in_s=600)),
            "nog 12 verzoeken (live) vandaag, 500 worden voor anderen vrijgehouden; ze worden vernieuwd over 10",
            "12 requêtes directes restent aujourd'hui, 500 sont gardées pour d'autres; elles sont renouvelées dans 10",
        ),
        (
            f"{CUT_OFF} 7, which was merged and deleted, and is 9 since that was undone: merge the two, or, {IF_NONE}",
            "misschien werd het klant 7, die samengevoegd en verwijderd werd, en 9 is sinds",
            "peut-être devenu le client 7, qui a été fusionné et supprimé, et qui est 9 depuis",
        ),
        ("3 deleted, 1 failed", "3 verwijderd, 1 mislukt", "3 supprimés, 1 en échec"),
        (
            "12 changes that no webhook had announced",
            "12 wijzigingen die geen webhook",
            "12 modifications qu'aucun webhook",
        ),
        (
            "city: it is part of one address, of which street stays",
            "plaats: het hoort bij één adres, waarvan straat blijft",
            "ville: cela fait partie d'une adresse, dont rue reste",
        ),
        (
            "client 7 (A: B) was gone from Robaws already: it is back here only, marked as gone",
            "klant 7 (A: B) was al verdwenen",
            "client 7 (A: B) avait déjà disparu",
        ),
        (
            "Writing held: year's end: 12 rows",
            "Schrijven opgehouden: year's end: 12 rows",
            "suspendue : year's end: 12 rows",
        ),
        ("Task 1 (undo a run)", "Opdracht 1 (een run ongedaan maken)", "Tâche 1 (annuler une exécution)"),
        ("Decided: theirs", "Beslist: die van Robaws", "Décidé : celle de Robaws"),
        ("4017 customers", "4017 klanten", "4017 clients"),
        ("full: stopped by hand; push: it has no name yet", "stopped", "stopped"),
    ],
)
def test_stored_texts_are_said_in_the_readers_language(text: str, nl: str, fr: str) -> None:
    for language, expected in (("nl", nl), ("fr", fr)):
        with translation.override(language):
            if expected == "stopped":
                assert expected not in words.said(text)
            else:
                assert expected in words.said(text)
    with translation.override("en"):
        assert words.said(text) == text


@pytest.mark.parametrize("text", ["", "A name: of theirs", "{who} 100 % #3", "x" * 5000, "http://a.be: b; c"])
def test_what_no_table_knows_stays_as_it_is(text: str) -> None:
    with translation.override("nl"):
        assert words.said(text) == text
