// The invariant: what can become a segment of a path cannot leave it, and the name of a resource type is one of FHIR
// R4, spelled as it is there.
#include "healthlake/rest/rules.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/text/text.hpp"

using namespace healthlake;

namespace {
// The resource types of FHIR R4 (4.0.1).
constexpr std::string_view r4_types =
    "Account,ActivityDefinition,AdverseEvent,AllergyIntolerance,Appointment,AppointmentResponse,AuditEvent,Basic,"
    "Binary,BiologicallyDerivedProduct,BodyStructure,Bundle,CapabilityStatement,CarePlan,CareTeam,CatalogEntry,"
    "ChargeItem,ChargeItemDefinition,Claim,ClaimResponse,ClinicalImpression,CodeSystem,Communication,"
    "CommunicationRequest,CompartmentDefinition,Composition,ConceptMap,Condition,Consent,Contract,Coverage,"
    "CoverageEligibilityRequest,CoverageEligibilityResponse,DetectedIssue,Device,DeviceDefinition,DeviceMetric,"
    "DeviceRequest,DeviceUseStatement,DiagnosticReport,DocumentManifest,DocumentReference,EffectEvidenceSynthesis,"
    "Encounter,Endpoint,EnrollmentRequest,EnrollmentResponse,EpisodeOfCare,EventDefinition,Evidence,EvidenceVariable,"
    "ExampleScenario,ExplanationOfBenefit,FamilyMemberHistory,Flag,Goal,GraphDefinition,Group,GuidanceResponse,"
    "HealthcareService,ImagingStudy,Immunization,ImmunizationEvaluation,ImmunizationRecommendation,"
    "ImplementationGuide,InsurancePlan,Invoice,Library,Linkage,List,Location,Measure,MeasureReport,Media,Medication,"
    "MedicationAdministration,MedicationDispense,MedicationKnowledge,MedicationRequest,MedicationStatement,"
    "MedicinalProduct,MedicinalProductAuthorization,MedicinalProductContraindication,MedicinalProductIndication,"
    "MedicinalProductIngredient,MedicinalProductInteraction,MedicinalProductManufactured,MedicinalProductPackaged,"
    "MedicinalProductPharmaceutical,MedicinalProductUndesirableEffect,MessageDefinition,MessageHeader,"
    "MolecularSequence,NamingSystem,NutritionOrder,Observation,ObservationDefinition,OperationDefinition,"
    "OperationOutcome,Organization,OrganizationAffiliation,Parameters,Patient,PaymentNotice,PaymentReconciliation,"
    "Person,PlanDefinition,Practitioner,PractitionerRole,Procedure,Provenance,Questionnaire,QuestionnaireResponse,"
    "RelatedPerson,RequestGroup,ResearchDefinition,ResearchElementDefinition,ResearchStudy,ResearchSubject,"
    "RiskAssessment,RiskEvidenceSynthesis,Schedule,SearchParameter,ServiceRequest,Slot,Specimen,SpecimenDefinition,"
    "StructureDefinition,StructureMap,Subscription,Substance,SubstanceNucleicAcid,SubstancePolymer,SubstanceProtein,"
    "SubstanceReferenceInformation,SubstanceSourceMaterial,SubstanceSpecification,SupplyDelivery,SupplyRequest,Task,"
    "TerminologyCapabilities,TestReport,TestScript,ValueSet,VerificationResult,VisionPrescription";
}  // namespace

TEST_CASE("resource types: those of FHIR R4 and no others, in their spelling") {
  for (auto const* name :
       {"Account", "Patient", "Observation", "VisionPrescription", "MedicinalProductPackaged", "List"})
    CHECK(rest::is_resource_type(name));
  // Of a later version, abstract, misspelt, more than one, or none at all.
  for (auto const* name : {"", "patient", "PATIENT", "Patients", "Patien", "Citation", "Resource", "DomainResource",
                           "Account,", "Account,ActivityDefinition", " Patient", "Patient ", "*"}) {
    CAPTURE(name);
    CHECK_FALSE(rest::is_resource_type(name));
  }
}

TEST_CASE("resource types: all 146, and nothing that differs from one by a letter") {
  std::size_t count = 0;
  detail::for_each_piece(r4_types, ',', [&](std::string_view name) {
    ++count;
    CHECK(rest::is_resource_type(name));
    CHECK_FALSE(rest::is_resource_type(std::string{name} + "s"));
    CHECK_FALSE(rest::is_resource_type(name.substr(1)));
  });
  CHECK(count == 146);
}

TEST_CASE("fault 86: ids that a path could be left with, or split by") {
  for (auto const* id : {"a", "group-1", "0.1", "a..b", "...", "A9-."}) {
    CAPTURE(id);
    CHECK(rest::detail::match_fhir_id(id));
    CHECK(rest::detail::match_path_segment(id));
  }
  for (auto const* id :
       {"", ".", "..", "a/b", "a b", "a%2Fb", "a?b", "a#b", "a\\b", "a\r\nb", "\xC3\xA4", "$export", "a:b"}) {
    CAPTURE(id);
    CHECK_FALSE(rest::detail::match_fhir_id(id));
    CHECK_FALSE(rest::detail::match_path_segment(id));
  }
  CHECK(rest::detail::match_path_segment("a_b"));
  CHECK_FALSE(rest::detail::match_fhir_id("a_b"));
  CHECK(rest::detail::match_fhir_id(std::string(64, 'a')));
  CHECK_FALSE(rest::detail::match_fhir_id(std::string(65, 'a')));
}

TEST_CASE("labels: a system, a bar and a code or nothing") {
  for (auto const* label : {"http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R", "s|", "urn:oid:1.2|a,b"})
    CHECK(rest::detail::match_system_and_code(label));
  for (auto const* label : {"", "|", "|R", "R", "s|a|b", "s |a", "s|a b", "s|\n"}) {
    CAPTURE(label);
    CHECK_FALSE(rest::detail::match_system_and_code(label));
  }
}
