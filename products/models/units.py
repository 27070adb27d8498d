"""Units of measurement: exact factors within a dimension.

A value keeps the unit that it was given in; comparing converts. SI prefixes are exact by
definition (SI Brochure, 9th edition, table 7). The yard is 0.9144 m and the pound 0.45359237 kg by
the international agreement of 1959; gallons, hours and horsepower follow NIST SP 811 (2008),
appendix B. The imperial gallon is 4.54609 l (UK Weights and Measures Act 1985).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

FOOT = Fraction("0.3048")
INCH = FOOT / 12
POUND = Fraction("0.45359237")
GALLON_US = 231 * (INCH * 100) ** 3 / 1000  # litres: 231 cubic inches
GALLON_IMPERIAL = Fraction("4.54609")
ABSOLUTE_ZERO = Fraction("273.15")


@dataclass(frozen=True, slots=True)
class Unit:
    """`base = value * factor + offset`; only temperatures have an offset."""

    factor: Fraction
    offset: Fraction = Fraction(0)


def _units(**factors: object) -> Mapping[str, Unit]:
    return MappingProxyType({name: Unit(Fraction(str(each))) for name, each in factors.items()})


def _metric(symbol: str, *prefixes: str) -> dict[str, object]:
    powers = {"µ": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12}
    return {f"{prefix}{symbol}": Fraction(10) ** powers[prefix] for prefix in prefixes}


# Dimension -> unit -> how it becomes the dimension's base unit, which is named first.
DIMENSIONS: Mapping[str, Mapping[str, Unit]] = MappingProxyType(
    {
        "length": _units(
            m=1, nm="1e-9", **_metric("m", "µ", "m", "k"), cm="1e-2", dm="1e-1",
            **{"in": INCH}, ft=FOOT, yd=FOOT * 3, mi=FOOT * 5280,
        ),
        "area": _units(
            m2=1, mm2="1e-6", cm2="1e-4", dm2="1e-2", ha=10_000, km2=10**6,
            in2=INCH**2, ft2=FOOT**2, yd2=(FOOT * 3) ** 2, ac=FOOT**2 * 43_560,
        ),
        "volume": _units(
            l=1, ml="1e-3", cl="1e-2", dl="1e-1", hl=100, mm3="1e-6", cm3="1e-3", m3=1000,
            in3=GALLON_US / 231, ft3=(FOOT * 10) ** 3, gal=GALLON_US, qt=GALLON_US / 4,
            pt=GALLON_US / 8, fl_oz=GALLON_US / 128, gal_imp=GALLON_IMPERIAL,
            pt_imp=GALLON_IMPERIAL / 8, fl_oz_imp=GALLON_IMPERIAL / 160,
        ),
        "mass": _units(
            kg=1, mg="1e-6", g="1e-3", t=1000, lb=POUND, oz=POUND / 16, st=POUND * 14,
        ),
        "temperature": MappingProxyType(
            {
                "K": Unit(Fraction(1)),
                "°C": Unit(Fraction(1), ABSOLUTE_ZERO),
                "°F": Unit(Fraction(5, 9), ABSOLUTE_ZERO - Fraction(160, 9)),
            }
        ),
        "time": _units(
            s=1, µs="1e-6", ms="1e-3", min=60, h=3600, d=86_400, wk=604_800,
        ),
        "speed": _units(**{"m/s": 1, "km/h": Fraction(1000, 3600), "mph": FOOT * 5280 / 3600}),
        "frequency": _units(**_metric("Hz", "", "k", "M", "G")),
        "power": _units(
            **_metric("W", "", "m", "k", "M"), hp=FOOT * 550 * POUND * Fraction("9.80665"),
        ),
        "energy": _units(
            **_metric("J", "", "k", "M"), Wh=3600, kWh=3_600_000, cal="4.184", kcal=4184,
        ),
        "voltage": _units(**_metric("V", "", "m", "k")),
        "current": _units(**_metric("A", "", "m", "µ")),
        "charge": _units(C=1, Ah=3600, mAh="3.6"),
        "resistance": _units(**_metric("Ω", "", "m", "k", "M")),
        "pressure": _units(
            **_metric("Pa", "", "k", "M"), hPa=100, mbar=100, bar=100_000,
            psi=POUND * Fraction("9.80665") / INCH**2,
        ),
        "force": _units(N=1, kN=1000, lbf=POUND * Fraction("9.80665")),
        "torque": _units(**{"N·m": 1, "lbf·ft": POUND * Fraction("9.80665") * FOOT}),
        "angle": _units(**{"°": 1}),
        "data": _units(
            B=1, bit=Fraction(1, 8), kB=1000, MB=10**6, GB=10**9, TB=10**12,
            KiB=2**10, MiB=2**20, GiB=2**30, TiB=2**40,
        ),
        "data_rate": _units(
            **{"bit/s": 1, "kbit/s": 1000, "Mbit/s": 10**6, "Gbit/s": 10**9, "MB/s": 8 * 10**6}
        ),
        "luminous_flux": _units(lm=1),
        "luminance": _units(**{"cd/m2": 1}),
        "sound_level": _units(dB=1),
        "resolution": _units(**{"px": 1, "MP": 10**6}),
        "dot_density": _units(dpi=1, ppi=1),
        "ratio": _units(**{"%": Fraction(1, 100), "1": 1}),
    }
)  # fmt: skip


def unit_of(dimension: str, unit: str) -> Unit | None:
    return DIMENSIONS.get(dimension, {}).get(unit)


def in_base_unit(dimension: str, value: str, unit: str) -> Fraction:
    """The exact amount in the dimension's base unit: what two values are compared by."""
    known = DIMENSIONS[dimension][unit]
    return Fraction(value) * known.factor + known.offset


def convert(dimension: str, value: str, unit: str, to: str) -> Fraction:
    """The exact amount in another unit of the same dimension."""
    target = DIMENSIONS[dimension][to]
    return (in_base_unit(dimension, value, unit) - target.offset) / target.factor
