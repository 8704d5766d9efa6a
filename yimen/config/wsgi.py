"""The web application for a WSGI server (granian)."""

import os
import threading

from django.core.wsgi import get_wsgi_application

from yimen.config import serve
from yimen.config.admission import Admission

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
application = Admission(
    get_wsgi_application(), at_once=int(os.environ.get(serve.AT_ONCE, serve.THREADS))
)


def _warm() -> None:
    """Read the catalogue's index before the first resident asks: it takes most of a second. A
    server whose database is not there yet simply answers that first question later."""
    from django.db import DatabaseError, connection

    from yimen.matters.search import warm

    try:
        warm()
    except DatabaseError:
        return
    finally:
        connection.close()


threading.Thread(target=_warm, daemon=True).start()
if os.environ.get(serve.WITH_PARENT):
    # The server's workers go on answering when it is killed, and would hold the port for ever.
    watch = (threading.Event(), os.getppid())
    threading.Thread(target=serve.end_with_parent, args=watch, daemon=True).start()
