"""`yimen`: Django's command line under the product's name.

Before a command that needs the database runs, the embedded server is brought up, unless
DATABASE_URL or PGHOST names another one.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib.metadata import PackageNotFoundError, version
from types import FrameType
from typing import NoReturn

from yimen.config import database, folders, pg, pgbin, serve

HELP = """\
Yimen 一门: one door for public affairs.

  yimen COMMAND [OPTIONS]        yimen help COMMAND tells more about one

To begin
  init                  make keys, database tables and the cache table (safe to repeat)
  import demo           load the demonstration community, once
  import WHAT [PATH...] load content: places, calendars, matters
  import requests FILE.csv --mapping MAPPING.json
                        the requests of another system move here (docs/move-a-city.md)
  serve                 serve the site and its background worker (PORT, default 8000)
  doctor                look at everything, say what is wrong and what to do

Every day
  due START N --unit working|calendar [--place CODE]
                        the day on which a term ends
  rank FIGURES.csv      the order of commended windows and staff, from the published figures alone
  verify                prove that the record is whole and agrees with the state
  rotate-keys           a new key for numbers and files; all is sealed anew while the site runs
  checkfiles            prove that every kept file is there and whole
  token USERNAME        a bearer token for the API, with that account's powers
  retention             how long what is kept, and what goes next
  backup FOLDER         database, files and (with --keys) keys into a new folder
  restore FOLDER        bring a backup back and verify it
  tick NAME | --all     run what time does, by hand
  fastagi               the enquiry line behind a telephone exchange (docs/telephone.md)
  phone                 the enquiry line on the built-in test telephone
  prompts               what the line says, for recording it
  worker                only the background worker
  shard --plan          the statements that take the database to Citus, by street
  simulate day          a whole day in a hall through the site's doors; must add up at the end
  simulate night        a night of the help line (or: line, 24 hours), likewise; --times, --speed
  dbshell -- -c "..."   psql on the database

For developers
  test with `make test`; makemigrations, migrate, shell and all other commands of Django;
  po (untranslated sentences), compilepo (.po to .mo)

Environment: YIMEN_DATA (data folder), DATABASE_URL (a PostgreSQL of your own), PORT,
YIMEN_SITE_URL, YIMEN_HOSTS. The operator's guide in docs/ has the rest.
"""
# These work without a database, or must.
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "compilepo",
    "diffsettings",
    "help",
    "makemessages",
    "po",
    "version",
}
EXIT_CANNOT = 2


def needs_database(words: list[str]) -> bool:
    """Does this command line need a server to talk to?"""
    if not words or words[0].startswith("-") or words[0] in WITHOUT_DATABASE:
        return False
    before_dashes = words[: words.index("--")] if "--" in words else words
    return not {"-h", "--help"} & set(before_dashes)


def _fail(text: str) -> NoReturn:
    print(text, file=sys.stderr)
    raise SystemExit(EXIT_CANNOT)


def _bring_up() -> None:
    try:
        pg.up(folders.var())
    except (pg.CannotServe, pgbin.NoPostgres, OSError) as error:
        _fail(f"The database cannot be started: {error}")


def _prefer_own_psql() -> None:
    """`dbshell` looks for psql on PATH; the server's own version fits best."""
    try:
        folder = str(pgbin.find().folder)
    except pgbin.NoPostgres:
        return
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """End as by sys.exit, so that the last user stops the server."""
    raise SystemExit(128 + number)


def own_version() -> str:
    """The installed version of Yimen."""
    try:
        return version("yimen")
    except PackageNotFoundError:
        return "0 (not installed)"


def _run(words: list[str]) -> None:
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    try:
        execute_from_command_line(["yimen", *words])
    except OperationalError as error:
        first = str(error).strip().splitlines()[:1]
        _fail(f"The database does not answer: {' '.join(first)}\nWhat to do: `yimen doctor` tells.")
    except ProgrammingError as error:
        if "does not exist" not in str(error):
            raise
        first = str(error).strip().splitlines()[:1]
        _fail(f"The database has no such table yet: {' '.join(first)}\nWhat to do: `yimen init`.")


def main(argv: list[str] | None = None) -> int:
    """The whole command line. Returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the meaning model is slower with more
    if words[:1] == ["due"]:
        from yimen.clock import due

        return due.main(words[1:])
    if words[:1] == ["rank"]:
        from yimen.supervision import ranking

        return ranking.main(words[1:])
    if words in ([], ["help"], ["-h"], ["--help"]):
        print(HELP, end="")
        return 0
    if words[:2] == ["help", "serve"]:
        words = ["serve", "--help"]
    if words in (["--version"], ["version"]):
        print(own_version())
        return 0
    signal.signal(signal.SIGTERM, _leave)
    if needs_database(words) and database.embedded():
        _bring_up()
    if words[0] == "dbshell":
        _prefer_own_psql()
    try:
        if words[0] == "serve":
            return serve.main(words[1:])
        _run(words)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    return 0
