"""What a made-up shop sells: the sorts of goods, where they stand in the tree, what they cost."""

from dataclasses import dataclass

WOOD = ("Oak", "Walnut", "Ash", "Beech", "Birch", "Cherry")
METAL = ("Steel", "Brass", "Copper", "Aluminium", "Iron")
TEXTILE = ("Linen", "Cotton", "Wool", "Hemp", "Canvas", "Corduroy")
KNIT = ("Merino", "Cotton", "Alpaca", "Lambswool", "Cashmere")
TOUGH = ("Ripstop", "Softshell", "Fleece", "Twill", "Nylon")
HIDE = ("Leather", "Suede", "Cork", "Waxed Canvas")
CERAMIC = ("Stoneware", "Porcelain", "Earthenware", "Terracotta")
GLASS = ("Glass", "Smoked Glass", "Recycled Glass", "Steel")
PAPER = ("Kraft Paper", "Cotton Paper", "Linen-bound", "Hardcover")
TECH = ("Wireless", "Compact", "Studio", "Travel")


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of goods. `picture` names the drawing that stands for it."""

    noun: str
    category: tuple[str, ...]
    picture: str
    cheapest: int
    dearest: int
    materials: tuple[str, ...]
    options: str  # a key of words.OPTIONS
    use: str  # completes "made for ..."


def _kinds(
    category: tuple[str, ...],
    materials: tuple[str, ...],
    options: str,
    *goods: tuple[str, str, int, int, str],
) -> list[Kind]:
    return [
        Kind(noun, category, picture, cheapest, dearest, materials, options, use)
        for noun, picture, cheapest, dearest, use in goods
    ]


KINDS: tuple[Kind, ...] = (
    *_kinds(
        ("Home", "Furniture", "Chairs"),
        WOOD,
        "color",
        ("Dining Chair", "chair", 79, 320, "long dinners"),
        ("Armchair", "chair", 240, 980, "slow evenings"),
        ("Bar Stool", "chair", 69, 240, "the kitchen counter"),
        ("Bench", "table", 129, 460, "the hallway"),
    ),
    *_kinds(
        ("Home", "Furniture", "Tables"),
        WOOD,
        "size",
        ("Coffee Table", "table", 119, 540, "books and cups"),
        ("Desk", "table", 190, 890, "focused work"),
        ("Side Table", "table", 59, 260, "the reading corner"),
        ("Bookshelf", "box", 139, 720, "a growing library"),
    ),
    *_kinds(
        ("Home", "Lighting"),
        METAL,
        "color",
        ("Table Lamp", "lamp", 39, 220, "late reading"),
        ("Floor Lamp", "lamp", 89, 420, "a dark corner"),
        ("Pendant Light", "lamp", 59, 340, "the dining table"),
    ),
    *_kinds(
        ("Home", "Textiles"),
        TEXTILE,
        "color",
        ("Cushion", "box", 19, 69, "the sofa"),
        ("Throw", "box", 39, 149, "cold evenings"),
        ("Curtain", "box", 29, 139, "bright mornings"),
        ("Bath Towel", "box", 14, 59, "every day"),
    ),
    *_kinds(
        ("Kitchen", "Tableware"),
        CERAMIC,
        "color",
        ("Mug", "mug", 9, 34, "the first coffee"),
        ("Dinner Plate", "bowl", 11, 48, "everyday meals"),
        ("Serving Bowl", "bowl", 19, 89, "salads for six"),
        ("Teapot", "mug", 29, 119, "quiet afternoons"),
        ("Espresso Cup", "mug", 8, 29, "short breaks"),
    ),
    *_kinds(
        ("Kitchen", "Cookware"),
        METAL,
        "diameter",
        ("Saucepan", "bowl", 34, 189, "sauces and soups"),
        ("Frying Pan", "bowl", 29, 169, "high heat"),
        ("Stockpot", "bowl", 59, 259, "big batches"),
    ),
    *_kinds(
        ("Kitchen", "Drinkware"),
        GLASS,
        "volume",
        ("Carafe", "bottle", 19, 79, "water and wine"),
        ("Water Bottle", "bottle", 15, 49, "long days out"),
        ("Storage Jar", "bottle", 9, 39, "dry goods"),
    ),
    *_kinds(
        ("Clothing", "Tops"),
        TEXTILE,
        "apparel",
        ("T-Shirt", "shirt", 19, 69, "warm days"),
        ("Overshirt", "shirt", 59, 189, "layering"),
        ("Blouse", "shirt", 39, 149, "work and weekends"),
    ),
    *_kinds(
        ("Clothing", "Knitwear"),
        KNIT,
        "apparel",
        ("Sweater", "shirt", 69, 289, "cold mornings"),
        ("Cardigan", "shirt", 79, 299, "in-between weather"),
        ("Beanie", "ball", 19, 69, "windy walks"),
    ),
    *_kinds(
        ("Clothing", "Outerwear"),
        TOUGH,
        "apparel",
        ("Rain Jacket", "shirt", 89, 389, "sideways rain"),
        ("Vest", "shirt", 59, 219, "cool starts"),
        ("Parka", "shirt", 149, 529, "deep winter"),
    ),
    *_kinds(
        ("Shoes",),
        HIDE,
        "shoes",
        ("Sneaker", "shoe", 59, 189, "the whole day"),
        ("Ankle Boot", "shoe", 99, 329, "wet streets"),
        ("Sandal", "shoe", 39, 129, "hot stones"),
    ),
    *_kinds(
        ("Bags",),
        HIDE,
        "color",
        ("Backpack", "bag", 59, 249, "the daily commute"),
        ("Tote Bag", "bag", 29, 149, "market days"),
        ("Weekender", "bag", 119, 429, "two nights away"),
        ("Wallet", "box", 24, 99, "the essentials"),
    ),
    *_kinds(
        ("Electronics", "Audio"),
        TECH,
        "color",
        ("Headphones", "headphones", 49, 349, "long flights"),
        ("Speaker", "box", 39, 299, "the whole room"),
        ("Radio", "box", 49, 199, "the kitchen shelf"),
    ),
    *_kinds(
        ("Outdoor", "Camping"),
        TOUGH,
        "persons",
        ("Tent", "tent", 119, 689, "nights in the open"),
        ("Sleeping Bag", "bag", 69, 339, "three seasons"),
        ("Tarp", "tent", 39, 149, "sudden showers"),
    ),
    *_kinds(
        ("Outdoor", "Garden"),
        (*CERAMIC, "Zinc"),
        "diameter",
        ("Planter", "plant", 14, 119, "herbs and ferns"),
        ("Watering Can", "mug", 19, 79, "dry summers"),
        ("Bird Bath", "bowl", 39, 149, "small guests"),
    ),
    *_kinds(
        ("Toys",),
        WOOD,
        "none",
        ("Building Blocks", "box", 19, 79, "tall towers"),
        ("Spinning Top", "ball", 7, 24, "quick fingers"),
        ("Puzzle", "box", 12, 49, "rainy Sundays"),
    ),
    *_kinds(
        ("Sport",),
        HIDE,
        "none",
        ("Football", "ball", 19, 89, "the back yard"),
        ("Yoga Mat", "box", 24, 109, "slow stretches"),
    ),
    *_kinds(
        ("Stationery",),
        PAPER,
        "pages",
        ("Notebook", "book", 6, 34, "first drafts"),
        ("Sketchbook", "book", 9, 44, "quick studies"),
        ("Journal", "book", 12, 49, "one page a day"),
    ),
)
