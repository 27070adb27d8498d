"""Uploaded files are pictures or downloads, never pages or scripts."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    return tmp_path / "media"


def test_a_picture_is_shown(client: Client, folder: Path) -> None:
    (folder / "a.PNG").write_bytes(b"pixels")
    response = client.get("/media/a.PNG")
    assert response.status_code == 200
    assert b"".join(response) == b"pixels"
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Length"] == "6"
    assert "Content-Disposition" not in response or "inline" in response["Content-Disposition"]


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.js", "a", "a.png.html", "a.xml"])
def test_anything_else_is_a_download(client: Client, folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"<script>")
    response = client.get(f"/media/{name}")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response) == b"<script>"


@pytest.mark.parametrize(
    "path", ["../secret.png", "%2e%2e/secret.png", "/etc/passwd", "nowhere.png", "", "a%00.png"]
)
def test_nothing_outside_of_the_folder_is_served(client: Client, folder: Path, path: str) -> None:
    assert client.get(f"/media/{path}").status_code in {400, 404}


def test_a_folder_is_not_listed(client: Client, folder: Path) -> None:
    (folder / "sub").mkdir()
    assert client.get("/media/sub").status_code == 404
    assert client.get("/media/sub/").status_code == 404
