"""What Akeneo calls units of measurement, and what they are here."""

from products.models.units import DIMENSIONS

UNITS: dict[str, str] = {
    "MILLIGRAM": "mg", "GRAM": "g", "KILOGRAM": "kg", "TON": "t", "OUNCE": "oz", "POUND": "lb",
    "STONE": "st", "MILLIMETER": "mm", "CENTIMETER": "cm", "DECIMETER": "dm", "METER": "m",
    "KILOMETER": "km", "INCH": "in", "FEET": "ft", "YARD": "yd", "MILE": "mi",
    "SQUARE_MILLIMETER": "mm2", "SQUARE_CENTIMETER": "cm2", "SQUARE_DECIMETER": "dm2",
    "SQUARE_METER": "m2", "SQUARE_KILOMETER": "km2", "SQUARE_INCH": "in2", "SQUARE_FOOT": "ft2",
    "SQUARE_YARD": "yd2", "HECTARE": "ha", "ACRE": "ac",
    "CUBIC_MILLIMETER": "mm3", "CUBIC_CENTIMETER": "cm3", "CUBIC_METER": "m3",
    "MILLILITER": "ml", "CENTILITER": "cl", "DECILITER": "dl", "LITER": "l", "HECTOLITER": "hl",
    "GALLON": "gal", "PINT": "pt", "CUBIC_INCH": "in3", "CUBIC_FOOT": "ft3",
    "OUNCE_LIQUID": "fl_oz",
    "CELSIUS": "°C", "FAHRENHEIT": "°F", "KELVIN": "K",
    "MILLISECOND": "ms", "SECOND": "s", "MINUTE": "min", "HOUR": "h", "DAY": "d", "WEEK": "wk",
    "METER_PER_SECOND": "m/s", "KILOMETER_PER_HOUR": "km/h", "MILE_PER_HOUR": "mph",
    "HERTZ": "Hz", "KILOHERTZ": "kHz", "MEGAHERTZ": "MHz", "GIGAHERTZ": "GHz", "TERAHERTZ": "THz",
    "MILLIWATT": "mW", "WATT": "W", "KILOWATT": "kW", "MEGAWATT": "MW", "HORSEPOWER": "hp",
    "JOULE": "J", "KILOJOULE": "kJ", "WATTHOUR": "Wh", "KILOWATTHOUR": "kWh", "CALORIE": "cal",
    "KILOCALORIE": "kcal", "MILLIVOLT": "mV", "VOLT": "V", "KILOVOLT": "kV",
    "MICROAMPERE": "µA", "MILLIAMPERE": "mA", "AMPERE": "A",
    "MILLIAMPEREHOUR": "mAh", "AMPEREHOUR": "Ah", "COULOMB": "C",
    "MILLIOHM": "mΩ", "OHM": "Ω", "KILOHM": "kΩ", "MEGOHM": "MΩ",
    "PASCAL": "Pa", "HECTOPASCAL": "hPa", "KILOPASCAL": "kPa", "MEGAPASCAL": "MPa",
    "MILLIBAR": "mbar", "BAR": "bar", "PSI": "psi", "NEWTON": "N", "KILONEWTON": "kN",
    "NEWTON_METER": "N·m", "DEGREE": "°",
    "BIT": "bit", "BYTE": "B", "KILOBYTE": "kB", "MEGABYTE": "MB", "GIGABYTE": "GB",
    "TERABYTE": "TB", "KIBIBYTE": "KiB", "MEBIBYTE": "MiB", "GIBIBYTE": "GiB", "TEBIBYTE": "TiB",
    "LUMEN": "lm", "DECIBEL": "dB", "PIXEL": "px", "MEGAPIXEL": "MP", "DOT_PER_INCH": "dpi",
    "PIXEL_PER_INCH": "ppi", "PERCENT": "%",
}  # fmt: skip
FAMILIES = {
    "weight": "mass", "length": "length", "area": "area", "volume": "volume",
    "temperature": "temperature", "duration": "time", "speed": "speed", "frequency": "frequency",
    "power": "power", "energy": "energy", "voltage": "voltage", "intensity": "current",
    "electriccharge": "charge", "resistance": "resistance", "pressure": "pressure",
    "force": "force", "angle": "angle", "binary": "data", "decibel": "sound_level",
    "brightness": "luminous_flux",
}  # fmt: skip


def dimension_of(family: str, units: set[str]) -> str:
    """That of a family of Akeneo's, or in which all units of a column are known; else ""."""
    if named := FAMILIES.get(family.replace("_", "").casefold()):
        return named
    known = {UNITS.get(unit.upper(), unit) for unit in units}
    found = [name for name, factors in DIMENSIONS.items() if known and known <= factors.keys()]
    return found[0] if found else ""


def unit_of(dimension: str, unit: str) -> str | None:
    """None for a unit that the dimension does not have here."""
    known = UNITS.get(unit.upper(), unit)
    return known if known in DIMENSIONS.get(dimension, {}) else None
