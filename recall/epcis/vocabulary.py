"""The vocabulary: CBV 2.0 words in their three spellings, and the names that a JSON-LD context gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

OBJECT = (dict, Mapping)
"""What a JSON object is read as: nearly always a dict, which is told much faster than a Mapping."""
CBV = "https://ref.gs1.org/cbv/"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEPS = _words(
    """
    accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
    installing killing loading other packing picking receiving removing repackaging repairing replacing
    reserving retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing
    transporting unloading unpacking void_shipping
    """
)
DISPOSITIONS = _words(
    """
    active available completeness_inferred completeness_verified conformant container_closed container_open
    damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class
    mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other
    partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible
    stolen unavailable unknown
    """
)
TRANSACTIONS = _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt")
ENDS = _words("owning_party possessing_party location")
REASONS = _words("did_not_occur incorrect_data")

COMPONENTS = _words(
    """
    x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude
    longitude altitude
    """
)
EXCEPTIONS = _words("ALARM_CONDITION ERROR_CONDITION")
MEASUREMENTS = _words(
    """
    AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
    Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
    ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force
    Frequency
    Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
    LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration
    MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power
    Pressure Radioactivity RadiantFlux RadiantIntensity RelativeHumidity Resistance Resistivity SolidAngle
    SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate
    VolumeFraction VolumetricFlux Wavenumber
    """
)

WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"BizStep": BIZ_STEPS, "Disp": DISPOSITIONS, "BTT": TRANSACTIONS, "SDT": ENDS, "ER": REASONS}
)
"""The words of each family, by the family's name in a web address."""

STANDARD_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "epcis": "https://ref.gs1.org/epcis/",
        "cbv": CBV,
        "cbvmda": "urn:epcglobal:cbv:mda",
        "gs1": "https://gs1.org/voc/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "dcterms": "http://purl.org/dc/terms/",
    }
)
"""The prefixes that the standard's own context declares; `cbvmda` as the namespace that CBV's XML has."""

_URN_FAMILIES = {"bizstep": "BizStep", "disp": "Disp", "btt": "BTT", "sdt": "SDT", "er": "ER"}
_ADDRESS = re.compile(
    f"https://(?:ref[.]gs1[.]org/cbv|ns[.]gs1[.]org/(?:cbv|voc))/(?:{'|'.join((*WORDS, 'Bizstep'))})-"
)


def word_of(text: str) -> str:
    """A vocabulary word in one form: the bare word for CBV, the address itself for an owner's own."""
    if ":" not in text:
        return text
    if text.startswith("urn:epcglobal:cbv:"):
        family, _, word = text[18:].partition(":")
        return word if family in _URN_FAMILIES and word else text
    if text.startswith("cbv:"):
        text = CBV + text[4:]
    address = _ADDRESS.match(text)
    return text[address.end() :] if address else text


def address_of(text: str, *, family: str) -> str:
    """A vocabulary word as the web address that the event hash is made of."""
    word = word_of(text)
    return word if ":" in word else f"{CBV}{family}-{word}"


def names_in(context: Any, *, outer: Mapping[str, str] = STANDARD_NAMES) -> Mapping[str, str]:
    """The prefixes that a JSON-LD `@context` declares, added to those of the document around it."""
    names = dict(outer)
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, Mapping):
            names.update({key: uri for key, uri in part.items() if isinstance(uri, str) and key[:1] != "@"})
    return names


def full_name(key: str, *, names: Mapping[str, str]) -> str | None:
    """An extension's key as `{namespace}local`; as it stands when a context elsewhere declares its prefix.

    None for a bare word, which is no extension.
    """
    prefix, colon, local = key.partition(":")
    if not colon:
        return None
    if prefix in names:
        return f"{{{names[prefix]}}}{local}"
    if prefix in ("http", "https", "urn"):
        cut = max(key.rfind("/"), key.rfind("#"), key.rfind(":")) + 1
        return f"{{{key[:cut]}}}{key[cut:]}"
    return key
