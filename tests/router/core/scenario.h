// Runs a routing scenario: a text of commands and the actions that the core must answer with.
//
//   # One sentence a supervisor understands.
//   config queues=(general) answer-timeout=15s
//   seat ready s1
//   call queued c1
//   ----
//   00:00 s1 ready
//   00:00 offer c1 → s1 until 00:15
//   seat decline s1 c1 at=00:04
//   00:04 s1 not ready (declined)
//
// Lines that begin with minutes and seconds are what the core decided; all others are commands, at
// the time of the one before unless at= is given. Changes that another line tells already (a call
// or seat is offered, a call waits or is released) are left out. HOTLINE_REWRITE=1 writes the files
// anew.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "router/core/policy/learned.h"
#include "router/core/router.h"
#include "tests/router/core/words.h"

namespace hotline::router {

/// The call service of calls that name none.
inline constexpr auto kScenarioNode = "call-1";

class Scenario {
 public:
  /// Runs the commands in `text` and returns it with the actions put where they belong; a command
  /// that cannot be read is answered with a line that begins "?".
  static std::string Run(const std::string& text);

 private:
  void Configure(const Words& words);
  void TeachClass(const Words& words);
  static void ConfigureOrder(const Words& words, OrderRules& order);
  void Start();
  void Execute(const std::string& line);
  bool Dispatch(const Words& words);
  void Advance(absl::Time until);
  void Apply(const Event& event);
  bool Send(const std::string& call, decltype(NodeEvent::what) what);
  void Print(const std::vector<Action>& actions);
  void Say(const std::string& text);
  std::string Readable(std::string text) const;

  bool SeatCommand(const Words& words);
  bool OfferCommand(const Words& words);
  bool CallCommand(const Words& words);
  bool NodeCommand(const Words& words);
  bool Show(const Words& words);
  bool Why(const Words& words);
  bool QueueCall(const Words& words);
  bool AskCallback(const Words& words);
  bool CallbackCommand(const Words& words);
  bool EndCall(const Words& words);
  LiveCall ReadLiveCall(const std::string& text);
  SeatProfile ProfileOf(const Words& words) const;
  CallRequest RequestOf(const Words& words) const;
  absl::Time TimeOf(const std::string& minutes_seconds) const;
  std::string Clock(absl::Time t) const;

  AreaConfig config_{.id = "demo"};
  Learned learned_;
  absl::Time start_;
  absl::Time now_;
  std::unique_ptr<Router> router_;
  std::vector<std::string> output_;
  std::map<std::string, uint64_t> instances_;                      // node → present instance
  std::map<std::string, uint64_t> seqs_;                           // node → last seq
  std::map<std::string, CallRequest> requests_;                    // call → what it asked for
  std::map<std::string, std::string> node_of_;                     // call → node
  std::map<std::pair<std::string, std::string>, OfferId> offers_;  // call, target → last offer
  NodeEvent last_node_event_;
};

}  // namespace hotline::router
