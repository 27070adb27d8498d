import pytest
from django.test import Client

from products.models import Change, Product
from tests.products.admin.pages import change_url, send

pytestmark = pytest.mark.django_db


def test_saving_without_a_change_changes_nothing(
    publisher_browser: Client, product: Product
) -> None:
    before = Change.objects.count()
    response = send(publisher_browser, change_url(product), {})
    assert response.status_code == 302
    assert Change.objects.count() == before
