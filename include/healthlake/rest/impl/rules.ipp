// The functions of rest/rules.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/rest/rules.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::rest {

namespace detail {

// FHIR R4 (4.0.1), all resource types but the abstract Resource and DomainResource. Only their hashes are linked.
inline constexpr std::string_view resource_types =
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

// FNV-1a with 32 bits.
constexpr std::uint32_t hash_of_name(std::string_view name) noexcept {
  std::uint32_t hash = 2'166'136'261U;
  for (char const c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  return hash;
}
consteval auto hashes_of_names() {
  std::array<std::uint32_t, 146> hashes{};
  std::size_t count = 0;
  healthlake::detail::for_each_piece(resource_types, ',',
                                     [&](std::string_view name) { hashes[count++] = hash_of_name(name); });
  return hashes;
}
inline constexpr auto resource_type_hashes = hashes_of_names();

HEALTHLAKE_DECL bool match_path_segment(std::string_view text) noexcept {
  constexpr healthlake::detail::AsciiSet allowed{"a-zA-Z0-9._-"};
  return !text.empty() && text != "." && text != ".." && healthlake::detail::all_are(allowed, text);
}

HEALTHLAKE_DECL bool match_fhir_id(std::string_view text) noexcept {
  return text.size() <= 64 && match_path_segment(text) && text.find('_') == std::string_view::npos;
}

HEALTHLAKE_DECL bool match_system_and_code(std::string_view text) noexcept {
  auto const bar = text.find('|');
  if (bar == 0 || bar == std::string_view::npos || text.find('|', bar + 1) != std::string_view::npos) return false;
  return healthlake::detail::all_are([](char c) { return !healthlake::detail::is_control(c) && c != ' '; }, text);
}

}  // namespace detail

HEALTHLAKE_DECL bool is_resource_type(std::string_view name) noexcept {
  // A name that is none of them has the hash of one of them by chance, once in 30 million times.
  if (!healthlake::detail::all_are(healthlake::detail::is_alpha, name)) return false;
  std::uint32_t const wanted = detail::hash_of_name(name);
  for (std::uint32_t const hash : detail::resource_type_hashes)
    if (hash == wanted) return true;
  return false;
}

}  // namespace HEALTHLAKE_NAMESPACE::rest
