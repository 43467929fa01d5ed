// The names of an area's keys in Redis. All share the hash tag {area}, so a cluster keeps them
// together.
#pragma once

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace hotline::router {

class Keys {
 public:
  explicit Keys(std::string_view area) : prefix_(absl::StrCat("{", std::string(area), "}:")) {}

  std::string fence() const { return prefix_ + "fence"; }  ///< hash owner, epoch, seq

  std::string lease() const { return prefix_ + "lease"; }  ///< string owner, with TTL

  std::string journal() const { return prefix_ + "journal"; }  ///< stream, ids <epoch>-<seq>

  std::string snapshot() const { return prefix_ + "snapshot"; }  ///< hash seq, state

  std::string ended() const { return prefix_ + "ended"; }  ///< list of CallRecord, newest first

  std::string calls() const { return prefix_ + "calls"; }  ///< hash call id → "state target"

  std::string index() const { return prefix_ + "index"; }  ///< set of the keys below

  std::string stats() const { return prefix_ + "stats"; }  ///< hash, rolling 24 h

  std::string seat(std::string_view id) const {
    return absl::StrCat(prefix_, "seat:", std::string(id));
  }

  std::string queue(std::string_view id) const {
    return absl::StrCat(prefix_, "queue:", std::string(id));
  }

  std::string station(std::string_view id) const {
    return absl::StrCat(prefix_, "station:", std::string(id));
  }

 private:
  std::string prefix_;
};

}  // namespace hotline::router
