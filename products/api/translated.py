"""Nouns whose texts have translations: read in one locale, edited in all of them."""

from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanSeeWork
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.views import StrictViewSet
from products.api.nouns import NounViewSet
from products.api.products import key_of, no_product, product_id_of
from products.api.viewing import ViewedViewSet, tag_suffix
from products.documents.redirects import newer_slug
from products.errors import NotFound
from products.models import Brand, Category, Collection, Media, Product


class TranslatedNounViewSet(ViewedViewSet, NounViewSet):
    """Brands, categories and collections."""

    merges_translations = True
    looks_first: ClassVar[bool] = True  # not where a read finds out itself which view is asked for

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.looks_first and request.method in ("GET", "HEAD"):
            self.look_as_asked()

    def tag_suffix(self) -> str:
        return tag_suffix(self.view)

    def _find(self, text: str) -> Any:
        """By the slug of the locale; by the row's own one, too, in whichever locale."""
        key = key_of(text)
        found = None
        if isinstance(key, str) and not self.view.is_default:
            translated = Q()
            for code in self.view.chain:
                translated |= Q(**{f"translations__{code}__slug": key})
            found = self.get_queryset().filter(translated).order_by("pk").first()
        return found or super()._find(text)

    def _moved_slug(self, text: str) -> str | None:
        table = self.get_queryset().model._meta.db_table
        return newer_slug(self.redirects, table, text, chain=self.chain)


class TranslationsResponse(serializers.Serializer[Any]):
    """Locale -> name of a text -> the text, as they were written."""

    translations = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))


class ProductTranslationsResponse(TranslationsResponse):
    media = serializers.DictField(
        child=serializers.DictField(child=serializers.DictField(child=serializers.CharField())),
        help_text="The same of each picture, by its id.",
    )


class TranslationsViewSet(StrictViewSet):
    """For editors: everything that was translated, whichever channel shows it."""

    permission_classes = [CanSeeWork]
    serializer_class = TranslationsResponse
    noun: ClassVar[type[Brand] | type[Category] | type[Collection]]

    def retrieve(self, request: Request, key: str) -> HttpResponse:
        parsed = key_of(key)
        field = "slug" if isinstance(parsed, str) else "pk"
        row = self.noun.objects.filter(**{field: parsed}).first()
        if row is None:
            raise NotFound(f"There is no {self.noun._meta.verbose_name} {key[:100]!r}.")
        return _answer(request, row.version, {"translations": row.translations})


class BrandTranslationsViewSet(TranslationsViewSet):
    queryset = Brand.objects.none()
    noun = Brand


class CategoryTranslationsViewSet(TranslationsViewSet):
    queryset = Category.objects.none()
    noun = Category


class CollectionTranslationsViewSet(TranslationsViewSet):
    queryset = Collection.objects.none()
    noun = Collection


class ProductTranslationsViewSet(StrictViewSet):
    queryset = Product.objects.none()
    serializer_class = ProductTranslationsResponse
    permission_classes = [CanSeeWork]

    def retrieve(self, request: Request, product: str) -> HttpResponse:
        row = Product.objects.filter(pk=product_id_of(request, product)).first()
        if row is None:
            raise no_product(product)
        media = (
            Media.objects.filter(product=row).exclude(translations={}).order_by("position", "id")
        )
        shown = {str(key): texts for key, texts in media.values_list("pk", "translations")}
        return _answer(request, row.version, {"translations": row.translations, "media": shown})


def _answer(request: Request, version: int, body: dict[str, Any]) -> HttpResponse:
    content = FastJSONRenderer().render(body)
    return representation(request, content, f"{version}-{digest(content)}")
