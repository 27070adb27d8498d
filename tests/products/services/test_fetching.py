"""Pictures of elsewhere, copied by the worker from real servers on this machine."""

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from products.documents import build
from products.errors import InvalidValue
from products.models import Change, Media, MediaFetch, Product, Rendition
from products.services.catalog_check import check_products
from products.services.fetching import TryLater, fetch_media, resume_fetches
from products.services.media import add_media_url, delete_media, update_media
from products.services.products import create_product, update_product
from tests.catalog_project.web_servers import Listener, WebServer, web_server
from tests.products.factories import SYSTEM
from tests.products.pictures import picture

# The worker has connections of its own: what it shall see is committed.
pytestmark = pytest.mark.django_db(transaction=True)
PNG = picture(size=(400, 300))


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    with connection.cursor() as cursor:  # nothing else empties the tables of the queue
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def web(settings: Any) -> Iterator[WebServer]:
    settings.OUTBOUND_PORTS = range(1, 65_536)
    settings.OUTBOUND_PRIVATE_NETWORKS = [ip_network("127.0.0.1/32")]
    with web_server() as server:
        server.pages["/a.png"] = (200, {"Content-Type": "image/png"}, PNG)
        yield server


@pytest.fixture
def product() -> UUID:
    return create_product(values={"name": "Lamp"}, actor=SYSTEM)


def add(product: UUID, url: str, **values: Any) -> Media:
    values = {"url": url, "fetch": True, **values}
    return add_media_url(product, values=values, expected_version=None, actor=SYSTEM)  # type: ignore[arg-type]


def jobs() -> list[tuple[str, str]]:
    # What runs by the clock is called after its module.
    asked = ProcrastinateJob.objects.exclude(task_name__startswith="products.jobs.")
    rows = asked.filter(task_name__startswith="products.")
    return sorted(rows.values_list("task_name", "status"))


def test_the_worker_fetches_what_was_asked_for(web: WebServer, product: UUID, folder: Path) -> None:
    media = add(product, web.url("/a.png"), alt="A lamp")
    assert (media.fetch.state, jobs()) == ("pending", [("products.fetch_media", "todo")])
    call_command("procrastinate", "worker", "--one-shot")
    media = Media.objects.get(pk=media.pk)
    assert (media.fetch.state, media.fetch.error) == ("fetched", "")
    assert (media.content_type, media.width, media.height) == ("image/png", 400, 300)
    assert (media.source_url, media.alt) == (web.url("/a.png"), "A lamp")
    assert (folder / str(media.file)).read_bytes() == PNG
    assert jobs() == [
        ("products.fetch_media", "succeeded"),
        ("products.make_renditions", "succeeded"),
    ]
    assert list(Rendition.objects.values_list("width", flat=True)) == [160, 320]
    assert web.requests == [("GET", "/a.png")]
    change = Change.objects.filter(aggregate_id=product).latest("sequence")
    assert (change.version, change.actor_label, change.source) == (3, "worker", "worker")
    assert list(check_products([product])) == []


def test_a_copy_is_made_once(web: WebServer, product: UUID) -> None:
    media = add(product, web.url("/a.png"))
    fetch_media(media.pk, is_last_try=False)
    fetch_media(media.pk, is_last_try=False)
    assert len(web.requests) == 1
    assert Product.objects.get(pk=product).version == 3


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ((404, {}, b""), "The server answered 404."),
        ((200, {}, b"<html>"), "is no PNG"),
        ((302, {"Location": "http://127.0.0.2/a.png"}, b""), "public Internet"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "Only http"),
    ],
)
def test_what_will_never_come_fails_and_the_product_does_not(
    reply: Any, reason: str, web: WebServer, product: UUID, folder: Path
) -> None:
    web.pages["/a.png"] = reply
    media = add(product, web.url("/a.png"))
    fetch_media(media.pk, is_last_try=False)
    media = Media.objects.get(pk=media.pk)
    assert media.fetch.state == "failed"
    assert reason in media.fetch.error
    assert media.url == web.url("/a.png")
    assert Product.objects.get(pk=product).version == 2
    assert build.drifted([product]) == []
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "reply", [(503, {}, b""), (429, {}, b""), (200, {"Content-Length": "9"}, b"x")]
)
def test_what_may_come_is_tried_again_and_not_for_ever(
    reply: Any, web: WebServer, product: UUID
) -> None:
    web.pages["/a.png"] = reply
    media = add(product, web.url("/a.png"))
    with pytest.raises(TryLater):
        fetch_media(media.pk, is_last_try=False)
    fetch = MediaFetch.objects.get()
    assert fetch.state == "pending"
    assert fetch.error
    fetch_media(media.pk, is_last_try=True)
    assert MediaFetch.objects.get().state == "failed"


def test_a_try_later_waits_in_the_queue(web: WebServer, product: UUID) -> None:
    web.pages["/a.png"] = (503, {}, b"")
    add(product, web.url("/a.png"))
    call_command("procrastinate", "worker", "--one-shot")
    job = ProcrastinateJob.objects.get(task_name="products.fetch_media")
    assert (job.status, job.attempts) == ("todo", 1)
    assert MediaFetch.objects.get().error == "The server answered 503."


def test_what_is_too_large_fails(web: WebServer, product: UUID, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    media = add(product, web.url("/a.png"))
    fetch_media(media.pk, is_last_try=False)
    assert MediaFetch.objects.get().error == "It is larger than 100 bytes."


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.png",
        "http://[::1]/a.png",
        "http://0.0.0.0/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://localhost/a.png",
        "http://images.example:6379/",
    ],
)
def test_an_inner_address_is_refused_when_it_is_given(url: str, product: UUID) -> None:
    with pytest.raises(InvalidValue) as told:
        add(product, url)
    assert told.value.pointer == "/url"
    assert jobs() == []
    assert not Media.objects.exists()


def test_an_inner_address_is_refused_when_it_is_fetched(
    product: UUID, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text shows nothing: the name leads inside only when it is asked."""
    settings.OUTBOUND_PORTS = range(1, 65_536)
    listener = Listener()
    address = (2, 1, 6, "", ("127.0.0.1", listener.port))
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [address])
    media = add(product, f"http://evil.example:{listener.port}/a.png")
    fetch_media(media.pk, is_last_try=False)
    assert "public Internet" in MediaFetch.objects.get().error
    assert not listener.was_called()
    listener.close()


def test_what_changed_meanwhile_is_not_overwritten(web: WebServer, product: UUID) -> None:
    media = add(product, web.url("/a.png"))
    new: Any = {"url": web.url("/b.png")}

    def change(each: Any) -> None:
        update_media(product, media.pk, values=new, expected_version=None, actor=SYSTEM)
        each.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + PNG)

    web.pages["/a.png"] = change
    fetch_media(media.pk, is_last_try=False)
    row = Media.objects.get()
    assert (row.source_url, row.file.name, row.fetch.state) == (new["url"], "", "pending")
    assert jobs() == [("products.fetch_media", "todo")] * 2  # the new address has a job of its own


def test_a_deleted_picture_is_no_longer_fetched(web: WebServer, product: UUID) -> None:
    media = add(product, web.url("/a.png"))
    delete_media(product, media.pk, expected_version=None, actor=SYSTEM)
    fetch_media(media.pk, is_last_try=False)
    assert web.requests == []


def test_nothing_is_asked_of_the_worker_when_the_write_fails(web: WebServer) -> None:
    other = create_product(values={"name": "Chair"}, actor=SYSTEM)
    values: Any = {"name": "Lamp", "slug": "chair", "media": [{"url": web.url(), "fetch": True}]}
    with pytest.raises(Exception, match="slug"):
        create_product(values=values, actor=SYSTEM)
    assert jobs() == []
    assert Product.objects.get().pk == other


def test_pictures_inside_a_product_are_fetched_too(web: WebServer) -> None:
    media: Any = [{"url": web.url("/a.png"), "fetch": True}, {"url": "https://images.example/b"}]
    key = create_product(values={"name": "Lamp", "media": media}, actor=SYSTEM)
    assert MediaFetch.objects.get().media.source_url == web.url("/a.png")
    media[1]["fetch"] = True
    update_product(
        key, values={"media": media}, expected_version=None, may_publish=False, actor=SYSTEM
    )
    assert MediaFetch.objects.filter(state="pending").count() == 2
    media[1]["url"] = "http://10.0.0.1/"
    with pytest.raises(InvalidValue) as told:
        update_product(
            key, values={"media": media}, expected_version=None, may_publish=False, actor=SYSTEM
        )
    assert told.value.pointer == "/media/1/url"


def test_a_failed_one_may_be_asked_for_again(web: WebServer, product: UUID) -> None:
    web.pages["/a.png"] = (404, {}, b"")
    media = add(product, web.url("/a.png"))
    fetch_media(media.pk, is_last_try=False)
    web.pages["/a.png"] = (200, {}, PNG)
    update_media(product, media.pk, values={"fetch": True}, expected_version=None, actor=SYSTEM)
    fetch_media(media.pk, is_last_try=False)
    assert MediaFetch.objects.get().state == "fetched"
    with pytest.raises(InvalidValue, match="here already"):
        update_media(product, media.pk, values={"fetch": True}, expected_version=None, actor=SYSTEM)


def test_what_waits_without_a_job_is_asked_for_again(web: WebServer, product: UUID) -> None:
    media = add(product, web.url("/a.png"))
    ProcrastinateJob.objects.all()._raw_delete("default")
    assert resume_fetches() == 0  # it is too young to have been forgotten
    MediaFetch.objects.update(asked_at="2026-01-01T00:00:00Z")
    assert resume_fetches() == 1
    assert resume_fetches() == 0
    assert jobs() == [("products.fetch_media", "todo")]
    assert media.fetch.state == "pending"


def test_a_player_elsewhere_is_not_fetched(product: UUID) -> None:
    with pytest.raises(InvalidValue, match="page of a player"):
        add(product, "https://videos.example/1", kind="external_video")
