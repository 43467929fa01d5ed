#include "services/directory/core/schema.h"

#include "absl/strings/str_cat.h"

#include "services/directory/core/cells.h"

namespace hotline::directory {
namespace {

enum Need { kOptional, kRequired };

template <class T, class Member>
Column<T> At(std::string_view name, Member T::*member, Need need = kOptional) {
  return {
      .name = name,
      .required = need == kRequired,
      .parse = [member](std::string_view cell,
                        T& record) { return ParseCell(cell, record.*member); },
      .format = [member](const T& record) { return FormatCell(record.*member); },
  };
}

template <class T, class Member>
Column<T> PersonalAt(std::string_view name, Member T::*member) {
  Column<T> column = At(name, member);
  column.personal = true;
  return column;
}

/// Text that other records point to by.
template <class T>
Column<T> IdAt(std::string_view name, std::string T::*member) {
  Column<T> column = At(name, member, kRequired);
  column.parse = [member](std::string_view cell, T& record) {
    record.*member = std::string(cell);
    if (IsId(cell)) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("\"", Absl(cell), "\" is no id: 1 to 64 of a-z, 0-9, hyphen and underscore"));
  };
  return column;
}

template <class T>
Column<T> DayAt(std::string_view name, std::optional<absl::CivilDay> Validity::*day) {
  return {
      .name = name,
      .parse = [day](std::string_view cell,
                     T& record) { return ParseCell(cell, record.valid.*day); },
      .format = [day](const T& record) { return FormatCell(record.valid.*day); },
  };
}

template <class T>
Column<T> From() {
  return DayAt<T>("from", &Validity::from);
}

template <class T>
Column<T> Until() {
  return DayAt<T>("until", &Validity::until);
}

}  // namespace

bool IsId(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  for (const char c : text) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_') return false;
  }
  return true;
}

std::string Adviser::Key() const {
  return absl::StrCat(village, "/", person, "/", FormatCell(valid.from));
}

std::string Duty::Key() const {
  return absl::StrCat(roster, "/", FormatCell(start), "/", person);
}

std::string CalendarDay::Key() const {
  return absl::StrCat(calendar, "/", FormatCell(date));
}

std::string Service::Key() const {
  return absl::StrCat(code, "/", version);
}

std::string Material::Key() const {
  return absl::StrCat(service, "/", version, "/", position);
}

std::string Setting::Key() const {
  return absl::StrCat(area, "/", key);
}

template <>
const Table<Area>& TableOf() {
  static const Table<Area> table = {
      "areas",
      &Directory::areas,
      {IdAt("id", &Area::id), At("name", &Area::name, kRequired),
       At("division", &Area::division, kRequired), At("calendar", &Area::calendar, kRequired)}};
  return table;
}

template <>
const Table<Skill>& TableOf() {
  static const Table<Skill> table = {"skills",
                                     &Directory::skills,
                                     {IdAt("id", &Skill::id), At("name", &Skill::name, kRequired),
                                      At("name_en", &Skill::name_en, kRequired)}};
  return table;
}

template <>
const Table<Category>& TableOf() {
  static const Table<Category> table = {
      "categories",
      &Directory::categories,
      {IdAt("id", &Category::id), At("parent", &Category::parent),
       At("name", &Category::name, kRequired), At("name_en", &Category::name_en, kRequired),
       At("sensitive", &Category::sensitive), From<Category>(), Until<Category>()}};
  return table;
}

template <>
const Table<SpecialGroup>& TableOf() {
  using G = SpecialGroup;
  static const Table<G> table = {
      "groups",
      &Directory::groups,
      {IdAt("id", &G::id), At("name", &G::name, kRequired), At("name_en", &G::name_en, kRequired),
       At("priority", &G::priority), At("green_channel", &G::green_channel),
       At("means_test_exempt", &G::means_test_exempt), At("basis", &G::basis, kRequired), From<G>(),
       Until<G>()}};
  return table;
}

template <>
const Table<Node>& TableOf() {
  static const Table<Node> table = {"nodes",
                                    &Directory::nodes,
                                    {IdAt("id", &Node::id),
                                     At("area", &Node::area, kRequired),
                                     At("type", &Node::type, kRequired),
                                     At("kind", &Node::kind),
                                     At("name", &Node::name, kRequired),
                                     At("division", &Node::division, kRequired),
                                     At("parent", &Node::parent),
                                     At("fallback", &Node::fallback),
                                     At("settlement", &Node::settlement, kRequired),
                                     At("address", &Node::address),
                                     At("longitude", &Node::longitude),
                                     At("latitude", &Node::latitude),
                                     At("hours", &Node::hours, kRequired),
                                     At("capacity", &Node::capacity),
                                     At("phones", &Node::phones, kRequired),
                                     At("skills", &Node::skills),
                                     At("languages", &Node::languages),
                                     At("responsible", &Node::responsible),
                                     At("liaison", &Node::liaison),
                                     At("population", &Node::population),
                                     At("receipt", &Node::receipt),
                                     At("tags", &Node::tags),
                                     At("state", &Node::state)}};
  return table;
}

template <>
const Table<Person>& TableOf() {
  static const Table<Person> table = {
      "staff",
      &Directory::staff,
      {IdAt("id", &Person::id), At("node", &Person::node, kRequired),
       At("name", &Person::name, kRequired), At("roles", &Person::roles, kRequired),
       At("skills", &Person::skills), At("languages", &Person::languages),
       At("employer", &Person::employer), At("contractor", &Person::contractor),
       At("account", &Person::account), PersonalAt("phone", &Person::phone), From<Person>(),
       Until<Person>(), At("state", &Person::state), At("group", &Person::group)}};
  return table;
}

template <>
const Table<Adviser>& TableOf() {
  static const Table<Adviser> table = {
      "advisers",
      &Directory::advisers,
      {At("village", &Adviser::village, kRequired), At("person", &Adviser::person, kRequired),
       From<Adviser>(), Until<Adviser>()}};
  return table;
}

template <>
const Table<Roster>& TableOf() {
  static const Table<Roster> table = {
      "rosters",
      &Directory::rosters,
      {IdAt("id", &Roster::id), At("node", &Roster::node, kRequired),
       At("name", &Roster::name, kRequired), At("hours", &Roster::hours, kRequired), From<Roster>(),
       Until<Roster>()}};
  return table;
}

template <>
const Table<Duty>& TableOf() {
  static const Table<Duty> table = {
      "duties",
      &Directory::duties,
      {At("roster", &Duty::roster, kRequired), At("start", &Duty::start, kRequired),
       At("end", &Duty::end, kRequired), At("organisation", &Duty::organisation, kRequired),
       At("person", &Duty::person, kRequired), At("substitute", &Duty::substitute, kRequired)}};
  return table;
}

template <>
const Table<Calendar>& TableOf() {
  static const Table<Calendar> table = {
      "calendars",
      &Directory::calendars,
      {IdAt("id", &Calendar::id), At("name", &Calendar::name, kRequired),
       At("working_hours", &Calendar::working_hours, kRequired)}};
  return table;
}

template <>
const Table<CalendarDay>& TableOf() {
  static const Table<CalendarDay> table = {
      "calendar_days",
      &Directory::calendar_days,
      {At("calendar", &CalendarDay::calendar, kRequired), At("date", &CalendarDay::date, kRequired),
       At("kind", &CalendarDay::kind, kRequired), At("name", &CalendarDay::name)}};
  return table;
}

template <>
const Table<Service>& TableOf() {
  static const Table<Service> table = {
      "services",
      &Directory::services,
      {IdAt("code", &Service::code), At("version", &Service::version, kRequired), From<Service>(),
       Until<Service>(), At("part", &Service::part, kRequired),
       At("name", &Service::name, kRequired), At("name_en", &Service::name_en, kRequired),
       At("category", &Service::category, kRequired), At("unit", &Service::unit),
       At("simple", &Service::simple), At("limit", &Service::limit, kRequired)}};
  return table;
}

template <>
const Table<Material>& TableOf() {
  static const Table<Material> table = {
      "materials",
      &Directory::materials,
      {At("service", &Material::service, kRequired), At("version", &Material::version, kRequired),
       At("position", &Material::position, kRequired), At("name", &Material::name, kRequired),
       At("name_en", &Material::name_en, kRequired), At("originals", &Material::originals),
       At("copies", &Material::copies), At("condition", &Material::condition)}};
  return table;
}

template <>
const Table<Setting>& TableOf() {
  static const Table<Setting> table = {
      "settings",
      &Directory::settings,
      {At("area", &Setting::area, kRequired), At("key", &Setting::key, kRequired),
       At("value", &Setting::value, kRequired), At("source", &Setting::source, kRequired)}};
  return table;
}

std::vector<std::string> TableNames() {
  std::vector<std::string> names;
  ForEachTable([&](const auto& table) { names.emplace_back(table.name); });
  return names;
}

std::vector<std::string> ColumnNames(std::string_view name) {
  std::vector<std::string> columns;
  ForEachTable([&](const auto& table) {
    if (table.name != name) return;
    for (const auto& column : table.columns) columns.emplace_back(column.name);
  });
  return columns;
}

}  // namespace hotline::directory
