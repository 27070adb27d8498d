"""The words that made-up products are named and described with."""

_SERIES = (
    "Harbor Meadow Juniper Lantern Ember Willow Cove "
    "Summit Drift Hazel Orchard Pebble Quarry Ripple Saddle Thicket Upland Valley Wander "
    "Yarrow Zephyr Alder Bramble Cinder Dune Estuary Fjord Grove Heather Inlet Jetty Kestrel "
    "Lagoon Marsh Nettle Osprey Prairie Quill Reed Sorrel Tundra Umber Vesper Wharf Aster "
    "Beacon Clover Delta Elm Fern Gable Hollow Iris Jasper Knoll Larch Moor North Opal Pine "
    "Quartz River Sable Tide Urchin Vale Wren Amber Birchwood Canyon Dawn Echo Flint Glade "
    "Haven Island Jubilee Kelp Linden Mesa Nimbus Otter Poppy Ridge Sage Terrace Unison "
    "Violet Wick Acorn Bay Cedar Dusk Evergreen Field Gull Horizon Ivy Junction Kiln Loom "
    "Mason Nest Orbit Pilot Rowan Shore Thistle Union Verge Wave Anchor Boulder Crest "
)
SERIES: tuple[str, ...] = tuple(_SERIES.split())

BRANDS: tuple[str, ...] = (
    "Alderway",
    "Brightmoor",
    "Casa Olmo",
    "Dover & Finch",
    "Eastgate Supply",
    "Fennwick",
    "Goldhorn",
    "Haus Lind",
    "Inkwell Row",
    "Juno Field",
    "Kite & Key",
    "Lowland Works",
    "Maren Holt",
    "Northquay",
    "Oda Studio",
    "Pell & Thorne",
    "Quiet Hours",
    "Rook Lane",
    "Saltbox",
    "Tamsin Grey",
    "Ulmen",
    "Vantry",
    "Westering",
    "Yardley Stone",
)

COLORS: tuple[str, ...] = (
    "Chalk",
    "Charcoal",
    "Clay",
    "Forest",
    "Indigo",
    "Mustard",
    "Rust",
    "Sand",
    "Slate",
    "Sky",
)

# The options that a kind of goods comes in: name -> the values that may occur.
OPTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "none": {},
    "color": {"Color": COLORS},
    "size": {"Size": ("Small", "Medium", "Large")},
    "apparel": {"Color": COLORS, "Size": ("XS", "S", "M", "L", "XL")},
    "shoes": {"Color": COLORS, "Size": tuple(str(size) for size in range(36, 47))},
    "diameter": {"Diameter": ("16 cm", "20 cm", "24 cm", "28 cm")},
    "volume": {"Volume": ("0.35 l", "0.5 l", "0.75 l", "1 l")},
    "persons": {"Persons": ("1", "2", "4")},
    "pages": {"Pages": ("96", "160", "240"), "Ruling": ("Plain", "Dotted", "Lined")},
}

OPENINGS: tuple[str, ...] = (
    "A {noun} made for {use}.",
    "The {series} {noun} brings {material} and calm lines to {use}.",
    "Made for {use}, this {noun} keeps its shape for years.",
    "Plain on purpose: a {noun} in {material}, made for {use}.",
    "We drew the {series} {noun} around one thought: {use}.",
    "This {noun} is at home wherever there is room for {use}.",
    "A familiar {noun}, made better in {material}.",
    "The {noun} of our {series} series is the one that people ask about.",
)
DETAILS: tuple[str, ...] = (
    "The {material} is chosen by hand and finished without gloss.",
    "Its edges are rounded and its weight is lower than it looks.",
    "Each piece of {material} differs a little from the next.",
    "Small workshops make it in runs of a few hundred.",
    "The proportions were tested on forty people before the first run.",
    "It goes well with everything else in the {series} series.",
    "All parts can be ordered again one by one.",
    "The colour is deep, and it stays so in sunlight.",
)
CLOSINGS: tuple[str, ...] = (
    "Wipe it with a damp cloth; more is not needed.",
    "It comes in a box without plastic.",
    "Repairs are free for two years.",
    "It gets better with use.",
    "Delivered ready to use.",
    "Spare parts are kept for ten years.",
)
TAGS: tuple[str, ...] = (
    "bestseller",
    "gift",
    "handmade",
    "limited",
    "new",
    "recycled",
    "repairable",
    "sale",
    "small-batch",
    "vegan",
)
ORIGINS: tuple[str, ...] = ("Denmark", "Italy", "Japan", "Lithuania", "Portugal", "Slovenia")
