#!/usr/bin/env python3
"""Writes synthetic FHIR R4 resources as newline-delimited JSON, one file per resource type.

    generate.py --patients N [--seed S] --out DIR    N patients, with everything that belongs to them
    generate.py --tiny [--seed S] --out DIR          three resources, for tests
    generate.py --check                              are the shipped files what this program generates?

Every person, place and event is invented. The output depends on the arguments alone: not on the clock, the
machine or the Python version (of the random module only `Random(text).random()` is used, whose sequence
Python promises to keep). More patients with the same seed add lines and never change earlier ones.
Only the codes are real: LOINC, SNOMED CT, RxNorm, CVX and UCUM.
"""
from __future__ import annotations

import argparse
import json
import random
import re
import sys
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Iterator, NamedTuple, Sequence, TextIO, TypeVar

Resource = dict[str, Any]
T = TypeVar("T")

TYPES = ("Condition", "Encounter", "Immunization", "MedicationRequest", "Observation", "Organization", "Patient",
         "Practitioner")
PATIENTS_PER_CLINIC = 7
PRACTITIONERS_PER_CLINIC = 3
DEFAULT_SEED = 2021
FIRST_DAY = date(2018, 7, 2)  # visits begin on or after this day
DAYS = 1090  # ... and before this many days later
PROBLEMS_SHOWN = 20

HL7 = "http://terminology.hl7.org/CodeSystem/"
SAMPLE = "http://example.org/healthlake-sample/"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
UCUM = "http://unitsofmeasure.org"


class Shipped(NamedTuple):
    """A data store below datastores/ and the arguments it was made with."""
    datastore_id: str
    seed: int
    patients: int  # 0: the tiny set


SHIPPED = (
    Shipped("c0ffee00c0ffee00c0ffee00c0ffee00", seed=DEFAULT_SEED, patients=21),
    Shipped("feedface00000000feedface00000000", seed=DEFAULT_SEED, patients=0),
)


# --- What the resources are made of -----------------------------------------------------------------------------------

class Lab(NamedTuple):
    """A measured quantity: LOINC code, UCUM unit, reference range, and the range that samples are drawn from."""
    code: str
    display: str
    unit: str
    normal: tuple[float, float]
    drawn: tuple[float, float]
    digits: int


class Drug(NamedTuple):
    """An RxNorm clinical drug, tablets a day, and days of supply."""
    code: str
    display: str
    per_day: int
    days: int


class Problem(NamedTuple):
    """A SNOMED CT disorder, the drug prescribed for it and the laboratory test that follows it."""
    code: str
    display: str
    chronic: bool
    drug: Drug | None
    lab: Lab | None


class Vaccine(NamedTuple):
    """A CVX code and the age in years it is given from."""
    code: str
    display: str
    from_age: int


HBA1C = Lab("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", (4.0, 5.6), (5.2, 9.4), 1)
CHOLESTEROL = Lab("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL", (125, 200), (140, 280), 0)
CREATININE = Lab("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", (0.6, 1.3), (0.5, 1.8), 2)
HEMOGLOBIN = Lab("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", (12.0, 17.5), (8.6, 15.0), 1)

PROBLEMS = (
    Problem("38341003", "Hypertensive disorder", True, Drug("314076", "lisinopril 10 MG Oral Tablet", 1, 90),
            CREATININE),
    Problem("44054006", "Diabetes mellitus type 2", True,
            Drug("861007", "metformin hydrochloride 500 MG Oral Tablet", 2, 90), HBA1C),
    Problem("55822004", "Hyperlipidemia", True, Drug("314231", "simvastatin 10 MG Oral Tablet", 1, 90), CHOLESTEROL),
    Problem("271737000", "Anemia", True, Drug("310325", "ferrous sulfate 325 MG Oral Tablet", 1, 60), HEMOGLOBIN),
    Problem("195967001", "Asthma", True, Drug("200224", "montelukast 10 MG Oral Tablet", 1, 30), None),
    Problem("239873007", "Osteoarthritis of knee", True, Drug("310965", "ibuprofen 200 MG Oral Tablet", 3, 10), None),
    Problem("444814009", "Viral sinusitis", False, None, None),
    Problem("10509002", "Acute bronchitis", False, Drug("313782", "acetaminophen 325 MG Oral Tablet", 4, 5), None),
)

VACCINES = (
    Vaccine("140", "Influenza, seasonal, injectable, preservative free", 18),
    Vaccine("115", "Tdap", 18),
    Vaccine("187", "zoster recombinant", 50),
    Vaccine("33", "pneumococcal polysaccharide PPV23", 65),
)

VISIT_CLASSES = (("AMB", "ambulatory"), ("AMB", "ambulatory"), ("AMB", "ambulatory"), ("VR", "virtual"),
                 ("EMER", "emergency"))
CHECK_UP = ("185349003", "Encounter for check up")
FOLLOW_UP = ("390906007", "Follow-up encounter")
SYMPTOM = ("185345009", "Encounter for symptom")

# Words for "example" and "test" as family and given names, in many scripts: of 1 to 4 bytes a character in UTF-8,
# with a combining accent (Exe + U+0301), right to left, and with a character outside the basic plane (U+20BB7).
NAMES = (
    ("Example", "Sample"), ("Beispielmüller", "Prüfine"), ("Exe\u0301mplaire", "Essaïe"), ("Ejemplónez", "Muestriña"),
    ("Exempelström", "Prøve"), ("Specimen", "Placeholder"), ("Příkladová", "Zkouška"), ("Przykładowska", "Próba"),
    ("Örnekoğlu", "Deneme"), ("Dæmisdóttir", "Prófun"), ("O'Sample", "Testa"), ("Παραδείγματος", "Δοκιμή"),
    ("Примерова", "Проба"), ("דוגמה", "ניסיון"), ("مثال", "تجربة"), ("उदाहरण", "परीक्षण"),
    ("ตัวอย่าง", "ทดสอบ"), ("예시", "시험"), ("例田", "見本"), ("\U00020BB7例", "試"),
)
CLINICS = ("Example Clinic", "Beispielpraxis Süd", "Clinique Exemple", "Ukázková poliklinika", "見本診療所")
TOWNS = ("Exampleton", "Sampleville", "Musterstädt", "Přikladov", "Ejemplópolis")
NOTES = (
    "Synthetic note: a \"quoted\" word, a backslash \\ and a tab\there.",
    "Synthetic note,\nwith a second \"line\": naïve café, 試験, проба.",
    "Synthetic note with signs outside the basic plane: \U0001FA7A \U0001F9EA.",
)


class Draw:
    """Random choices that depend on nothing but the key."""

    def __init__(self, *key: object) -> None:
        self._random = random.Random("/".join(str(part) for part in key))

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1."""
        return int(self._random.random() * bound)

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely."""
        return choices[self.below(len(choices))]

    def chance(self, probability: float) -> bool:
        """True in this share of the calls."""
        return self._random.random() < probability

    def number(self, low: float, high: float, digits: int) -> float:
        """A number from low to high with so many decimals (an int for none)."""
        steps = round((high - low) * 10 ** digits)
        value = round(low + self.below(steps + 1) / 10 ** digits, digits)
        return value if digits else int(value)

    def identifier(self) -> str:
        """A version 4 UUID."""
        return str(uuid.UUID(int=sum(self.below(1 << 32) << (32 * word) for word in range(4)), version=4))


# --- FHIR data types --------------------------------------------------------------------------------------------------

def coding(system: str, code: str, display: str) -> dict[str, str]:
    """A Coding."""
    return {"system": system, "code": code, "display": display}


def concept(system: str, code: str, display: str) -> dict[str, Any]:
    """A CodeableConcept of one coding."""
    return {"coding": [coding(system, code, display)]}


def refer(resource: Resource) -> dict[str, str]:
    """A literal reference to a resource of the same set."""
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


def quantity(value: float, unit: str, code: str | None = None) -> dict[str, Any]:
    """A Quantity; the unit doubles as its UCUM code unless one is given."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code or unit}


def instant(moment: datetime) -> str:
    """An instant in UTC with milliseconds, which is a dateTime too."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def resource_of(draw: Draw, kind: str, known_since: datetime) -> Resource:
    """The start of a resource: type, id, and an update time up to two days after the event."""
    delay = timedelta(minutes=5 + draw.below(48 * 60), milliseconds=draw.below(60_000))
    return {"resourceType": kind, "id": draw.identifier(), "meta": {"lastUpdated": instant(known_since + delay)}}


def human_name(draw: Draw) -> dict[str, Any]:
    """A HumanName that does not exist: words for "example" followed by digits."""
    family, given = draw.pick(NAMES)
    return {"use": "official", "family": f"{family}{100 + draw.below(900)}", "given": [given]}


def address(draw: Draw) -> dict[str, Any]:
    """An Address; ISO 3166 leaves the country code ZZ to its users."""
    return {"use": "home", "line": [f"{1 + draw.below(99)} Placeholder Street"], "city": draw.pick(TOWNS),
            "postalCode": f"{draw.below(100_000):05d}", "country": "ZZ"}


def phone(draw: Draw, use: str) -> dict[str, str]:
    """A ContactPoint in the range of numbers kept for fiction."""
    return {"system": "phone", "value": f"+1-555-555-01{draw.below(100):02d}", "use": use}


# --- Resources --------------------------------------------------------------------------------------------------------

@dataclass
class Clinic:
    """An organization and the people who work there."""
    organization: Resource
    practitioners: list[Resource]


@dataclass
class Visit:
    """What the resources made during one encounter share."""
    draw: Draw
    clinic: Clinic
    patient: Resource
    practitioner: Resource
    encounter: Resource
    start: datetime
    end: datetime

    def resource(self, kind: str) -> Resource:
        """A resource about the patient of this visit."""
        return resource_of(self.draw, kind, self.end)

    def context(self, subject: str = "subject") -> dict[str, Any]:
        """The references to patient and encounter."""
        return {subject: refer(self.patient), "encounter": refer(self.encounter)}


def make_organization(draw: Draw, number: int) -> Resource:
    """The clinic with this number."""
    founded = datetime(2018, 1, 8, 8) + timedelta(days=draw.below(120))
    return {
        **resource_of(draw, "Organization", founded),
        "identifier": [{"system": SAMPLE + "clinic", "value": f"C-{number + 1:04d}"}],
        "active": True,
        "type": [concept(HL7 + "organization-type", "prov", "Healthcare Provider")],
        "name": f"{CLINICS[number % len(CLINICS)]} {number + 1}",
        "telecom": [phone(draw, "work")],
        "address": [{**address(draw), "use": "work"}],
    }


def make_practitioner(draw: Draw, number: str, organization: Resource) -> Resource:
    """A physician of the clinic."""
    hired = datetime(2018, 1, 8, 8) + timedelta(days=draw.below(120))
    return {
        **resource_of(draw, "Practitioner", hired),
        "identifier": [{"system": SAMPLE + "practitioner", "value": number}],
        "active": True,
        "name": [{**human_name(draw), "prefix": ["Dr."]}],
        "telecom": [phone(draw, "work")],
        "gender": draw.pick(("female", "male")),
        "qualification": [{"code": concept(HL7 + "v2-0360", "MD", "Doctor of Medicine"),
                           "issuer": refer(organization)}],
    }


def make_clinic(seed: int, number: int) -> Clinic:
    """An organization and its practitioners."""
    draw = Draw(seed, "clinic", number)
    organization = make_organization(draw, number)
    people = [make_practitioner(draw, f"P-{number + 1:04d}-{each + 1}", organization)
              for each in range(PRACTITIONERS_PER_CLINIC)]
    return Clinic(organization, people)


def make_patient(draw: Draw, number: int, organization: Resource, known_since: datetime) -> Resource:
    """An adult patient of the clinic."""
    born = date(1931, 1, 1) + timedelta(days=draw.below(365 * 68))
    return {
        **resource_of(draw, "Patient", known_since),
        "identifier": [{"use": "usual", "system": SAMPLE + "patient", "value": f"SAMPLE-{number + 1:06d}"}],
        "active": True,
        "name": [human_name(draw)],
        "telecom": [phone(draw, "home"), {"system": "email", "value": f"sample{number + 1}@example.org"}],
        "gender": draw.pick(("female", "male", "female", "male", "female", "male", "other", "unknown")),
        "birthDate": born.isoformat(),
        "address": [address(draw)],
        "managingOrganization": refer(organization),
    }


def make_visit(draw: Draw, clinic: Clinic, patient: Resource, start: datetime, reason: tuple[str, str]) -> Visit:
    """A finished encounter of 15 to 60 minutes with a practitioner of the clinic."""
    end = start + timedelta(minutes=15 + 5 * draw.below(10))
    practitioner = draw.pick(clinic.practitioners)
    encounter = {
        **resource_of(draw, "Encounter", end),
        "status": "finished",
        "class": coding(HL7 + "v3-ActCode", *draw.pick(VISIT_CLASSES)),
        "type": [concept(SNOMED, *reason)],
        "subject": refer(patient),
        "participant": [{"type": [concept(HL7 + "v3-ParticipationType", "ATND", "attender")],
                         "individual": refer(practitioner)}],
        "period": {"start": instant(start), "end": instant(end)},
        "serviceProvider": refer(clinic.organization),
    }
    return Visit(draw, clinic, patient, practitioner, encounter, start, end)


def make_observation(visit: Visit, category: tuple[str, str], code: tuple[str, str], value: dict[str, Any]) -> Resource:
    """A final observation; `value` contains the elements with its result."""
    return {
        **visit.resource("Observation"),
        "status": "final",
        "category": [concept(HL7 + "observation-category", *category)],
        "code": concept(LOINC, *code),
        **visit.context(),
        "effectiveDateTime": instant(visit.start),
        "issued": instant(visit.end),
        "performer": [refer(visit.practitioner)],
        **value,
    }


def make_vital_sign(visit: Visit, code: str, display: str, value: dict[str, Any]) -> Resource:
    """An observation of the category vital signs."""
    return make_observation(visit, ("vital-signs", "Vital Signs"), (code, display), value)


def make_blood_pressure(visit: Visit) -> Resource:
    """The blood pressure panel: two components and no value of its own."""
    systolic = visit.draw.below(70) + 95
    diastolic = systolic * 3 // 5 + visit.draw.below(12)
    parts = (("8480-6", "Systolic blood pressure", systolic), ("8462-4", "Diastolic blood pressure", diastolic))
    return make_vital_sign(visit, "85354-9", "Blood pressure panel with all children optional", {
        "component": [{"code": concept(LOINC, code, display), "valueQuantity": quantity(value, "mmHg", "mm[Hg]")}
                      for code, display, value in parts]})


def make_body_measures(visit: Visit, height: int) -> Iterator[Resource]:
    """Height, weight, and the body mass index that follows from them."""
    weight = visit.draw.number(18 * (height / 100) ** 2, 36 * (height / 100) ** 2, 1)
    index = round(weight / (height / 100) ** 2, 1)
    for code, display, value in (("8302-2", "Body height", quantity(height, "cm")),
                                 ("29463-7", "Body weight", quantity(weight, "kg")),
                                 ("39156-5", "Body mass index (BMI) [Ratio]", quantity(index, "kg/m2"))):
        yield make_vital_sign(visit, code, display, {"valueQuantity": value})


def make_lab(visit: Visit, lab: Lab) -> Resource:
    """A laboratory result with its reference range and what it means; one in ten was not obtained."""
    if visit.draw.chance(0.1):
        return make_observation(visit, ("laboratory", "Laboratory"), (lab.code, lab.display), {
            "dataAbsentReason": concept(HL7 + "data-absent-reason", "not-performed", "Not Performed")})
    value = visit.draw.number(*lab.drawn, lab.digits)
    low, high = lab.normal
    flag = ("L", "Low") if value < low else ("H", "High") if value > high else ("N", "Normal")
    return make_observation(visit, ("laboratory", "Laboratory"), (lab.code, lab.display), {
        "valueQuantity": quantity(value, lab.unit),
        "interpretation": [concept(HL7 + "v3-ObservationInterpretation", *flag)],
        "referenceRange": [{"low": quantity(low, lab.unit), "high": quantity(high, lab.unit)}]})


def make_condition(visit: Visit, problem: Problem) -> Resource:
    """A confirmed diagnosis. R4 rule con-4: only one that is over has an abatement."""
    status = ("active", "Active") if problem.chronic else ("resolved", "Resolved")
    onset = visit.start.date() - timedelta(days=2 + visit.draw.below(400 if problem.chronic else 5))
    condition = {
        **visit.resource("Condition"),
        "clinicalStatus": concept(HL7 + "condition-clinical", *status),
        "verificationStatus": concept(HL7 + "condition-ver-status", "confirmed", "Confirmed"),
        "category": [concept(HL7 + "condition-category", "encounter-diagnosis", "Encounter Diagnosis")],
        "code": concept(SNOMED, problem.code, problem.display),
        **visit.context(),
        "onsetDateTime": onset.isoformat(),
        "recordedDate": instant(visit.end),
        "recorder": refer(visit.practitioner),
    }
    if not problem.chronic:
        condition["abatementDateTime"] = (visit.start.date() + timedelta(days=3 + visit.draw.below(12))).isoformat()
    if visit.draw.chance(0.3):
        condition["note"] = [{"text": visit.draw.pick(NOTES)}]
    return condition


def make_prescription(visit: Visit, drug: Drug, condition: Resource) -> Resource:
    """An order for a drug, taken so many times a day."""
    ongoing = "abatementDateTime" not in condition
    return {
        **visit.resource("MedicationRequest"),
        "status": "active" if ongoing else "completed",
        "intent": "order",
        "medicationCodeableConcept": concept(RXNORM, drug.code, drug.display),
        **visit.context(),
        "authoredOn": instant(visit.end),
        "requester": refer(visit.practitioner),
        "reasonReference": [refer(condition)],
        "dosageInstruction": [{
            "text": f"1 tablet, {drug.per_day} a day",
            "timing": {"repeat": {"frequency": drug.per_day, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": quantity(1, "tablet", "{tablet}")}]}],
        "dispenseRequest": {"numberOfRepeatsAllowed": 3 if ongoing else 0,
                            "quantity": quantity(drug.per_day * drug.days, "tablet", "{tablet}"),
                            "expectedSupplyDuration": quantity(drug.days, "days", "d")},
    }


def make_immunization(visit: Visit, vaccine: Vaccine) -> Resource:
    """A vaccination, or (one in ten) the record that the patient declined it."""
    declined = visit.draw.chance(0.1)
    record = {
        **visit.resource("Immunization"),
        "status": "not-done" if declined else "completed",
        "vaccineCode": concept(CVX, vaccine.code, vaccine.display),
        **visit.context("patient"),
        "occurrenceDateTime": instant(visit.end),
        "primarySource": True,
    }
    if declined:
        record["statusReason"] = concept(HL7 + "v3-ActReason", "PATOBJ", "patient objection")
        return record
    return {
        **record,
        "lotNumber": f"SAMPLE-{visit.draw.below(10_000):04d}",
        "site": concept(HL7 + "v3-ActSite", "LA", "left arm"),
        "route": concept(HL7 + "v3-RouteOfAdministration", "IM", "Injection, intramuscular"),
        "doseQuantity": quantity(0.5, "mL"),
        "performer": [{"actor": refer(visit.practitioner)}],
    }


# --- Sets of resources ------------------------------------------------------------------------------------------------

def visit_times(draw: Draw) -> list[datetime]:
    """Two or three visits in order, on different days, in the daytime."""
    count = 2 + draw.below(2)
    days = [FIRST_DAY + timedelta(days=(DAYS * nth + draw.below(DAYS)) // count) for nth in range(count)]
    return [datetime(day.year, day.month, day.day, 8 + draw.below(9), 5 * draw.below(12)) for day in sorted(set(days))]


def visit_resources(visit: Visit, problem: Problem, diagnosed: bool, height: int) -> Iterator[Resource]:
    """The resources of one visit; a problem diagnosed here adds its condition and prescription."""
    if diagnosed:
        condition = make_condition(visit, problem)
        visit.encounter["diagnosis"] = [{"condition": refer(condition)}]
        yield condition
        if problem.drug:
            yield make_prescription(visit, problem.drug, condition)
    yield visit.encounter
    yield make_blood_pressure(visit)
    if diagnosed:
        yield from make_body_measures(visit, height)
    if problem.lab:
        yield make_lab(visit, problem.lab)


def patient_resources(seed: int, number: int, clinic: Clinic) -> Iterator[Resource]:
    """A patient with visits, diagnoses, prescriptions, observations and vaccinations."""
    draw = Draw(seed, "patient", number)
    times = visit_times(draw)
    patient = make_patient(draw, number, clinic.organization, times[0])
    height = 150 + draw.below(45)
    age = times[0].year - int(patient["birthDate"][:4])
    vaccines = [vaccine for vaccine in VACCINES if age > vaccine.from_age]
    problem = draw.pick(PROBLEMS)
    yield patient
    for nth, start in enumerate(times):
        reason = draw.pick((CHECK_UP, SYMPTOM)) if nth == 0 else FOLLOW_UP
        visit = make_visit(draw, clinic, patient, start, reason)
        yield from visit_resources(visit, problem, nth == 0, height)
        if vaccines and draw.chance(0.75):
            yield make_immunization(visit, vaccines.pop(draw.below(len(vaccines))))


def generate(patients: int, seed: int) -> Iterator[Resource]:
    """The resources of so many patients, clinic by clinic: memory does not grow with their number."""
    clinic: Clinic | None = None
    for number in range(patients):
        if clinic is None or number % PATIENTS_PER_CLINIC == 0:
            clinic = make_clinic(seed, number // PATIENTS_PER_CLINIC)
            yield clinic.organization
            yield from clinic.practitioners
        yield from patient_resources(seed, number, clinic)


def generate_tiny(seed: int) -> Iterator[Resource]:
    """Three resources: a clinic, a patient of it, and the patient's blood pressure."""
    draw = Draw(seed, "tiny")
    start = datetime(2021, 3, 4, 9, 30)
    clinic = make_clinic(seed, 0)
    patient = make_patient(draw, 0, clinic.organization, start)
    pressure = make_blood_pressure(make_visit(draw, clinic, patient, start, CHECK_UP))
    del pressure["encounter"]
    pressure["performer"] = [refer(clinic.organization)]
    yield from (clinic.organization, patient, pressure)


# --- Files ------------------------------------------------------------------------------------------------------------

def line_of(resource: Resource) -> str:
    """One line of newline-delimited JSON, in UTF-8 rather than escapes."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")) + "\n"


def write(resources: Iterator[Resource], folder: Path) -> Counter[str]:
    """Writes one file per resource type, replacing those of an earlier run, and counts the lines."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in TYPES:
        (folder / f"{kind}.ndjson").unlink(missing_ok=True)
    counts: Counter[str] = Counter()
    files: dict[str, TextIO] = {}
    try:
        for resource in resources:
            kind = resource["resourceType"]
            if kind not in files:
                files[kind] = open(folder / f"{kind}.ndjson", "w", encoding="utf-8", newline="\n")
            files[kind].write(line_of(resource))
            counts[kind] += 1
    finally:
        for file in files.values():
            file.close()
    return counts


# --- Checks -----------------------------------------------------------------------------------------------------------

def references_in(value: Any) -> Iterator[str]:
    """Every literal reference below a JSON value."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "reference" and isinstance(member, str):
                yield member
            else:
                yield from references_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from references_in(member)


def read(folder: Path) -> dict[str, list[str]]:
    """The lines of each file of a folder, with their line feeds. A byte that is not UTF-8 is kept as a lone surrogate,
    which the generator never writes: the comparison reports it."""
    return {path.name: re.findall(r"[^\n]*\n|[^\n]+", path.read_bytes().decode("utf-8", "surrogateescape"))
            for path in sorted(folder.iterdir())}


def parse(line: str) -> Resource | None:
    """The JSON object on a line, or nothing if it is not one."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def check_resource(name: str, resource: Resource) -> Iterator[str]:
    """What is wrong with one resource by itself."""
    if f"{resource.get('resourceType')}.ndjson" != name:
        yield f"a {resource.get('resourceType')} in the wrong file"
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,64}", resource.get("id", "")):
        yield f"bad id {resource.get('id')!r}"
    updated = resource.get("meta", {}).get("lastUpdated", "")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", updated):
        yield f"bad meta.lastUpdated {updated!r}"


def check_set(files: dict[str, list[str]]) -> Iterator[str]:
    """What is wrong with the resources of a folder: each by itself, double ids, references that lead nowhere."""
    seen: Counter[str] = Counter()
    wanted: list[tuple[str, str]] = []
    for name, lines in files.items():
        for number, line in enumerate(lines, 1):
            where = f"{name}:{number}"
            resource = parse(line)
            if resource is None:
                yield f"{where}: not a JSON object"
                continue
            yield from (f"{where}: {problem}" for problem in check_resource(name, resource))
            seen[f"{resource.get('resourceType')}/{resource.get('id')}"] += 1
            wanted.extend((where, target) for target in references_in(resource))
    yield from (f"{identity} occurs {count} times" for identity, count in seen.items() if count > 1)
    yield from (f"{where}: no {target} in the set" for where, target in wanted if target not in seen)


def compare(files: dict[str, list[str]], expected: dict[str, list[str]]) -> Iterator[str]:
    """Where the files differ from the output of the generator."""
    for name in sorted(files.keys() | expected.keys()):
        if name not in files:
            yield f"{name}: missing"
        elif name not in expected:
            yield f"{name}: not an output of the generator"
        elif files[name] != expected[name]:
            pairs = zip(files[name], expected[name])
            same = next((n for n, (have, want) in enumerate(pairs) if have != want),
                        min(len(files[name]), len(expected[name])))
            yield f"{name}:{same + 1}: differs from the output of the generator"


def check_shipped(root: Path) -> list[str]:
    """Every problem of the data stores below `root`; prints a line for each data store without problems."""
    problems: list[str] = []
    for store in SHIPPED:
        folder = root / store.datastore_id
        if not folder.is_dir():
            problems.append(f"{store.datastore_id}: missing")
            continue
        expected: dict[str, list[str]] = {}
        for resource in generate(store.patients, store.seed) if store.patients else generate_tiny(store.seed):
            expected.setdefault(f"{resource['resourceType']}.ndjson", []).append(line_of(resource))
        files = read(folder)
        found = [*compare(files, expected), *check_set(files)]
        problems.extend(f"{store.datastore_id}/{problem}" for problem in found)
        if not found:
            count = sum(map(len, files.values()))
            print(f"{store.datastore_id}: {count} resources in {len(files)} files, as generated")
    return problems


# --- Command line -----------------------------------------------------------------------------------------------------

def positive(text: str) -> int:
    """A whole number of at least 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line; prints the usage and exits if it is invalid."""
    parser = argparse.ArgumentParser(description="Writes synthetic FHIR R4 resources as newline-delimited JSON.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--patients", type=positive, metavar="N", help="number of patients, about 14 resources each")
    what.add_argument("--tiny", action="store_true", help="three resources, for tests")
    what.add_argument("--check", action="store_true", help="compare the shipped files with the output of this program")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, metavar="S", help="default: %(default)s")
    parser.add_argument("--out", type=Path, metavar="DIR", help="directory for the files; created if it does not exist")
    options = parser.parse_args(arguments)
    if bool(options.out) == options.check:
        parser.error("--out is not allowed with --check" if options.check else "--out DIR is required")
    return options


def run_check() -> int:
    """Checks the shipped files; prints at most PROBLEMS_SHOWN problems."""
    problems = check_shipped(Path(__file__).resolve().parent / "datastores")
    for problem in problems[:PROBLEMS_SHOWN]:
        print(problem, file=sys.stderr)
    if len(problems) > PROBLEMS_SHOWN:
        print(f"... and {len(problems) - PROBLEMS_SHOWN} more", file=sys.stderr)
    return 1 if problems else 0


def run_generator(options: argparse.Namespace) -> int:
    """Writes the files, and prints the number of resources of each type."""
    resources = generate_tiny(options.seed) if options.tiny else generate(options.patients, options.seed)
    counts = write(resources, options.out)
    for kind, count in sorted(counts.items()):
        print(f"{count:8} {kind}")
    print(f"{sum(counts.values()):8} resources in {options.out}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program. Returns 0 on success, 1 if the check failed, 2 for invalid arguments or inaccessible files."""
    options = parse_arguments(arguments)
    try:
        return run_check() if options.check else run_generator(options)
    except OSError as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
