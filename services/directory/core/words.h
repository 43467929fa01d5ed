// The closed lists of the directory: levels of the tree, kinds of units, states; and the words that
// stand for them in files and messages.
//
// Pure values. Words may be added at the end, never renamed: they are in files and in the store.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hotline::directory {

/// What a node is. The first four are the levels of the physical platform, the highest first.
enum class NodeType {
  kCityCentre,
  kCountyCentre,
  kTownshipStation,
  kVillageRoom,
  kServiceUnit,   ///< handles matters: legal aid centre, notary office …
  kExternalBody,  ///< outside the hotline: court, police, union …
};

/// Whose people a unit or body are; what the catalogue sends a service to.
enum class UnitKind {
  kNone,  ///< a node of the four levels
  kLegalAid,
  kNotary,
  kAppraisal,
  kArbitration,
  kMediation,
  kLawFirm,
  kLegalWorkers,
  kLawyerOffice,
  kReconsideration,
  kCommunityCorrection,
  kVeterans,
  kEnterprise,
  kPsychology,
  kCourt,
  kProcuratorate,
  kPolice,
  kCivilAffairs,
  kHumanResources,
  kUnion,
  kDisabledFederation,
  kWomensFederation,
  kPetitions,
  kOther,
};

enum class Settlement { kUrban, kRural };

enum class NodeState { kActive, kSuspended, kClosed };

enum class StaffState { kActive, kAway, kSuspended, kLeft };

/// The roles of the domain model that a person can have.
enum class StaffRole {
  kOperator,
  kExpert,
  kCityDispatcher,
  kCountyDispatcher,
  kStationClerk,
  kVillageContact,
  kHandlingUnit,
  kFollowUp,
  kSupervisor,
  kContractor,
  kAuditor,
};

enum class DayKind { kHoliday, kMakeUp };

/// "3 + X": the three services every centre has, and what an area adds.
enum class CataloguePart { kCore, kExtension };

template <class E>
using WordList = std::pair<std::string_view, E>;

/// Words<E>::kAll: each value's word, in the order of the values.
template <class E>
struct Words;

template <>
struct Words<NodeType> {
  static constexpr std::array<WordList<NodeType>, 6> kAll{{
      {"city_centre", NodeType::kCityCentre},
      {"county_centre", NodeType::kCountyCentre},
      {"township_station", NodeType::kTownshipStation},
      {"village_room", NodeType::kVillageRoom},
      {"service_unit", NodeType::kServiceUnit},
      {"external_body", NodeType::kExternalBody},
  }};
};

template <>
struct Words<UnitKind> {
  static constexpr std::array<WordList<UnitKind>, 24> kAll{{
      {"none", UnitKind::kNone},
      {"legal_aid", UnitKind::kLegalAid},
      {"notary", UnitKind::kNotary},
      {"appraisal", UnitKind::kAppraisal},
      {"arbitration", UnitKind::kArbitration},
      {"mediation", UnitKind::kMediation},
      {"law_firm", UnitKind::kLawFirm},
      {"legal_workers", UnitKind::kLegalWorkers},
      {"lawyer_office", UnitKind::kLawyerOffice},
      {"reconsideration", UnitKind::kReconsideration},
      {"community_correction", UnitKind::kCommunityCorrection},
      {"veterans", UnitKind::kVeterans},
      {"enterprise", UnitKind::kEnterprise},
      {"psychology", UnitKind::kPsychology},
      {"court", UnitKind::kCourt},
      {"procuratorate", UnitKind::kProcuratorate},
      {"police", UnitKind::kPolice},
      {"civil_affairs", UnitKind::kCivilAffairs},
      {"human_resources", UnitKind::kHumanResources},
      {"union", UnitKind::kUnion},
      {"disabled_federation", UnitKind::kDisabledFederation},
      {"womens_federation", UnitKind::kWomensFederation},
      {"petitions", UnitKind::kPetitions},
      {"other", UnitKind::kOther},
  }};
};

template <>
struct Words<Settlement> {
  static constexpr std::array<WordList<Settlement>, 2> kAll{
      {{"urban", Settlement::kUrban}, {"rural", Settlement::kRural}}};
};

template <>
struct Words<NodeState> {
  static constexpr std::array<WordList<NodeState>, 3> kAll{{{"active", NodeState::kActive},
                                                            {"suspended", NodeState::kSuspended},
                                                            {"closed", NodeState::kClosed}}};
};

template <>
struct Words<StaffState> {
  static constexpr std::array<WordList<StaffState>, 4> kAll{{{"active", StaffState::kActive},
                                                             {"away", StaffState::kAway},
                                                             {"suspended", StaffState::kSuspended},
                                                             {"left", StaffState::kLeft}}};
};

template <>
struct Words<StaffRole> {
  static constexpr std::array<WordList<StaffRole>, 11> kAll{{
      {"OPR", StaffRole::kOperator},
      {"EXP", StaffRole::kExpert},
      {"DSP", StaffRole::kCityDispatcher},
      {"CDS", StaffRole::kCountyDispatcher},
      {"STN", StaffRole::kStationClerk},
      {"VIL", StaffRole::kVillageContact},
      {"UNT", StaffRole::kHandlingUnit},
      {"CBK", StaffRole::kFollowUp},
      {"SUP", StaffRole::kSupervisor},
      {"OPS3", StaffRole::kContractor},
      {"AUD", StaffRole::kAuditor},
  }};
};

template <>
struct Words<DayKind> {
  static constexpr std::array<WordList<DayKind>, 2> kAll{
      {{"holiday", DayKind::kHoliday}, {"make_up", DayKind::kMakeUp}}};
};

template <>
struct Words<CataloguePart> {
  static constexpr std::array<WordList<CataloguePart>, 2> kAll{
      {{"core", CataloguePart::kCore}, {"extension", CataloguePart::kExtension}}};
};

template <class E>
constexpr std::string_view WordOf(E value) {
  return Words<E>::kAll[static_cast<size_t>(value)].first;
}

template <class E>
constexpr std::optional<E> FromWord(std::string_view word) {
  for (const auto& [text, value] : Words<E>::kAll) {
    if (text == word) return value;
  }
  return std::nullopt;
}

/// Returns whether the type is one of the four levels of the physical platform.
constexpr bool IsLevel(NodeType type) {
  return type <= NodeType::kVillageRoom;
}

}  // namespace hotline::directory
