// Runs a ticket's scenario: a text of commands and the events that the core must answer with.
//
//   # One sentence a clerk understands.
//   config draft-hold=10m
//   open t1 call=c1 seat=s8001 agent=opr1 at=10:02
//   edit t1 opr1 seen=1 category=advice answer="三年"
//   ----
//   10:02 t1 1 opened by system …
//
// Lines that begin with hours and minutes are what the core decided; all others are commands, at
// the time of the one before unless at= is given. Time is Tuesday, 2026-09-15, in China.
// HOTLINE_REWRITE=1 writes the files anew.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/ticket/core/ticket_life.h"
#include "tests/router/core/words.h"

namespace hotline::ticket {

class TicketScenario {
 public:
  /// Runs the commands in `text` and returns it with the decisions put where they belong; a command
  /// that cannot be read is answered with a line that begins "?".
  static std::string Run(const std::string& text);

 private:
  using Words = router::Words;

  struct File {
    TicketLife life;
    std::vector<Event> log;
  };

  void Execute(const std::string& line);
  bool Dispatch(const Words& words);
  void Advance(absl::Time until);
  void Step(const std::string& name, const Actor& actor, const Command& command);
  bool Show(const std::string& name);
  void Say(const std::string& text);
  Actor ActorOf(const Words& words) const;
  static Content ContentOf(const Words& words, std::vector<std::string>& fields);
  absl::Time TimeOf(const std::string& text) const;
  std::string Clock(absl::Time time) const;

  Policy policy_;
  absl::Time now_ = TimeOf("09:00");
  std::map<std::string, File> files_;
  std::vector<std::string> output_;
};

}  // namespace hotline::ticket
