"""What the wall says where the browser has no voice: made by espeak-ng, once for each wording."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import CENTRE, actor
from yimen.counters import actions, voice
from yimen.lib.actor import ANONYMOUS
from yimen.lib.time import now
from yimen.phone import waves
from yimen.phone.sounds import program
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hall")]
WINDOW = f"{CENTRE}02"
SOUND = f"/wall/{CENTRE}/calls/{WINDOW}.wav"
speaks = pytest.mark.skipif(not program(), reason="no espeak-ng: apt-get install espeak-ng")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.YIMEN_PHONE_SOUNDS = str(tmp_path)
    voice._sounds.cache_clear()
    yield tmp_path
    voice._sounds.cache_clear()


def call() -> None:
    point, by = ServicePoint.objects.get(pk=CENTRE), actor("clerk")
    actions.take(point, by=ANONYMOUS, at=now())
    actions.open_window(WINDOW, by=by, at=now())
    actions.call_next(WINDOW, by=by, at=now())


def test_digits_are_said_one_by_one() -> None:
    assert voice.words("A112", "1 号窗口") == "请A，一，一，二号，到1 号窗口"


@speaks
def test_only_what_is_called_is_said_and_once(client, folder) -> None:
    assert client.get(SOUND).status_code == 404
    call()
    first = client.get(SOUND)
    assert first.status_code == 200 and first["Content-Type"] == "audio/wav"
    assert waves.seconds(waves.read(first.content)) > 1.5
    assert "media-src 'self'" in first["Content-Security-Policy"]
    assert client.get(SOUND).content == first.content
    assert len(list(folder.glob("*.wav"))) == 1
    page = client.get(reverse("counters:wall", args=[CENTRE])).content.decode()
    assert 'data-sounds="on"' in page and f'data-calls="/wall/{CENTRE}/calls/"' in page
    assert client.get(f"/wall/{CENTRE}/calls/{CENTRE}99.wav").status_code == 404


def test_without_a_voice_the_display_is_told(client, settings) -> None:
    settings.YIMEN_WALL_VOICE = False
    call()
    assert client.get(SOUND).status_code == 404
    page = client.get(reverse("counters:wall", args=[CENTRE])).content.decode()
    assert 'data-sounds="off"' in page
