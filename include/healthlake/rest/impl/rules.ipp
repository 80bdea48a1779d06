// The functions of rest/rules.hpp.
#pragma once

#include <string_view>

#include "healthlake/rest/rules.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::rest {

namespace detail {

// FHIR R4 (4.0.1), all resource types but the abstract Resource and DomainResource.
inline constexpr std::string_view resource_types =
    ",Account,ActivityDefinition,AdverseEvent,AllergyIntolerance,Appointment,AppointmentResponse,AuditEvent,Basic,"
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
    "TerminologyCapabilities,TestReport,TestScript,ValueSet,VerificationResult,VisionPrescription,";

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
  std::string_view const all = detail::resource_types;
  if (name.empty() || !healthlake::detail::all_are(healthlake::detail::is_alpha, name)) return false;
  for (auto at = all.find(name); at != std::string_view::npos; at = all.find(name, at + 1))
    if (all[at - 1] == ',' && all[at + name.size()] == ',') return true;
  return false;
}

}  // namespace HEALTHLAKE_NAMESPACE::rest
