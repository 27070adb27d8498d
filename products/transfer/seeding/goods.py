"""Made-up products. Number n of a seed is always the same product, however many are made."""

import itertools
import math
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.utils.text import slugify
from iso4217 import Currency
from stdnum import ean

from products.services.values import DimensionsValues, VariantValues
from products.transfer.seeding.kinds import KINDS, Kind
from products.transfer.seeding.pictures import PALETTES
from products.transfer.seeding.words import (
    BRANDS,
    CLOSINGS,
    DETAILS,
    OPENINGS,
    OPTIONS,
    ORIGINS,
    SERIES,
    TAGS,
)

SOLD_AS = [(kind, material) for kind in KINDS for material in kind.materials]
NAMES = len(SOLD_AS) * len(SERIES)
STEP = 7_919  # a prime that does not divide NAMES: neighbours in number differ in everything
MAX_VARIANTS = 12
# Of 100: the rest is published.
DRAFTS, ARCHIVED = 6, 2
TRACKED = 5  # stock of every fifth product is counted


@dataclass(frozen=True, slots=True)
class Picture:
    drawing: str
    palette: str
    alt: str


@dataclass(frozen=True, slots=True)
class Good:
    """A product before its brand, categories and pictures have ids."""

    number: int
    name: str
    slug: str
    description: str
    status: str
    brand: str
    category: tuple[str, ...]
    tags: list[str]
    option_names: list[str]
    metadata: dict[str, object]
    variants: list[VariantValues]
    pictures: list[Picture]


def invent(number: int, *, seed: int, currency: str) -> Good:
    """Product `number` (from 0) of this seed."""
    # Not for secrets: the same seed must give the same catalog on every machine.
    random = Random(f"{seed}/{number}")  # noqa: S311
    edition, place = divmod(number, NAMES)
    place = (place * STEP + seed * 104_729) % NAMES
    (kind, material), series = SOLD_AS[place % len(SOLD_AS)], SERIES[place // len(SOLD_AS)]
    name = f"{series} {material} {kind.noun}" + (f" {edition + 1}" if edition else "")
    return Good(
        number=number,
        name=name,
        slug=slugify(name),
        description=_description(random, kind, material, series),
        status=_status(random),
        brand=random.choice(BRANDS),
        category=kind.category,
        tags=sorted({*random.sample(TAGS, random.randint(0, 3)), slugify(material)}),
        option_names=list(OPTIONS[kind.options]),
        metadata={
            "material": material.lower(),
            "origin": random.choice(ORIGINS),
            "warranty_months": random.choice([12, 24, 36]),
        },
        variants=_variants(random, kind, number, currency),
        pictures=_pictures(random, kind, material),
    )


def _status(random: Random) -> str:
    draw = random.randrange(100)
    if draw < ARCHIVED:
        return "archived"
    return "draft" if draw < ARCHIVED + DRAFTS else "published"


def _description(random: Random, kind: Kind, material: str, series: str) -> str:
    words = {
        "series": series,
        "noun": kind.noun.lower(),
        "material": material.lower(),
        "use": kind.use,
    }
    sentences = [random.choice(OPENINGS), random.choice(DETAILS)]
    if random.random() < 0.6:
        sentences.append(random.choice(CLOSINGS))
    return " ".join(sentence.format(**words) for sentence in sentences)


def _variants(random: Random, kind: Kind, number: int, currency: str) -> list[VariantValues]:
    base = Decimal(random.randint(kind.cheapest, kind.dearest))
    ending = random.choice([Decimal("0.00"), Decimal("-0.01"), Decimal("-0.10"), Decimal("0.50")])
    is_reduced = random.random() < 0.2
    weight = random.randint(80, 4_000)
    code = "".join(word[0] for word in f"{kind.noun} {kind.category[-1]} Goods".split())[:3].upper()
    variants: list[VariantValues] = []
    for position, options in enumerate(_choices(random, kind)):
        amount = _rounded(base * (1 + Decimal(position % 4) / 20) + ending, currency)
        variants.append(
            {
                "sku": f"{code}-{number:06d}-{position + 1:02d}",
                "gtin": _gtin(number, position) if random.random() < 0.8 else None,
                "mpn": f"{kind.noun[:2].upper()}{number % 997:03d}-{position + 1}",
                "options": options,
                "track_inventory": number % TRACKED == 0,
                "backorder_policy": "allow" if number % (2 * TRACKED) == 0 else "deny",
                "weight": {"value": Decimal(weight + 20 * position), "unit": "g"},
                "dimensions": _size(weight, position),
                "prices": [
                    {
                        "currency": currency,
                        "amount": amount,
                        "compare_at": _rounded(amount * Decimal("1.25"), currency)
                        if is_reduced
                        else None,
                    }
                ],
            }
        )
    return variants


def stock_of(good: Good) -> list[tuple[str, int]]:
    """SKU and quantity of the variants whose stock is counted; of some nothing is left."""
    if good.number % TRACKED:
        return []
    return [
        (variant["sku"], (good.number * 7 + position * 13) % 40)
        for position, variant in enumerate(good.variants)
        if variant["sku"] and (good.number + position) % 3
    ]


def _size(weight: int, position: int) -> DimensionsValues:
    """A box that a thing of this weight may come in."""
    side = 5 + round((weight + 20 * position) ** (1 / 3) * 2)
    return {
        "length": Decimal(side + 6),
        "width": Decimal(side),
        "height": Decimal(side) / 2,
        "unit": "cm",
    }


def _choices(random: Random, kind: Kind) -> list[dict[str, str]]:
    """Some values of each option, and every combination of them."""
    offered = []
    for values in OPTIONS[kind.options].values():
        count = random.randint(1, min(4, len(values)))
        start = random.randint(0, len(values) - count)
        offered.append(values[start : start + count])
    names = OPTIONS[kind.options]
    combinations = itertools.product(*offered)
    return [dict(zip(names, values, strict=True)) for values in combinations][:MAX_VARIANTS]


def _rounded(amount: Decimal, currency: str) -> Decimal:
    digits = Currency(currency).exponent or 0
    return amount.quantize(Decimal(1).scaleb(-digits))


def _gtin(number: int, position: int) -> str:
    """From the range that GS1 leaves to shops themselves: it names no real product."""
    digits = f"29{(number * MAX_VARIANTS + position) % 10**10:010d}"
    return digits + ean.calc_check_digit(digits)


def _pictures(random: Random, kind: Kind, material: str) -> list[Picture]:
    palettes = random.sample(PALETTES, random.randint(1, 3))
    return [
        Picture(
            drawing=kind.picture,
            palette=palette.name,
            alt=f"Drawing of a {kind.noun.lower()} in {material.lower()}, {palette.name} tones",
        )
        for palette in palettes
    ]


if math.gcd(STEP, NAMES) != 1:  # pragma: no cover - guards whoever adds words
    raise ValueError("STEP divides NAMES: two products would share a name.")
