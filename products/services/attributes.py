"""Writes of attributes and their options."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from products.errors import InvalidValue, StillInUse
from products.models import Attribute, AttributeOption, Locale, ProductType
from products.models.product_types import MAX_OPTIONS
from products.services.attribute_rules import clean_rules, ensure_dimension
from products.services.locking import lock_row
from products.services.losses import everywhere, holders, settle_losses
from products.services.rule_references import ensure_no_rule_asks
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import AttributeFields, OptionValues

# What the form of stored values follows from: it stays while there are any.
SHAPE = ("type", "dimension", "is_localizable", "is_per_channel")
# What rules are compiled by.
JUDGED = ("type", "dimension")
SHOWN = {"name", "group", "translations", "type"}
# What search and filters read of its values.
FOUND = {"is_searchable", "is_filterable"}
# What is translated of an attribute, and of an option; the longest of each.
NAMED: Mapping[str, int] = {"name": 200, "group": 100}
LABELLED: Mapping[str, int] = {"label": 200}
CHOICES = ("choice", "multi_choice")


def create_attribute(*, values: AttributeFields, actor: Actor) -> Attribute:
    """Raises CodeTaken, InvalidValue."""
    with unit_of_work(actor) as work:
        fields = {name: value for name, value in values.items() if name != "options"}
        attribute = Attribute(**fields)
        _ensure_shape(attribute)
        _ensure_translations(attribute.translations, NAMED, "/translations")
        attribute.save(force_insert=True)
        _write_options(work, attribute, values.get("options", []), accept_loss=False)
        work.created("attribute", [attribute.pk])
    return attribute


def update_attribute(
    attribute_id: UUID,
    *,
    values: AttributeFields,
    expected_version: int | None,
    actor: Actor,
    accept_loss: bool = False,
) -> Attribute:
    """Write what is named; `options` are named as the whole list, in order. The documents of
    products that show the attribute follow.

    Raises NotFound, StaleVersion, InvalidValue, StillInUse where stored values or rules forbid
    it, and ValuesWouldBeLost for options that products have.
    """
    with unit_of_work(actor, renames=True) as work:
        attribute = lock_row(Attribute, attribute_id, expected_version=expected_version)
        before = {name: getattr(attribute, name) for name in values if name != "options"}
        for name in before:
            setattr(attribute, name, values[name])  # type: ignore[literal-required]  # of the same TypedDict
        changed = {name for name in before if getattr(attribute, name) != before[name]}
        _ensure_kept(attribute, changed)
        _ensure_shape(attribute)
        _ensure_translations(attribute.translations, NAMED, "/translations")
        changed = {name for name in before if getattr(attribute, name) != before[name]}
        if changed:
            attribute.save(update_fields=[*changed, "updated_at"])
        if "options" in values and _write_options(
            work, attribute, values["options"], accept_loss=accept_loss
        ):
            changed.add("options")
        if changed:
            work.changed("attribute", [attribute_id])
        if changed & {*SHOWN, *FOUND, "options"}:
            work.reprint(holders(everywhere(attribute.pk)))
    attribute.refresh_from_db()
    return attribute


def delete_attribute(
    attribute_id: UUID,
    *,
    expected_version: int | None,
    actor: Actor,
    accept_loss: bool = False,
) -> None:
    """With its options, out of every type. Raises NotFound, StaleVersion, StillInUse
    where a rule asks for it, ValuesWouldBeLost."""
    with unit_of_work(actor, renames=True) as work:
        attribute = lock_row(Attribute, attribute_id, expected_version=expected_version)
        ensure_no_rule_asks(attribute.code)
        types = ProductType.objects.filter(assignments__attribute=attribute)
        having = dict(types.values_list("pk", "slug"))
        doomed = everywhere(attribute_id)
        settle_losses(work, doomed, accept_loss=accept_loss, types=having.values())
        work.deleting("attribute", [attribute_id])
        attribute.assignments.all().delete()
        attribute.delete()
        work.changed("product_type", having)


def _ensure_kept(attribute: Attribute, changed: set[str]) -> None:
    """Raises where stored values or rules would no longer be what the attribute says."""
    if "code" in changed:
        raise InvalidValue(
            "A code stays: values are stored under it. Make another attribute.", pointer="/code"
        )
    for name in SHAPE:
        if name in changed and holders(everywhere(attribute.pk)):
            raise StillInUse(
                "Products have values in the form it has now: make another attribute.",
                pointer=f"/{name}",
            )
        if name in changed and name in JUDGED:
            ensure_no_rule_asks(attribute.code, pointer=f"/{name}")


def _ensure_shape(attribute: Attribute) -> None:
    ensure_dimension(attribute.type, attribute.dimension)
    is_varied = attribute.is_localizable or attribute.is_per_channel
    if attribute.type in ("product", "category") and is_varied:
        raise InvalidValue(
            "A reference is the same in every locale and channel.",
            pointer="/is_localizable" if attribute.is_localizable else "/is_per_channel",
        )
    attribute.rules = clean_rules(attribute.type, attribute.dimension, attribute.rules)


def _ensure_translations(
    translations: Mapping[str, Mapping[str, str]], lengths: Mapping[str, int], place: str
) -> None:
    """{"de": {"name": "Farbe"}}, of locales that there are; `lengths` of the texts there are."""
    unknown = translations.keys() - set(Locale.objects.values_list("code", flat=True))
    for locale, texts in translations.items():
        if locale in unknown:
            raise InvalidValue(f"There is no locale {locale[:50]!r}.", pointer=f"{place}/{locale}")
        is_right = texts and all(
            text.strip() and len(text) <= lengths.get(name, 0) for name, text in texts.items()
        )
        if not is_right:
            shown = " and ".join(f'"{name}" of 1 to {most}' for name, most in lengths.items())
            raise InvalidValue(f"Give {shown} characters.", pointer=f"{place}/{locale}")


def _write_options(
    work: UnitOfWork, attribute: Attribute, items: Sequence[OptionValues], *, accept_loss: bool
) -> bool:
    """Make the options exactly these, in this order. Answers whether anything changed."""
    before = {option.code: option for option in attribute.options.all()}
    after = _new_options(attribute, items, before)
    if gone := sorted(before.keys() - after.keys()):
        ensure_no_rule_asks(attribute.code, options=gone, pointer="/options")
        doomed = everywhere(attribute.pk, options=gone)
        settle_losses(work, doomed, accept_loss=accept_loss)
        attribute.options.filter(code__in=gone).delete()
    changed = [
        option
        for code, option in after.items()
        if code not in before or _facts(option) != _facts(before[code])
    ]
    AttributeOption.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["attribute", "code"],
        update_fields=["label", "position", "translations"],
    )
    return bool(gone or changed)


def _new_options(
    attribute: Attribute, items: Sequence[OptionValues], before: Mapping[str, AttributeOption]
) -> dict[str, AttributeOption]:
    if items and attribute.type not in CHOICES:
        raise InvalidValue("Only choices have options.", pointer="/options")
    if len(items) > MAX_OPTIONS:
        raise InvalidValue(f"At most {MAX_OPTIONS} options.", pointer="/options")
    options: dict[str, AttributeOption] = {}
    for position, item in enumerate(items):
        code, old = item["code"], before.get(item["code"])
        if code in options:
            raise InvalidValue(f"{code!r} is given twice.", pointer=f"/options/{position}/code")
        translations = item.get("translations", old.translations if old else {})
        _ensure_translations(translations, LABELLED, f"/options/{position}/translations")
        options[code] = AttributeOption(
            attribute=attribute,
            code=code,
            label=item.get("label") or (old.label if old else code),
            position=position,
            translations=translations,
        )
    return options


def _facts(option: AttributeOption) -> tuple[Any, ...]:
    return option.label, option.position, option.translations
