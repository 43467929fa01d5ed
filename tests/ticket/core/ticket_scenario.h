// Runs a ticket's scenario: a text of commands and the events that the core must answer with.
//
//   # One sentence a clerk understands.
//   unit stn-a path=/city/x/a
//   person stn1 org=stn-a path=/city/x/a
//   on 2026-09-28
//   open t1 call=c1 seat=s8001 agent=opr1 at=10:02
//   edit t1 opr1 seen=1 category=advice answer="三年"
//   dispatch t1 dsp1 unit=stn-a
//   ----
//   10:02 t1 1 opened by system …
//   10:02 t1   handling 5wd until Sat 10-10 24:00
//
// Lines that begin with hours and minutes are what the core decided; all others are commands, at
// the time of the one before unless at= is given (at=10:02, at="09-29 10:02"). Time begins on
// Tuesday, 2026-09-15, in China, on the domain model's calendar TC1; `down` … `up` is a stop of the
// hotline. The letters of an account say its role. HOTLINE_REWRITE=1 writes the files anew.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/ticket/core/ticket_life.h"
#include "tests/router/core/words.h"

namespace hotline::ticket {

/// The domain model's calendar of its scenarios (section 4).
WorkingCalendar Tc1();

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

  TicketScenario() { policy_.calendar = Tc1(); }

  void Execute(const std::string& line);
  bool Dispatch(const Words& words);
  bool Configure(const Words& words);
  void OpenFile(const Words& words);
  bool DoAct(const Words& words);
  void Advance(absl::Time until);
  void Step(const std::string& name, const Actor& actor, const Command& command);
  bool Show(const std::string& name);
  void ShowWork(const std::string& name, const Ticket& ticket);
  void Say(const std::string& text);
  void SayClocks(const std::string& name, const Event& event);
  Actor ActorOf(const Words& words) const;
  Unit UnitOf(const std::string& org) const;
  static Content ContentOf(const Words& words, std::vector<std::string>& fields);
  static Marks MarksOf(const Words& words, std::vector<std::string>& fields);
  absl::Time TimeOf(const std::string& text) const;
  std::string Clock(absl::Time time) const;

  Policy policy_;
  absl::CivilDay day_ = absl::CivilDay(2026, 9, 15);
  absl::Time now_ = TimeOf("09:00");
  bool down_ = false;
  std::map<std::string, File> files_;
  std::map<std::string, std::string> units_;  ///< org → path
  std::map<std::string, Actor> people_;
  std::vector<std::string> output_;
};

}  // namespace hotline::ticket
