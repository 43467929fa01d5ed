// The command line: which command, its operands and its options.
//
// Pure: run.cc reads arguments with it and prints the usage texts it makes. Everything a person can
// get wrong on the command line is found here, before anything is asked of a router.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace hotline::ctl {

class Session;

/// What follows an option.
enum class Takes { kNothing, kText, kSpan, kCount };

struct Option {
  std::string_view name;  ///< with the dashes
  Takes takes = Takes::kNothing;
  std::string_view value;  ///< how the usage text calls what follows
  std::string_view help;
};

/// One command of the program. The texts live as long as the program.
struct Command {
  std::string_view words;     ///< "seat sign-in"
  std::string_view operands;  ///< "ID", "ID SPAN", or empty; each one is required
  std::string_view summary;   ///< one line
  std::vector<Option> options;
  std::string_view details;  ///< more for `help`, whole lines; may be empty
  std::function<absl::Status(Session&)> run;
};

/// Operands and options as they were given; values are known to be well formed.
class Arguments {
 public:
  Arguments() = default;

  Arguments(std::vector<std::string> operands, std::map<std::string, std::string> options)
      : operands_(std::move(operands)), options_(std::move(options)) {}

  /// Requires: the command has more than `index` operands.
  const std::string& operand(size_t index) const { return operands_.at(index); }

  bool Has(std::string_view option) const;
  std::string Text(std::string_view option, std::string_view fallback = "") const;
  absl::Duration Span(std::string_view option, absl::Duration fallback) const;
  int Count(std::string_view option, int fallback) const;

 private:
  std::vector<std::string> operands_;
  std::map<std::string, std::string> options_;
};

/// What the user asks for.
struct Request {
  const Command* command = nullptr;  ///< null: the list of all commands
  bool help = false;                 ///< explain instead of doing
  std::string noun;                  ///< `help NOUN`: which commands to list
  Arguments arguments;
};

/// Reads the arguments after the program's name.
/// Returns: a usage error (see UsageError) naming the argument that is wrong.
absl::StatusOr<Request> ParseCommandLine(std::span<const Command> commands,
                                         std::span<const std::string> arguments);

/// The text of `hotline-ctl help`, of one noun only if `noun` is given.
std::string Overview(std::span<const Command> commands, std::string_view noun = "");
/// The text of `hotline-ctl help COMMAND`.
std::string Explain(const Command& command);

/// Reads "15s", "1h30m", "250ms".
/// Returns: a usage error calling the value `what` unless it is a finite span above zero.
absl::StatusOr<absl::Duration> ParseSpan(std::string_view what, std::string_view text);

/// An error in how the program was called or configured: exit code 2, not 1.
absl::Status UsageError(std::string_view sentence);
bool IsUsageError(const absl::Status& status);

}  // namespace hotline::ctl
